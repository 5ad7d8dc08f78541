"""Loops of asyncio's kind, run as `asyncio.run` does."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Coroutine, TypeVar

_T = TypeVar("_T")


class Loops:
    """Makes loops of one kind, and runs them as `asyncio.run` does."""

    def __init__(self, new: Callable[[], asyncio.AbstractEventLoop]) -> None:
        self.new = new

    def run(self, main: Coroutine[Any, Any, _T], *, debug: bool = False) -> _T:
        # asyncio.run takes a loop factory from 3.12 on only.
        loop = self.new()
        loop.set_debug(debug)
        try:
            return loop.run_until_complete(main)
        finally:
            loop.run_until_complete(self._wind_up(loop))
            loop.close()

    async def _wind_up(self, loop: asyncio.AbstractEventLoop) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await loop.shutdown_asyncgens()
        await loop.shutdown_default_executor()
