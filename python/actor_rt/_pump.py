"""How a host's loop runs a runtime: what all adapters have in common.

A pump is a step with its host calls, and then the next one is arranged: as soon as the loop has had a turn if work is left, else in time for
the earliest timer, else not before somebody wakes it. The adapters say how their loop is asked for that.

Rules, which the tests of every adapter check:

- One pump for any number of wakes. The owner thread arranges it through the loop, which costs no system call; other threads ring a socket that
  the loop watches, since threads that Python knows nothing of may send too, and a wake may not wait for the GIL while the owner closes.
- No `Exception` reaches the loop: some end with it, some lose it. An interrupt does, where the loop lets it through.
- Timers are relative and rounded up to what the loop counts in. One that is too early finds nothing due, and arms the next.
- Host calls are made when the next pump is arranged: the loop that they open inside of this one goes on with the runtime.
- In a loop that a handler opened directly a pump does nothing: the step around it is not done.
- The socket is unwatched before it can be closed: loops keep a closed one's number, and ignore the next socket that gets it.
- All steps run in one context (`contextvars`), a copy of that in which the runtime was attached: a loop would run each in that of whoever
  happened to wake the runtime.
"""

from __future__ import annotations

import contextvars
import math
import os
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Awaitable, Callable, TypeVar

from . import _core
from ._clock import ManualClock
from ._errors import ClosedError
from ._failure import ErrorInfo, logger

if TYPE_CHECKING:
    from ._runtime import Runtime

# The functions of the native half are for this file.
# pyright: reportPrivateUsage=false

_LONGEST = 24 * 3600.0
_RETRY = 0.1

_P = TypeVar("_P", bound="Pump")


