"""What those who keep watch are told: `Pulse`, `Water`, `Busy`; and `Heartbeat`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._core import Ref
    from ._runtime import Runtime


@dataclass(frozen=True)
class Pulse:
    """What a heartbeat reports of a supervised actor."""

    actor: Ref[Any] | None
    """Whom it is about; None if it is none of Python's, or is gone."""
    cycles: int
    """How many cycles have ended without an answer. Told once, until it answers again: then it is 0."""
    latency: float | None
    """How many seconds its answer took; None without one."""
    id: int = 0
    """Its id, whoever made it."""


@dataclass(frozen=True)
class Water:
    """That the queues of a runtime have passed a mark of their byte budget."""

    bytes: int
    """What they take."""
    is_high: bool
    """Whether that is more than the high mark. If not, it is no more than the low one, after it was too much."""
    busiest: tuple[tuple[Ref[Any], int], ...]
    """With `is_high` the actors for which the most messages wait, the worst first, and how many those are."""
    busiest_ids: tuple[tuple[int, int], ...] = ()
    """The same by their ids, with those that are none of Python's."""


@dataclass(frozen=True)
class Busy:
    """The message that a runtime is handling."""

    actor: str | None
    """Whose handler it is, as `Counter#7`; None for work of the runtime itself."""
    since: float
    """When the handler began, in seconds of the runtime's clock: `time.monotonic`, if nothing else was said."""
    number: int
    """Tells one message from the next: if it is the same at two looks, so is the message."""
    method: str | None = None
    """The method that runs, as `Counter.add`; None if it is none of Python's, or began before there was a watchdog."""
    id: int | None = None
    """The actor's id, whoever made it; None for work of the runtime itself."""


class Heartbeat:
    """A heartbeat that beats: what `Runtime.heartbeat` returns."""

    def __init__(self, runtime: Runtime, actor: int) -> None:
        self._runtime = runtime
        self._actor = actor

    def stop(self) -> None:
        """End it. Ending it twice is ending it once."""
        if not self._runtime.closed:
            self._runtime._stop_by_id(self._actor)  # pyright: ignore[reportPrivateUsage]
