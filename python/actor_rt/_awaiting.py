"""How a reply is awaited outside of the built-in driver."""

from __future__ import annotations

import asyncio
from typing import Generator, TypeVar

from ._core import Reply

_T = TypeVar("_T")


def wait(reply: Reply[_T]) -> Generator[object, None, _T]:
    """The iterator behind `await reply` in a coroutine of the host's loop."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            "no loop runs here that a reply could be awaited on: await it in a handler of an actor of the same runtime or under "
            "asyncio, or use Runtime.run_until(reply)"
        ) from None
    return _wait(reply, loop)


def _wait(reply: Reply[_T], loop: asyncio.AbstractEventLoop) -> Generator[object, None, _T]:
    task = asyncio.current_task(loop)
    if task is not None:
        # If it runs a handler, that is known to wait from here on.
        reply._wait_begins(task)  # pyright: ignore[reportPrivateUsage]
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
            reply._wait_ends(task)  # pyright: ignore[reportPrivateUsage]
    return reply.result()
