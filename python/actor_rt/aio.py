"""Runtimes on asyncio's loop (also uvloop's, or any with `call_soon`, `call_later` and `add_reader`).

    async def main() -> None:
        with Runtime() as rt, aio.attach(rt):
            counter = rt.spawn(Counter)
            print(await counter.ask(Counter.add, 1))

The runtime's own thread wakes the loop by `call_soon`, which costs no system call; other threads by a socket that the loop watches
(`add_reader`), since threads that Python knows nothing of may send too, and a wake may not wait for the GIL while the owner closes.
Handlers that are coroutines run as tasks of the loop, and may await whatever asyncio offers.

All steps run in one context (`contextvars`), a copy of the one that was current at `attach`: a loop would otherwise run each in
that of whichever task happened to wake the runtime, and its variables would be those of an arbitrary sender.

Attaching schedules one step, so that nothing sent before is forgotten. Detaching stops watching before anything is closed; both may
be repeated.
"""

from __future__ import annotations

import asyncio
import contextvars
import math
import weakref
from types import TracebackType
from typing import Any, Awaitable

from ._cause import StopCause
from ._errors import ClosedError
from ._failure import ErrorInfo
from ._runtime import Runtime

# Loops count in milliseconds. A timer is never early by our doing; where the loop's own is, one more grain is slept.
_GRAIN = 0.001
_LONGEST = 24 * 3600.0

# Weak, so that a loop that was dropped takes its runtimes along. An attachment holds its runtime, whose number is thus nobody else's.
_attached: weakref.WeakValueDictionary[int, Attachment] = weakref.WeakValueDictionary()


def attach(rt: Runtime, loop: asyncio.AbstractEventLoop | None = None) -> Attachment:
    """Have `loop` (default: the running one) run `rt` from now on. Attaching again to the same loop does nothing.

    A context manager, plain or `async`: leaving it detaches.
    """
    if rt.closed:
        raise ClosedError("the runtime is closed")
    if loop is None:
        loop = asyncio.get_running_loop()
    known = _attached.get(id(rt))
    if known is not None:
        if known.loop is loop:
            return known
        raise RuntimeError("the runtime is attached to another loop: detach it first")
    return Attachment(rt, loop)


class Attachment:
    """A runtime on a loop, until `detach`."""

    def __init__(self, rt: Runtime, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._rt = rt
        self._soon: asyncio.Handle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._when = math.inf
        self._live = True
        self._news = asyncio.Event()
        self._context = contextvars.copy_context()
        self._descriptor = rt.fileno()
        rt._set_host(self._wake, self._create_task, self._report, self.detach)  # pyright: ignore[reportPrivateUsage]
        try:
            # It takes no context.
            loop.add_reader(self._descriptor, self._context.run, self._pump)
        except NotImplementedError:
            self._live = False
            rt._set_host()  # pyright: ignore[reportPrivateUsage]
            raise RuntimeError(
                "this loop cannot watch a socket (add_reader); on Windows use asyncio.SelectorEventLoop"
            ) from None
        _attached[id(rt)] = self
        self._wake()

    def detach(self) -> None:
        """Leave the loop. The runtime may be attached again, to this loop or another one."""
        if not self._live:
            return
        if not self._rt.closed:
            # First of all, since it refuses other threads and child processes, which must not touch the loop either.
            self._rt._set_host()  # pyright: ignore[reportPrivateUsage]
        self._live = False
        self._news.set()
        _attached.pop(id(self._rt), None)
        if self._soon is not None:
            self._soon.cancel()
        self._disarm()
        # Before the descriptor can be closed: a loop keeps a closed one's number and ignores the next socket that gets it. A loop that was
        # closed first has forgotten it already.
        if not self.loop.is_closed():
            self.loop.remove_reader(self._descriptor)

    async def shutdown(self) -> StopCause:
        """Wait until the program is asked to end: `Runtime.terminate` is done, or a child of the root has failed too often.

        Returns why, as `Runtime.take_shutdown` does. `ClosedError` if the runtime is detached or closed before.
        """
        while (cause := self._rt.take_shutdown()) is None:
            self._news.clear()
            await self._news.wait()
            if not self._live:
                raise ClosedError("the runtime was detached before the program was asked to end")
        return cause

    def __enter__(self) -> Attachment:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()

    async def __aenter__(self) -> Attachment:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()

    def __repr__(self) -> str:
        return f"<Attachment of {self._rt!r} to {self.loop!r}>"

    def _wake(self) -> None:
        if self._soon is None and self._live and not self.loop.is_closed():
            self._soon = self.loop.call_soon(self._pump, context=self._context)

    def _pump(self) -> None:
        """One bounded step. Interrupts go on to the loop, as from its own callbacks; everything else is reported."""
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        if not self._live:
            return
        more = True
        try:
            progress = self._rt._host_step()  # pyright: ignore[reportPrivateUsage]
            more = progress.more
            if progress.shutdown:
                self._news.set()
        except Exception as error:
            self.loop.call_exception_handler({"message": "a step of the runtime raised", "exception": error})
        finally:
            # Also on the way of an interrupt: whoever catches it finds the runtime going on.
            if self._live and not self._rt.closed:
                if more:
                    self._wake()
                self._arm()

    def _arm(self) -> None:
        """See to it that the loop comes back in time. A timer that is too early finds nothing due, and arms the next."""
        timeout = self._rt.next_timeout()
        if timeout is None or self._soon is not None:
            # A step comes anyway, or never has to.
            return
        delay = min(math.ceil(timeout / _GRAIN) * _GRAIN, _LONGEST)
        when = self.loop.time() + delay
        if self._timer is not None:
            if when >= self._when:
                return
            self._disarm()
        self._when = when
        # Relative: some loops' clocks are not time.monotonic.
        self._timer = self.loop.call_later(max(delay, _GRAIN), self._ring, context=self._context)

    def _ring(self) -> None:
        self._timer = None
        self._when = math.inf
        self._pump()

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._when = math.inf

    def _create_task(self, awaitable: Awaitable[Any]) -> asyncio.Future[Any]:
        return asyncio.ensure_future(awaitable, loop=self.loop)

    def _report(self, error: BaseException, info: ErrorInfo) -> None:
        self.loop.call_exception_handler(
            {"message": f"{info} failed", "exception": error, "actor": info.actor, "method": info.method}
        )
