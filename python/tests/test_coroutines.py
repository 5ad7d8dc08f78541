"""`async def` handlers on the built-in driver."""

from __future__ import annotations

import asyncio
import gc
from typing import Any, Awaitable, Generator

import pytest
from actors import Counter, Recorder

import actor_rt as art


def test_a_handler_awaits_other_actors_without_any_loop(rt: art.Runtime) -> None:
    class Sum(art.Actor):
        async def of(self, *counters: art.Ref[Counter]) -> int:
            return sum([await counter.ask(Counter.add, 0) for counter in counters])

    counters = [rt.spawn(Counter, n) for n in (1, 2, 3)]
    assert rt.run_until(rt.spawn(Sum).ask(Sum.of, *counters)) == 6


def test_messages_wait_while_a_coroutine_waits_and_keep_their_order(
    rt: art.Runtime, clock: art.ManualClock
) -> None:
    counter = rt.spawn(Counter)
    replies = [counter.ask(Counter.slowly, 10), counter.ask(Counter.add, 1), counter.ask(Counter.slowly, 10)]
    replies.append(counter.ask(Counter.add, 1))
    rt.run_until_idle()
    assert [reply.done() for reply in replies] == [False] * 4
    clock.advance(1.0)
    rt.run_until_idle()
    assert [reply.done() for reply in replies] == [True, True, False, False]
    clock.advance(1.0)
    rt.run_until_idle()
    assert [reply.result() for reply in replies] == [10, 11, 21, 22]


def test_a_reentrant_method_overtakes(rt: art.Runtime, clock: art.ManualClock) -> None:
    class Door(art.Actor):
        async def wait(self) -> str:
            await self.ctx.sleep(1.0)
            return "waited"

        @art.reentrant
        def look(self) -> str:
            return "looked"

        @art.reentrant
        async def watch(self) -> str:
            await self.ctx.sleep(0.5)
            return "watched"

    door = rt.spawn(Door)
    wait, look, watch = door.ask(Door.wait), door.ask(Door.look), door.ask(Door.watch)
    rt.run_until_idle()
    assert look.result() == "looked" and not wait.done()
    clock.advance(0.5)
    rt.run_until_idle()
    assert watch.result() == "watched" and not wait.done()
    clock.advance(0.5)
    assert rt.run_until(wait) == "waited"


class Caller(art.Actor):
    def __init__(self) -> None:
        self.other: art.Ref[Caller] | None = None

    def meet(self, other: art.Ref[Caller]) -> None:
        self.other = other

    async def call(self, depth: int) -> int:
        if depth == 0 or self.other is None:
            return 0
        return 1 + await self.other.ask(Caller.call, depth - 1)


def test_a_circle_of_waiting_is_refused_at_once(clock: art.ManualClock) -> None:
    with art.Runtime(clock=clock, on_error=lambda error, info: None) as rt:
        selfish = rt.spawn(Caller)
        selfish.tell(Caller.meet, selfish)
        with pytest.raises(art.WouldDeadlock, match="Caller#1 waits for Caller#1"):
            rt.run_until(selfish.ask(Caller.call, 1))

        one, two = rt.spawn(Caller), rt.spawn(Caller)
        one.tell(Caller.meet, two)
        two.tell(Caller.meet, one)
        with pytest.raises(art.WouldDeadlock, match="waits for Caller#2 waits for Caller#3|Caller#3"):
            rt.run_until(one.ask(Caller.call, 5))


def test_an_exception_comes_out_of_the_await(rt: art.Runtime) -> None:
    class Careful(art.Actor):
        async def go(self, counter: art.Ref[Counter]) -> str:
            try:
                await counter.ask(Counter.fail, "inner")
            except ValueError as error:
                return str(error)
            return "nothing"

    assert rt.run_until(rt.spawn(Careful).ask(Careful.go, rt.spawn(Counter))) == "inner"


@pytest.mark.parametrize("end", ["stop", "kill", "close"])
def test_who_ends_while_it_waits_withdraws_what_it_asked(clock: art.ManualClock, end: str) -> None:
    with art.Runtime(clock=clock) as rt:
        counter = rt.spawn(Counter)
        kept: list[art.Reply[int]] = []

        class Keeper(art.Actor):
            async def wait(self) -> None:
                kept.append(counter.ask(Counter.slowly, 1))
                await kept[0]

        keeper = rt.spawn(Keeper)
        answer = keeper.ask(Keeper.wait)
        rt.run_until_idle()
        assert kept and not kept[0].done()
        if end == "stop":
            keeper.stop()
        elif end == "kill":
            keeper.kill()
        if end != "close":
            rt.run_until_idle()
            assert kept[0].cancelled()
    assert isinstance(answer.exception(), art.ReplyDropped)
    assert isinstance(kept[0].exception(), (art.AskCancelled, art.ReplyDropped))