class Pump:
    """A runtime on a loop, until `detach`. A context manager, plain or `async`: leaving it detaches."""

    _grain = 0.001
    """What the loop's timers count in, in seconds."""

    _create_task: Callable[[Awaitable[Any]], Any] | None = None
    """How the loop runs a coroutine; None if the runtime does that."""

    def __init__(self, rt: Runtime, loop: object) -> None:
        self._rt = rt
        self._loop = loop
        self._live = True
        self._process = os.getpid()
        self._missed = False
        self._budget: tuple[int, float | None] = (1024, 0.002)
        self._context = contextvars.copy_context()
        self._descriptor = rt.fileno()
        _core._set_host(rt, self)
        try:
            self._begin()
            clock = rt._clock
            self._has_manual_clock = isinstance(clock, ManualClock)
            if isinstance(clock, ManualClock):
                clock._tell(self)
        except BaseException:
            self._live = False
            _core._set_host(rt, None)
            raise
        self._wake()

    # -- what an adapter says --------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Watch `self._descriptor`: call `_pump` when it is readable."""
        raise NotImplementedError

    def _end(self) -> None:
        """Watch it no more, and forget every pump that was arranged."""
        raise NotImplementedError

    def _wake(self) -> None:
        """Arrange a pump as soon as the loop has had a turn, unless one is arranged. On the loop's own thread."""
        raise NotImplementedError

    def _again(self) -> None:
        """The same, since work is left: behind the loop's own input, where it tells them apart."""
        self._wake()

    def _arm(self, delay: float) -> None:
        """Arrange a pump in `delay` seconds, unless one comes before that anyway."""
        raise NotImplementedError

    def _current_task(self) -> object:
        """What `_create_task` returned for the coroutine that runs."""
        return None

    def _report(self, error: BaseException, info: ErrorInfo) -> None:
        """Show an exception that left a handler, and that nobody asked for."""
        logger.error("%s failed", info, exc_info=error)

    def _report_own(self, error: Exception) -> None:
        """Show an exception that left a step."""
        logger.error("a step of the runtime raised", exc_info=error)

    def _step_early(self) -> None:
        """Make a step right now, before somebody awaits a reply, if the loop has one arranged and can do without a turn of its own."""

    def _asked_to_end(self) -> None:
        """The program is asked to end."""

    # -- what is the same for all ----------------------------------------------------------------------------------------

    def set_budget(self, max_messages: int = 1024, max_seconds: float | None = 0.002) -> None:
        """How much one step does before the loop has its turn: at most so many messages, and about so many seconds (None: no bound)."""
        self._rt._check_owner()
        if not 1 <= max_messages < 2**32 or not (max_seconds is None or 0.0 <= max_seconds <= 1e9):
            raise ValueError("a budget is of 1 to 4,294,967,295 messages, and of 0 to 1e9 seconds, or None for no bound")
        self._budget = (max_messages, max_seconds)

    def detach(self) -> None:
        """Leave the loop. The runtime may be attached again, to this loop or another one. Detaching twice is detaching once."""
        if not self._live:
            return
        if not self._rt.closed:
            # First of all, since it refuses other threads and child processes, which must not touch the loop either.
            _core._set_host(self._rt, None)
        self._live = False
        self._end()

    def __enter__(self: _P) -> _P:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave_block()

    def _leave_block(self) -> None:
        # In a child process the loop is the parent's, and a SystemExit on its way through here is not to be replaced.
        if self._process == os.getpid():
            self.detach()

    def __repr__(self) -> str:
        return f"<Attachment of {self._rt!r} to {self._loop!r}>"

    def _pump(self) -> None:
        """One bounded step and its host calls, and the next pump is arranged."""
        if not self._live:
            return
        if _core._is_stepping(self._rt):
            self._missed = True
            return
        more = True
        calls = 0
        try:
            progress = self._context.run(_core._host_step, self._rt, *self._budget)
            more = progress.more
            calls = progress.host_calls
            if progress.shutdown:
                self._asked_to_end()
        except Exception as error:
            self._report_own(error)
        finally:
            # Also on the way of an interrupt: whoever catches it finds the runtime going on.
            if self._live and not self._rt.closed:
                self._go_on(more)
        if calls and self._live and not self._rt.closed:
            self._make_calls()

    def _go_on(self, more: bool) -> None:
        try:
            delay = self._delay()
        except Exception as error:
            # Of a clock of the user's: it is looked at again, but not all the time.
            self._report_own(error)
            self._arm(_RETRY)
            return
        if more or self._missed or delay == 0.0:
            self._missed = False
            self._again()
        elif delay is not None:
            self._arm(delay)

    def _delay(self) -> float | None:
        """In how many seconds a pump has something to do, in the loop's grains; None if nobody knows."""
        timeout = self._rt.next_timeout()
        if timeout is None or timeout == 0.0:
            return timeout
        if self._has_manual_clock:
            # Whoever moves it wakes us.
            return None
        return min(math.ceil(timeout / self._grain) * self._grain, _LONGEST)

    def _make_calls(self) -> None:
        try:
            _core._run_host_calls(self._rt)
        except BaseException:
            # Those behind it are still to be made.
            if self._live and not self._rt.closed:
                self._wake()
            raise


class TimerPump(Pump):
    """A pump on a loop of callbacks, which has timers that can be cancelled."""

    _timer: Any = None
    _when = math.inf

    def _start_timer(self, delay: float) -> Any:
        """Have the loop call `_ring` in `delay` seconds, once."""
        raise NotImplementedError

    def _stop_timer(self, timer: Any) -> None:
        raise NotImplementedError

    def _arm(self, delay: float) -> None:
        # One that comes too early does no harm, and most deadlines come closer: the armed timer is kept where it can be.
        when = time.monotonic() + delay
        if self._timer is not None:
            if when >= self._when:
                return
            self._disarm()
        self._when = when
        self._timer = self._start_timer(delay)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._stop_timer(self._timer)
        self._timer = None
        self._when = math.inf

    def _ring(self) -> None:
        self._timer = None
        self._when = math.inf
        self._pump()


def attach(kind: type[_P], rt: Runtime, loop: Any) -> _P:
    """Have `loop` run `rt` from now on. Attaching again to the same loop does nothing."""
    if rt.closed:
        raise ClosedError("the runtime is closed")
    host = _core._host(rt)
    if host is None:
        return kind(rt, loop)
    if isinstance(host, kind) and host._loop == loop:
        return host
    raise RuntimeError("the runtime is attached to another loop: detach it first")
