"""How a reply is awaited in a task of trio's."""

from __future__ import annotations

from typing import Any, TypeVar

import trio

from ._core import Reply
from .trio_ import running

_T = TypeVar("_T")

# What a host tells of its tasks is for this file.
# pyright: reportPrivateUsage=false


async def wait_in_trio(reply: Reply[_T]) -> _T:
    """The reply's answer. If the wait is cancelled, so is the ask."""
    handler = running()
    if handler is not None:
        # It is known to wait from here on.
        reply._wait_begins(handler)
    task = trio.lowlevel.current_task()
    waits = True

    def done(_: Reply[_T]) -> None:
        nonlocal waits
        # On trio's own thread, inside of a step.
        if waits:
            waits = False
            trio.lowlevel.reschedule(task)

    def abort(_: Any) -> trio.lowlevel.Abort:
        nonlocal waits
        waits = False
        reply.cancel()
        return trio.lowlevel.Abort.SUCCEEDED

    reply.add_done_callback(done)
    try:
        await trio.lowlevel.wait_task_rescheduled(abort)
    finally:
        if handler is not None:
            reply._wait_ends(handler)
    return reply.result()
