"""What those who watch names, groups and restarts are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._core import Ref


@dataclass(frozen=True)
class GroupEvent:
    """An actor has joined a group, or left it."""

    scope: str
    """The group's scope; "" if nothing was said."""
    group: str
    """The group."""
    actor: Ref[Any] | None
    """The actor; None if it is gone."""
    joined: bool
    """Whether it has joined. If not, it has left, or ended."""


@dataclass(frozen=True)
class NameEvent:
    """Who has a name, now or from now on."""

    name: str
    """The name."""
    actor: Ref[Any] | None
    """Whose it is; None for nobody's."""


@dataclass(frozen=True)
class RestartEvent:
    """A supervised actor has been restarted."""

    actor: Ref[Any] | None
    """The actor; None if it is gone again."""
    restarts: int
    """How often, all in all."""
