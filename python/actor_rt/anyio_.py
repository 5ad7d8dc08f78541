"""Runtimes on whichever loop anyio runs on: asyncio's or trio's.

    async def main() -> None:
        with Runtime() as rt:
            async with anyio_.attach(rt):
                counter = rt.spawn(Counter)
                print(await counter.ask(Counter.add, 1))

Handlers that are coroutines run as tasks of the loop, and may await whatever anyio offers.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import AsyncIterator

from ._awaiting import in_trio
from ._pump import Pump
from ._runtime import Runtime


@asynccontextmanager
async def attach(rt: Runtime) -> AsyncIterator[Pump]:
    """Have the running loop run `rt` while the block runs."""
    if in_trio():
        from . import trio_

        async with trio_.attach(rt) as attachment:
            yield attachment
    else:
        from . import aio

        async with aio.attach(rt) as on_asyncio:
            yield on_asyncio