def test_another_runtimes_reply_is_refused_in_a_handler(rt: art.Runtime, clock: art.ManualClock) -> None:
    class Stranger(art.Actor):
        async def wait(self, counter: art.Ref[Counter]) -> int:
            return await counter.ask(Counter.add, 1)

        def drive(self, other: art.Runtime, stranger: art.Ref[Stranger], counter: art.Ref[Counter]) -> None:
            # The other runtime's coroutine runs inside of a turn of this one's.
            answer = stranger.ask(Stranger.wait, counter)
            other.run_until_idle()
            with pytest.raises(RuntimeError, match="another runtime|same runtime"):
                answer.result()

    with art.Runtime(clock=clock, on_error=lambda error, info: None) as other:
        counter = other.spawn(Counter)
        with pytest.raises(RuntimeError, match="of the same runtime"):
            rt.run_until(rt.spawn(Stranger).ask(Stranger.wait, counter))
        rt.run_until(rt.spawn(Stranger).ask(Stranger.drive, other, other.spawn(Stranger), rt.spawn(Counter)))
        with pytest.raises(ValueError, match="belongs to another runtime"):
            rt.ask_all([rt.spawn(Counter), counter], Counter.add)


class Later:
    """An awaitable of one's own."""

    def __init__(self, reply: art.Reply[int]) -> None:
        self.reply = reply

    def __await__(self) -> Generator[Any, None, int]:
        return self.reply.__await__()


def test_whatever_can_be_awaited_is_waited_for(rt: art.Runtime, clock: art.ManualClock) -> None:
    class Lazy(art.Actor):
        def later(self, counter: art.Ref[Counter]) -> Awaitable[int]:
            return Later(counter.ask(Counter.slowly, 7))

    answer: art.Reply[int] = rt.spawn(Lazy).ask(Lazy.later, rt.spawn(Counter))
    rt.run_until_idle()
    assert not answer.done()
    clock.advance(1.0)
    assert rt.run_until(answer) == 7


def test_asyncios_awaitables_are_refused_with_a_hint(rt: art.Runtime) -> None:
    class Wrong(art.Actor):
        async def go(self) -> None:
            await asyncio.sleep(0)

    with pytest.raises(art.ForeignAwaitError, match="aio.attach"):
        rt.run_until(rt.spawn(Wrong).ask(Wrong.go))


def test_asyncios_own_refusal_gets_the_same_hint(rt: art.Runtime) -> None:
    class Wrong(art.Actor):
        async def sleep(self) -> None:
            # Looks for its loop before it gives the driver anything to refuse.
            await asyncio.sleep(0.01)

        async def after_a_wait(self) -> None:
            await self.ctx.sleep(0.0)
            await asyncio.wait_for(self.ctx.sleep(1.0), 2.0)

        async def catch(self) -> str:
            try:
                await asyncio.sleep(0.01)
            except RuntimeError as error:
                return str(error)
            return "no error"

        async def other(self) -> None:
            raise RuntimeError("of the handler's own")

    for method in (Wrong.sleep, Wrong.after_a_wait):
        with pytest.raises(art.ForeignAwaitError, match="aio.attach") as caught:
            rt.run_until(rt.spawn(Wrong).ask(method))
        assert type(caught.value.__cause__) is RuntimeError and caught.value.__cause__.__traceback__ is not None
    # What the handler catches or raises itself is left as it is.
    assert rt.run_until(rt.spawn(Wrong).ask(Wrong.catch)) == "no running event loop"
    with pytest.raises(RuntimeError, match="of the handler's own") as own:
        rt.run_until(rt.spawn(Wrong).ask(Wrong.other))
    assert type(own.value) is RuntimeError and own.value.__cause__ is None


def test_the_end_of_an_actor_closes_its_coroutines(rt: art.Runtime) -> None:
    heard: list[object] = []

    class Waits(Recorder):
        async def wait(self) -> None:
            try:
                await self.ctx.sleep(100.0)
            finally:
                self.heard.append("cleaned up")

    waits = rt.spawn(Waits, heard)
    reply = waits.ask(Waits.wait)
    stashed = waits.ask(Recorder.hear, "never")
    rt.run_until_idle()
    waits.stop()
    rt.run_until_idle()
    assert heard == [art.StopCause("stopped"), "cleaned up"]
    assert isinstance(reply.exception(), art.ReplyDropped) and isinstance(stashed.exception(), art.ReplyDropped)


def test_close_closes_coroutines(clock: art.ManualClock) -> None:
    cleaned: list[str] = []

    class Waits(art.Actor):
        async def wait(self) -> None:
            try:
                await self.ctx.sleep(100.0)
            finally:
                cleaned.append("up")

    with art.Runtime(clock=clock) as rt:
        rt.spawn(Waits).tell(Waits.wait)
        rt.run_until_idle()
        gc.collect()
        assert cleaned == [], "a coroutine that waits keeps its actor"
    assert cleaned == ["up"]


def test_awaiting_without_any_loop_says_so(rt: art.Runtime) -> None:
    reply = rt.spawn(Counter).ask(Counter.add)

    async def alone() -> int:
        return await reply

    with pytest.raises(RuntimeError, match="no loop runs here"):
        alone().send(None)
    rt.run_until_idle()
    coroutine = alone()
    with pytest.raises(StopIteration) as done:
        coroutine.send(None)
    assert done.value.value == 1
