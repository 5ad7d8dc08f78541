"""Why an actor ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class StopCause:
    """Why an actor ended; what `on_stop` and `Ref.ended` get."""

    kind: Literal["stopped", "failed", "killed", "dropped", "lost"]
    """`stopped`: asked to. `failed`: by an exception. `killed`: without its hook. `dropped`: nobody could reach it any more, or the
    runtime was closed. `lost`: reserved."""
    error: BaseException | None = None
    """The exception it failed with."""
    reason: str | None = field(default=None, compare=False)
    """Why it was killed, or failed without an exception of its own: a child that failed too often, a link. For people, and not compared."""
