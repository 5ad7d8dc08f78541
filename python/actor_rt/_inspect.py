"""Looking inside of a runtime: `Stats`, `Counts`, `DeadLetter`, `Trace`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Literal

from . import _core
from ._core import RuntimeBase
from ._failure import logger

if TYPE_CHECKING:
    from ._core import Ref

# The functions of the native half are this file's alone.
# pyright: reportPrivateUsage=false


@dataclass(frozen=True)
class Stats:
    """What a runtime has done, and has to do."""

    steps: int
    """How often it has stepped."""
    handled: int
    """How many messages were handled."""
    actors: int
    """How many actors live."""
    queued: int
    """How many messages wait."""
    timers: int
    """How many timers are armed by `after`, `at`, `every`, `sleep` and deadlines."""
    failures: int
    """How many exceptions have left a handler, refusals apart."""
    dead_letters: int
    """How many messages were lost."""


@dataclass(frozen=True)
class Counts:
    """What an actor has done since its runtime counts (`Runtime.set_counting`)."""

    messages: int
    """How many turns it had: messages, and each time that a coroutine of its went on."""
    most_queued: int
    """How many have waited for it at once, at the most."""
    busy: float
    """How many seconds its handlers took; 0.0 unless time is counted."""
    longest: float
    """How many seconds the longest of them took: everybody else waited for so long."""


@dataclass(frozen=True)
class DeadLetter:
    """A message that was lost: no handler has seen it."""

    actor: str
    """Whom it was for, as `Counter#7`."""
    id: int
    """The actor's id."""
    method: str
    """What it would have called."""
    reason: str
    """Why it was lost."""


@dataclass(frozen=True)
class Trace:
    """A message that was handled."""

    number: int
    """Its number in this runtime; 0 if it was sent before messages were traced."""
    cause: int
    """The number of the message whose handler sent it; 0 if nobody's did."""
    actor: str | None
    """Whose handler it was, as `Counter#7`; None if that has ended by it."""
    id: int
    """The actor's id."""
    method: str
    """The method."""
    took: float
    """How many seconds it took. Of a coroutine each turn is told of by itself."""


def slow(actor: object, method: str, seconds: float) -> None:
    """A handler took long."""
    logger.warning(
        "%s of %r took %.3f s, and nothing else of its runtime was done meanwhile: await in it, or offload what takes long",
        method, actor, seconds,
    )  # fmt: skip


class Inspecting(RuntimeBase):
    """What a `Runtime` has for looking inside."""

    def stats(self) -> Stats:
        """What it has done, and has to do.

        >>> counter = rt.spawn(Counter)
        >>> counter.tell(Counter.add, 1)
        >>> rt.stats().queued
        1
        >>> _ = rt.run_until_idle()
        """
        return Stats(*_core._stats(self))

    def set_counting(self, what: Literal["off", "messages", "time"]) -> None:
        """Count what each actor does from now on: its messages, and with "time" how long they take, for which the clock is read twice each."""
        _core._set_counting(self, what)

    def counts(self, actor: Ref[Any]) -> Counts:
        """What a living actor has done while its runtime counted.

        >>> rt.set_counting("messages")
        >>> counter = rt.spawn(Counter)
        >>> for n in range(3):
        ...     counter.tell(Counter.add, n)
        >>> handled = rt.run_until_idle()
        >>> rt.counts(counter).messages, rt.counts(counter).most_queued
        (3, 3)
        """
        return Counts(*_core._counts(self, actor))

    def recent_dead_letters(self) -> list[DeadLetter]:
        """The last 64 messages that were lost, the oldest first. `dead_letters` counts all of them.

        >>> counter = rt.spawn(Counter)
        >>> counter.kill()
        >>> counter.tell(Counter.add, 1)
        >>> print(rt.recent_dead_letters()[-1].method, rt.recent_dead_letters()[-1].reason)
        Counter.add the actor ended before it was handled, or its mailbox dropped it
        """
        return [DeadLetter(*letter) for letter in _core._recent_dead_letters(self)]

    def trace(self, told: Callable[[Trace], object] | None) -> None:
        """Call `told(trace)` after each message, with its number and that of the message whose handler sent it. None ends that.

        It costs several times what a message does. Every message is told of once its handler is done, a coroutine's turns each by itself. Of one
        that runs as a task of the host's loop (asyncio, trio) only the start is seen.

        >>> rt.trace(lambda trace: print(trace.number, trace.cause, trace.method))
        >>> counter = rt.spawn(Counter)
        >>> counter.tell(Counter.add, 1)
        >>> handled = rt.run_until_idle()
        1 0 Counter.add
        """
        _core._trace(self, told)

    def set_slow_handler(self, seconds: float | None) -> None:
        """Log a warning for each handler that takes so long: nothing else of the runtime is done meanwhile. None does not look.

        What a coroutine does as a task of the host's loop is not seen: asyncio's own debug mode looks at that.

        With `Runtime(debug=True)` it is 0.1.
        """
        _core._set_slow(self, seconds)
