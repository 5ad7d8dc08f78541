"""How a reply is awaited outside of the built-in driver."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Generator, TypeVar

from ._core import Reply

_T = TypeVar("_T")

# What a host tells of its tasks is for this file.
# pyright: reportPrivateUsage=false


def in_trio() -> bool:
    """Whether the running code is a task of trio's. Also where trio is a guest of another loop, asyncio's for one."""
    trio = sys.modules.get("trio")
    if trio is None:
        return False
    try:
        trio.lowlevel.current_task()
    except RuntimeError:
        return False
    return True


def wait(reply: Reply[_T]) -> Generator[Any, Any, _T]:
    """The iterator behind `await reply` in a coroutine of the host's loop."""
    if in_trio():
        from ._awaiting_trio import wait_in_trio

        return wait_in_trio(reply).__await__()
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            "no loop runs here that a reply could be awaited on: await it in a handler of an actor of the same runtime, or under "
            "asyncio or trio, or use Runtime.run_until(reply)"
        ) from None
    return _wait_in_asyncio(reply, loop)


def _wait_in_asyncio(reply: Reply[_T], loop: asyncio.AbstractEventLoop) -> Generator[object, None, _T]:
    task = asyncio.current_task(loop)
    if task is not None:
        # If it runs a handler, that is known to wait from here on.
        reply._wait_begins(task)
    future: asyncio.Future[None] = loop.create_future()

    def done(_: Reply[_T]) -> None:
        # On the loop's own thread, inside of a step.
        if not future.done():
            future.set_result(None)

    reply.add_done_callback(done)
    try:
        yield from future.__await__()
    except asyncio.CancelledError:
        reply.cancel()
        raise
    finally:
        if task is not None:
            reply._wait_ends(task)
    return reply.result()
