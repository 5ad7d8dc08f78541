"""Runtimes on asyncio's loop (also uvloop's, or any with `call_soon` and `call_later`).

    async def main() -> None:
        with Runtime() as rt, aio.attach(rt):
            counter = rt.spawn(Counter)
            print(await counter.ask(Counter.add, 1))

Handlers that are coroutines run as tasks of the loop, and may await whatever asyncio offers. Steps run in a copy of the context
(`contextvars`) in which the runtime was attached.

An ask that a step can answer costs no turn of the loop: who awaits it has that step made at once, up to 64 times between two turns.

Attaching schedules one step, so that nothing sent before is forgotten. Both attaching and detaching may be repeated.
"""

from __future__ import annotations

import asyncio
import socket
from types import TracebackType
from typing import Any, Awaitable

from . import _core
from ._cause import StopCause
from ._errors import ClosedError
from ._failure import ErrorInfo
from ._pump import TimerPump
from ._pump import attach as _attach
from ._runtime import Runtime


# The functions of the native half are for this file.
# pyright: reportPrivateUsage=false

_EARLY = 64
"""How many awaits have a step at once before the loop must have had a turn: a task that only asks does not keep it from its other work."""


def attach(rt: Runtime, loop: asyncio.AbstractEventLoop | None = None) -> Attachment:
    """Have `loop` (default: the running one) run `rt` from now on. Attaching again to the same loop does nothing.

    A context manager, plain or `async`: leaving it detaches.
    """
    return _attach(Attachment, rt, asyncio.get_running_loop() if loop is None else loop)


class Attachment(TimerPump):
    """A runtime on a loop, until `detach`."""

    def __init__(self, rt: Runtime, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._soon: asyncio.Handle | None = None
        self._ear: socket.socket | None = None
        self._hearing: asyncio.Future[bytes] | None = None
        self._waiting: list[asyncio.Future[StopCause]] = []
        # None before the loop has had a turn, or who makes one runtime after the other would keep it from that.
        self._early = 0
        super().__init__(rt, loop)

    async def shutdown(self) -> StopCause:
        """Wait until the program is asked to end: `Runtime.terminate` is done, or a child of the root has failed too often.

        Returns why, as `Runtime.take_shutdown` does. `ClosedError` if the runtime is detached or closed before.
        """
        if not self._live:
            raise ClosedError("the runtime is detached")
        cause = self._rt.take_shutdown()
        if cause is not None:
            return cause
        waiting: asyncio.Future[StopCause] = self.loop.create_future()
        self._waiting.append(waiting)
        return await waiting

    async def __aenter__(self) -> Attachment:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave_block()

    def _begin(self) -> None:
        try:
            self.loop.add_reader(self._descriptor, self._pump)
        except NotImplementedError:
            # Windows' proactor watches no sockets, but reads from them. Ours is lent to it, and never closed by it.
            self._ear = socket.socket(fileno=self._descriptor)
            self._ear.setblocking(False)
            self._hear(self._ear)

    def _hear(self, ear: socket.socket) -> None:
        self._hearing = asyncio.ensure_future(self.loop.sock_recv(ear, 64), loop=self.loop)
        self._hearing.add_done_callback(self._rang)

    def _rang(self, hearing: asyncio.Future[bytes]) -> None:
        if self._ear is not None and not hearing.cancelled() and hearing.exception() is None:
            self._hear(self._ear)
            self._pump()

    def _end(self) -> None:
        self._tell(ClosedError("the runtime was detached before the program was asked to end"))
        if self._soon is not None:
            self._soon.cancel()
        self._disarm()
        if self._hearing is not None and not self.loop.is_closed():
            self._hearing.cancel()
        if self._ear is not None:
            self._ear.detach()
            self._ear = None
        elif not self.loop.is_closed():
            # A loop that was closed first has forgotten it already.
            self.loop.remove_reader(self._descriptor)

    def _wake(self) -> None:
        if self._soon is None and self._live and not self.loop.is_closed():
            self._soon = self.loop.call_soon(self._pump)

    def _pump(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        self._early = _EARLY
        super()._pump()

    def _step_early(self) -> None:
        # The pump that is arranged stays so: it does the rest, and lets the loop have its turn before there is another early step.
        if self._early == 0 or self._soon is None:
            return
        try:
            if asyncio.get_running_loop() is not self.loop:
                return
        except RuntimeError:
            return
        self._early -= 1
        try:
            self._context.run(_core._host_step, self._rt, *self._budget)
        except Exception as error:
            self._report_own(error)

    def _start_timer(self, delay: float) -> asyncio.TimerHandle:
        # Relative: some loops' clocks are not time.monotonic.
        return self.loop.call_later(delay, self._ring)

    def _stop_timer(self, timer: asyncio.TimerHandle) -> None:
        timer.cancel()

    def _create_task(self, awaitable: Awaitable[Any]) -> asyncio.Future[Any]:
        return asyncio.ensure_future(awaitable, loop=self.loop)

    def _current_task(self) -> object:
        return asyncio.current_task()

    def _asked_to_end(self) -> None:
        # It is taken once, for all who wait; later by who asks.
        if self._waiting and (cause := self._rt.take_shutdown()) is not None:
            self._tell(cause)

    def _tell(self, what: StopCause | ClosedError) -> None:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if one.done() or self.loop.is_closed():
                continue
            if isinstance(what, ClosedError):
                one.set_exception(what)
            else:
                one.set_result(what)

    def _report(self, error: BaseException, info: ErrorInfo) -> None:
        self.loop.call_exception_handler(
            {"message": f"{info} failed", "exception": error, "actor": info.actor, "method": info.method}
        )

    def _report_own(self, error: Exception) -> None:
        self.loop.call_exception_handler({"message": "a step of the runtime raised", "exception": error})
