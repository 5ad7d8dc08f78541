"""What actors are told of their children, of those that they are linked to, and of the tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ._cause import StopCause

if TYPE_CHECKING:
    from ._core import Ref

Phase = Literal["starting", "running", "stopping"]
"""Where an actor was in its life: it was being made, it was ready, or it had been told to stop."""

SystemMessage = Literal["start", "pause", "resume", "execute", "ping", "terminate"]
"""What is said to actors whatever their class: by `Runtime.send_system`, `Runtime.start_all`, `Runtime.terminate` and `Ref.ping`."""

Reaction = Literal["usual", "handled"]
"""What is to follow a system message: what follows if nothing is said, or nothing more."""

Escalation = Literal["restart", "stop", "ignore"]
"""What becomes of an actor whose child fails too often: it fails too, so that its own supervisor decides; it stops; or nothing."""


@dataclass(frozen=True)
class ChildEvent:
    """What a supervisor hears of a child: in `Actor.on_child`, `Actor.child_escalated` and `Runtime.on_root_escalation`."""

    kind: Literal["started", "restarted", "ended"]
    """`started`: it is ready for the first time. `restarted`: it was made anew, and is ready. `ended`: for good."""
    id: int
    """The child's id."""
    child: Ref[Any] | None = None
    """The child; None if it is none of Python's, or nobody could reach it any more."""
    cause: StopCause | None = None
    """Why it ended, or the one before it did."""
    phase: Phase | None = None
    """Where it was in its life when it ended."""
    reason: str | None = None
    """What was said when it was told to stop."""


@dataclass(frozen=True)
class Exit:
    """That an actor has ended: what `Actor.on_exit` hears of one that it is linked to."""

    id: int
    """The actor's id."""
    actor: Ref[Any] | None
    """The actor; None if it is none of Python's, or nobody could reach it any more."""
    kind: Literal["stopped", "failed", "killed", "dropped", "lost", "no_actor"]
    """How it ended, as in `StopCause`. `no_actor`: it had ended before it was linked."""
    phase: Phase
    """Where it was in its life."""
    reason: str | None
    """What its error says, or who told it to stop."""


@dataclass(frozen=True)
class ChildInfo:
    """A child as its supervisor knows it: in `Runtime.child_list`."""

    id: int
    """Its id; that of the last one, if it has ended."""
    child: Ref[Any] | None
    """The child; None if it has ended, or is none of Python's."""
    name: str | None
    """Its name, if it was supervised with one."""
    status: Literal["starting", "running", "waiting", "ended"]
    """`starting`: it is not ready yet. `waiting`: for its next start. `ended`: its entry is kept, for `Runtime.restart_child`."""
    restart: Literal["transient", "permanent", "temporary"]
    """Whether it is restarted, see `Supervision.restart`."""
    significant: bool
    """Whether its end may be that of its supervisor."""
    restarts: int | None
    """How often it was restarted; None if it has ended, or is none of Python's."""


@dataclass(frozen=True)
class ChildCounts:
    """How many children a supervisor has: `Runtime.count_children`."""

    entries: int
    """Those that have ended and whose entry is kept included."""
    active: int
    """Those that have not ended."""
    supervisors: int
    """Those that have children themselves."""


@dataclass(frozen=True)
class Who:
    """An actor, for those who read a log: it may be gone."""

    id: int
    """Its id."""
    name: str
    """What people call it: `Counter#7`."""
