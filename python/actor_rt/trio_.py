"""Runtimes on trio's loop.

    async def main() -> None:
        with Runtime() as rt:
            async with trio_.attach(rt):
                counter = rt.spawn(Counter)
                print(await counter.ask(Counter.add, 1))

Handlers that are coroutines run as tasks of trio's, in a nursery of the attachment's, and may await whatever trio offers. When the block
is left the runtime is detached, and those that still run are cancelled.
"""

from __future__ import annotations

import contextvars
import math
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Awaitable, Callable

import trio

from ._errors import ReplyDropped
from ._pump import Pump
from ._pump import attach as _attach
from ._runtime import Runtime


@asynccontextmanager
async def attach(rt: Runtime) -> AsyncIterator[Attachment]:
    """Have trio's loop run `rt` while the block runs."""
    try:
        async with trio.open_nursery() as nursery:
            attachment = _attach(Attachment, rt, nursery)
            nursery.start_soon(attachment._run)  # pyright: ignore[reportPrivateUsage]
            try:
                yield attachment
            finally:
                attachment.detach()
                nursery.cancel_scope.cancel()
    except BaseException as error:
        # A nursery wraps what leaves it. Who wrote the block sees no nursery.
        inside: tuple[BaseException, ...] = getattr(error, "exceptions", ())
        if len(inside) != 1:
            raise
        raise inside[0] from inside[0].__cause__


_running: contextvars.ContextVar[Task | None] = contextvars.ContextVar("actor_rt task", default=None)


class Task:
    """A coroutine of a handler in the nursery: as much of a future as the runtime needs."""

    def __init__(self, awaitable: Awaitable[Any]) -> None:
        self._awaitable = awaitable
        self._scope = trio.CancelScope()
        self._value: Any = None
        self._error: BaseException | None = None
        self._done = False
        self._told: list[Callable[[Task], object]] = []
        self._task: trio.lowlevel.Task | None = None

    async def run(self) -> None:
        """Run it to its end. What it raises is for its actor; interrupts are for the program too."""
        _running.set(self)
        self._task = trio.lowlevel.current_task()
        try:
            with self._scope:
                self._value = await self._awaitable
            if self._scope.cancelled_caught:
                self._error = ReplyDropped("the coroutine was cancelled")
        except trio.Cancelled:
            self._error = ReplyDropped("the nursery was left before the coroutine was done")
            raise
        except Exception as error:
            self._error = error
        except BaseException:
            self._error = ReplyDropped("the coroutine was interrupted")
            raise
        finally:
            self._done = True
            for told in self._told:
                told(self)

    def is_current(self) -> bool:
        """Whether trio runs it now."""
        return self._task is trio.lowlevel.current_task()

    def cancel(self) -> None:
        self._scope.cancel()

    def add_done_callback(self, told: Callable[[Task], object]) -> None:
        if self._done:
            told(self)
        else:
            self._told.append(told)

    def exception(self) -> BaseException | None:
        return self._error

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._value


def running() -> Task | None:
    """The handler's coroutine that runs, if one does."""
    task = _running.get()
    # Tasks that it starts inherit the variable, and are tasks of their own.
    return task if task is not None and task.is_current() else None


class Attachment(Pump):
    """A runtime on trio's loop, until the block is left."""

    def __init__(self, rt: Runtime, nursery: trio.Nursery) -> None:
        self._nursery = nursery
        self._waits: trio.CancelScope | None = None
        self._deadline = 0.0
        super().__init__(rt, nursery)

    async def _run(self) -> None:
        # Until the block is left, also when what is around it is cancelled: the block may have something to end by messages.
        with trio.CancelScope(shield=True):
            await self._run_until_detached()

    async def _run_until_detached(self) -> None:
        while self._live:
            if self._deadline == 0.0:
                await trio.lowlevel.checkpoint()
            else:
                try:
                    with trio.CancelScope(deadline=self._deadline) as self._waits:
                        await trio.lowlevel.wait_readable(self._descriptor)
                except trio.ClosedResourceError:
                    return
                finally:
                    self._waits = None
            self._deadline = math.inf
            self._pump()

    def _begin(self) -> None:
        """The task begins with a pump, and watches then."""

    def _end(self) -> None:
        if self._waits is not None:
            trio.lowlevel.notify_closing(self._descriptor)

    def _wake(self) -> None:
        self._deadline = 0.0
        if self._waits is not None:
            self._waits.cancel()

    def _arm(self, delay: float) -> None:
        self._deadline = min(self._deadline, trio.current_time() + delay)

    def _create_task(self, awaitable: Awaitable[Any]) -> Task:
        task = Task(awaitable)
        self._nursery.start_soon(task.run)
        return task

    def _current_task(self) -> object:
        return running()
