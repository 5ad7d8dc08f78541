"""Asks that a step can answer: whoever awaits them under asyncio has that step made at once."""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any, Callable

import pytest
from actors import Counter
from asyncio_loops import Loops

import actor_rt as art
from actor_rt import aio

who: contextvars.ContextVar[str] = contextvars.ContextVar("who", default="nobody")


def turns_of(loop: asyncio.AbstractEventLoop) -> list[int]:
    """How many turns the loop has had, in a list that it keeps up to date."""
    turns = [0]

    def turn() -> None:
        turns[0] += 1
        loop.call_soon(turn)

    loop.call_soon(turn)
    return turns


def test_an_ask_that_a_step_can_answer_costs_no_turn_of_the_loop(loops: Loops) -> None:
    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            counter = rt.spawn(Counter)
            await asyncio.sleep(0)
            turns = turns_of(asyncio.get_running_loop())
            assert [await counter.ask(Counter.add) for _ in range(10)] == list(range(1, 11))
            assert turns == [0]

    loops.run(main())


def test_a_task_that_only_asks_leaves_the_loop_its_turns(loops: Loops) -> None:
    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            counter = rt.spawn(Counter)
            turns = turns_of(asyncio.get_running_loop())
            for n in range(1000):
                assert await counter.ask(Counter.add) == n + 1
            assert turns[0] >= 1000 // 64

    loops.run(main())


def test_what_a_step_does_not_answer_is_waited_for(loops: Loops) -> None:
    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            counter = rt.spawn(Counter)
            await asyncio.sleep(0)
            slow = counter.ask(Counter.slowly, 1, 0.01)
            # Behind the first one, whose coroutine is not done.
            assert await counter.ask(Counter.add) == 2
            assert await slow == 1

    loops.run(main())


def test_an_early_step_runs_in_the_context_of_the_others_and_answers_with_exceptions(loops: Loops) -> None:
    class Witness(art.Actor):
        def see(self) -> str:
            return who.get()

    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            witness, counter = rt.spawn(Witness), rt.spawn(Counter)
            who.set("the task")
            await asyncio.sleep(0)
            assert await witness.ask(Witness.see) == "nobody"
            with pytest.raises(ValueError, match="on purpose") as raised:
                await counter.ask(Counter.fail)
            assert any("Counter.fail" in note for note in getattr(raised.value, "__notes__", ["Counter.fail"]))

    loops.run(main())


def test_an_interrupt_leaves_an_early_step_and_the_runtime_goes_on(loops: Loops) -> None:
    class Interrupted(art.Actor):
        def interrupt(self) -> None:
            raise KeyboardInterrupt

    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            counter, interrupted = rt.spawn(Counter), rt.spawn(Interrupted)
            await asyncio.sleep(0)
            with pytest.raises(KeyboardInterrupt):
                await interrupted.ask(Interrupted.interrupt)
            assert await counter.ask(Counter.add) == 1

    loops.run(main())


def test_a_coroutine_of_an_actor_asks_as_early_and_no_circle_is_missed(loops: Loops) -> None:
    class Asker(art.Actor):
        async def pass_on(self, other: art.Ref[Any]) -> int:
            return sum([await other.ask(Counter.add) for _ in range(3)])

        async def around(self, other: art.Ref[Asker]) -> None:
            await other.ask(Asker.around, self.ctx.ref)

    async def main() -> None:
        with art.Runtime(on_error=lambda error, info: None) as rt, aio.attach(rt):
            one, other = rt.spawn(Asker), rt.spawn(Asker)
            await asyncio.sleep(0)
            assert await one.ask(Asker.pass_on, rt.spawn(Counter)) == 6
            with pytest.raises(art.WouldDeadlock):
                await one.ask(Asker.around, other)

    loops.run(main())


def test_a_runtime_may_be_closed_or_detached_in_an_early_step(loops: Loops) -> None:
    class Closer(art.Actor):
        def close(self, what: Callable[[], None]) -> str:
            what()
            return "done"

    async def main(how: str) -> None:
        with art.Runtime() as rt:
            attachment = aio.attach(rt)
            await asyncio.sleep(0)
            ask = rt.spawn(Closer).ask(Closer.close, rt.close if how == "close" else attachment.detach)
            assert await ask == "done"
            assert rt.closed == (how == "close")

    loops.run(main("close"))
    loops.run(main("detach"))


def test_who_makes_one_runtime_after_the_other_leaves_the_loop_its_turns(loops: Loops) -> None:
    async def main() -> None:
        turns = turns_of(asyncio.get_running_loop())
        for _ in range(100):
            with art.Runtime() as rt, aio.attach(rt):
                assert await rt.spawn(Counter).ask(Counter.add) == 1
        assert turns[0] >= 100

    loops.run(main())
