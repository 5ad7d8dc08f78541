"""What is trio's alone: cancellation, nurseries, groups of exceptions."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import trio

import actor_rt as art
from actor_rt import trio_

if sys.version_info < (3, 11):
    from exceptiongroup import ExceptionGroup


class Counter(art.Actor):
    def __init__(self) -> None:
        self.count = 0

    def add(self, n: int) -> int:
        self.count += n
        return self.count


class Caller(art.Actor):
    async def call(self, nursery: trio.Nursery, done: trio.Event, told: list[object]) -> None:
        async def helper() -> None:
            # A task of its own: it may wait for the actor that has started it.
            told.append(await self.ctx.ref.ask(Caller.answer).within(5.0))
            done.set()

        nursery.start_soon(helper)

    def answer(self) -> str:
        return "answered"


def test_a_block_ends_by_messages_what_it_has_begun_when_it_is_cancelled() -> None:
    answers: list[int] = []

    async def main() -> None:
        with art.Runtime() as rt, trio.move_on_after(0.05):
            async with trio_.attach(rt):
                counter = rt.spawn(Counter)
                try:
                    await trio.sleep_forever()
                finally:
                    with trio.CancelScope(shield=True, deadline=trio.current_time() + 5.0):
                        answers.append(await counter.ask(Counter.add, 1))

    trio.run(main)
    assert answers == [1]


def test_a_task_that_a_handler_starts_is_no_handler() -> None:
    told: list[object] = []

    async def main() -> None:
        with art.Runtime() as rt:
            async with trio_.attach(rt), trio.open_nursery() as nursery:
                done = trio.Event()
                await rt.spawn(Caller).ask(Caller.call, nursery, done, told)
                await done.wait()

    trio.run(main)
    assert told == ["answered"]


def test_what_leaves_the_block_comes_out_as_it_is() -> None:
    def leaving(error: BaseException) -> Any:
        async def main() -> None:
            with art.Runtime() as rt:
                async with trio_.attach(rt):
                    raise error

        return main

    with pytest.raises(KeyError):
        trio.run(leaving(KeyError("mine")))
    mine = ExceptionGroup("mine", [ValueError()])
    with pytest.raises(ExceptionGroup) as raised:
        trio.run(leaving(mine))
    assert raised.value.message == "mine" and [type(error) for error in raised.value.exceptions] == [ValueError]
