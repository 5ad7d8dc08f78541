"""The life of an actor, as the hooks of its class are told of it: how it starts, how it comes back, and its last turns."""

from __future__ import annotations

import asyncio
import gc
from typing import Callable

import pytest
from actors import Counter, Diary, Recorder

import actor_rt as art
from actor_rt import aio

MANY = art.Supervision(children=art.Intensity(100, 1.0))

# -- started and restarted ---------------------------------------------------------------------------------------------


def test_on_started_comes_before_the_first_message(rt: art.Runtime) -> None:
    for make in (lambda heard: rt.spawn(Diary, heard), lambda heard: rt.supervise(MANY, Diary, heard)):
        make_it: Callable[[list[object]], art.Ref[Diary]] = make
        heard: list[object] = []
        diary = make_it(heard)
        diary.tell(Diary.note, "first")
        rt.run_until_idle()
        assert heard == ["init", "started", "first"]


def test_each_incarnation_is_told_why_the_one_before_ended(quiet: art.Runtime) -> None:
    quiet.set_root_supervisor(art.Supervisor(children=art.Intensity(100, 1.0)))
    heard: list[object] = []
    diary = quiet.supervise(MANY, Diary, heard)
    diary.tell(Diary.fail, "one")
    diary.tell(Diary.note, "waited")
    quiet.run_until_idle()
    diary.kill()
    quiet.run_until_idle()
    assert heard == [
        "init", "started",
        "init", ("restart", "failed", "one"), "started", "waited",
        "init", ("restart", "killed", "None"), "started",
    ]  # fmt: skip


def test_an_exception_in_a_hook_fails_the_actor(rt: art.Runtime) -> None:
    class Bad(art.Actor):
        def on_started(self) -> None:
            raise ValueError("not today")

    seen: list[tuple[BaseException, str]] = []
    rt.on_error = lambda error, info: seen.append((error, info.method))
    bad = rt.spawn(Bad)
    ended = bad.ended()
    rt.run_until_idle()
    assert ended.result() == art.StopCause("failed", seen[0][0]) and seen[0][1].endswith("Bad.on_started")


def test_a_class_without_hooks_has_none() -> None:
    assert Counter.__actor_hooks__ == 0 and Recorder.__actor_hooks__ == 0, "an on_stop of one turn needs none"
    assert Diary.__actor_hooks__ != 0


def test_a_hook_may_be_a_coroutine_and_holds_nothing_up(rt: art.Runtime, clock: art.ManualClock) -> None:
    class Slow(Diary):
        async def on_started(self) -> None:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
            await self.ctx.sleep(1.0)
            self.heard.append("started at last")

    heard: list[object] = []
    slow = rt.spawn(Slow, heard)
    slow.tell(Slow.note, "message")
    rt.run_until_idle()
    clock.advance(1.0)
    rt.run_until_idle()
    assert heard == ["init", "message", "started at last"]


# -- prepare -----------------------------------------------------------------------------------------------------------


class Prepared(Diary):
    """Takes a second to be ready."""

    def __init__(self, heard: list[object], fail: list[BaseException] | None = None) -> None:
        super().__init__(heard)
        self.faults = fail or []

    async def on_prepare(self) -> None:
        self.heard.append("prepare")
        await self.ctx.sleep(1.0)
        if self.faults:
            raise self.faults.pop()
        self.heard.append("prepared")


def test_messages_wait_until_an_actor_is_prepared(rt: art.Runtime, clock: art.ManualClock) -> None:
    for make in (lambda heard: rt.spawn(Prepared, heard), lambda heard: rt.supervise(MANY, Prepared, heard)):
        make_it: Callable[[list[object]], art.Ref[Prepared]] = make
        heard: list[object] = []
        prepared = make_it(heard)
        prepared.tell(Prepared.note, "first")
        rt.run_until_idle()
        assert heard == ["init", "prepare"]
        clock.advance(1.0)
        rt.run_until_idle()
        assert heard == ["init", "prepare", "prepared", "started", "first"]


def test_a_supervised_actor_is_starting_until_it_is_prepared(rt: art.Runtime, clock: art.ManualClock) -> None:
    events: list[art.ChildEvent] = []

    class Boss(art.Actor):
        def on_child(self, event: art.ChildEvent) -> None:
            events.append(event)

    boss = rt.supervise(MANY, Boss)
    child = rt.supervise_under(boss, art.Supervision(), Prepared, [])
    rt.run_until_idle()
    assert [info.status for info in rt.child_list(boss)] == ["starting"] and not events
    clock.advance(1.0)
    rt.run_until_idle()
    assert [info.status for info in rt.child_list(boss)] == ["running"]
    assert events == [art.ChildEvent("started", child.id, child)]


def test_who_is_not_prepared_in_time_is_killed(quiet: art.Runtime, clock: art.ManualClock) -> None:
    quiet.set_root_supervisor(art.Supervisor(children=art.Intensity(100, 1.0)))
    heard: list[object] = []
    late = quiet.supervise(art.Supervision(start_timeout=0.5), Prepared, heard)
    ended = late.ended()
    quiet.run_until_idle()
    clock.advance(0.5)
    quiet.run_until_idle()
    assert ended.result().kind == "killed" and "in time" in (ended.result().reason or "")
    clock.advance(5.0)
    quiet.run_until_idle()
    assert heard == ["init", "prepare"], "nothing of it goes on"


def test_a_restart_that_is_not_prepared_in_time_is_made_again(quiet: art.Runtime, clock: art.ManualClock) -> None:
    quiet.set_root_supervisor(art.Supervisor(children=art.Intensity(100, 10.0)))
    heard: list[object] = []
    prepared = quiet.supervise(art.Supervision(start_timeout=1.5), Prepared, heard)
    quiet.run_until_idle()
    clock.advance(1.0)
    quiet.run_until_idle()
    prepared.tell(Prepared.fail)
    quiet.run_until_idle()
    assert heard.count("prepare") == 2
    prepared.kill()
    quiet.run_until_idle()
    assert heard.count("prepare") == 3, "the second was killed before it was ready"
    clock.advance(1.0)
    quiet.run_until_idle()
    assert heard.count("prepared") == 2 and prepared.alive
    assert quiet.run_until(prepared.ping()) == 0.0


def test_a_failure_to_prepare_is_a_failed_start(rt: art.Runtime, clock: art.ManualClock) -> None:
    seen: list[str] = []
    rt.on_error = lambda error, info: seen.append(f"{info.method}: {error}")
    for make in (lambda: rt.spawn(Prepared, [], [OSError("no disk")]), lambda: rt.supervise(MANY, Prepared, [], [OSError("no disk")])):
        make_it: Callable[[], art.Ref[Prepared]] = make
        prepared = make_it()
        ended, waits = prepared.ended(), prepared.ask(Prepared.note, 1)
        rt.run_until_idle()
        clock.advance(1.0)
        rt.run_until_idle()
        assert not prepared.alive and isinstance(ended.result().error, OSError)
        with pytest.raises(art.ReplyDropped):
            waits.result()
    assert len(seen) == 2 and all(text.endswith("on_prepare: no disk") for text in seen)


@pytest.mark.parametrize("supervised", [False, True])
def test_who_prepares_may_not_wait_in_a_circle(rt: art.Runtime, supervised: bool) -> None:
    class Asks(art.Actor):
        async def back(self, other: art.Ref[Diary]) -> None:
            await other.ask(Diary.note, 1)

    class Circle(Diary):
        async def on_prepare(self) -> None:
            await self.ctx.spawn(Asks).ask(Asks.back, self.ctx.ref)

    seen: list[BaseException] = []
    rt.on_error = lambda error, info: seen.append(error)
    circle = rt.supervise(MANY, Circle, []) if supervised else rt.spawn(Circle, [])
    rt.run_until_idle()
    assert isinstance(seen[0], art.WouldDeadlock) and not circle.alive


def test_prepare_may_take_one_turn(rt: art.Runtime) -> None:
    class Quick(Diary):
        def on_prepare(self) -> None:
            self.heard.append("prepare")

    for supervised in (False, True):
        heard: list[object] = []
        quick = rt.supervise(MANY, Quick, heard) if supervised else rt.spawn(Quick, heard)
        quick.tell(Quick.note, 1)
        rt.run_until_idle()
        assert heard == ["init", "prepare", "started", 1]


def test_prepare_runs_on_the_hosts_loop() -> None:
    class Late(Diary):
        async def on_prepare(self) -> None:
            await asyncio.sleep(0)
            self.heard.append("prepared")

    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            for supervised in (False, True):
                heard: list[object] = []
                late = rt.supervise(MANY, Late, heard) if supervised else rt.spawn(Late, heard)
                await late.ask(Late.note, 1)
                assert heard == ["init", "prepared", "started", 1]

    asyncio.run(main())


# -- the end in several turns ------------------------------------------------------------------------------------------


class Polite(Diary):
    """Takes a second to say goodbye, with an answer of somebody else's."""

    def __init__(self, heard: list[object], peer: art.Ref[Counter], delay: float = 1.0) -> None:
        super().__init__(heard)
        self.peer, self.delay = peer, delay

    async def on_stop(self, cause: art.StopCause) -> None:
        self.heard.append(cause.kind)
        await self.ctx.sleep(self.delay)
        self.heard.append(await self.peer.ask(Counter.add, 1))

    async def linger(self) -> None:
        try:
            await self.ctx.sleep(100.0)
        finally:
            self.heard.append("lingered")


def polite(rt: art.Runtime, supervised: bool, heard: list[object], delay: float = 1.0) -> art.Ref[Polite]:
    peer = rt.spawn(Counter)
    if supervised:
        return rt.supervise(art.Supervision(shutdown=3.0), Polite, heard, peer, delay)
    return rt.spawn(Polite, heard, peer, delay)


@pytest.mark.parametrize("supervised", [False, True])
def test_on_stop_may_take_several_turns(rt: art.Runtime, clock: art.ManualClock, supervised: bool) -> None:
    heard: list[object] = []
    actor = polite(rt, supervised, heard)
    rt.run_until_idle()
    ended = actor.ended()
    actor.stop()
    rt.run_until_idle()
    late = actor.ask(Polite.note, "late")
    rt.run_until_idle()
    assert actor.alive and not ended.done()
    clock.advance(1.0)
    rt.run_until_idle()
    assert ended.result() == art.StopCause("stopped") and not actor.alive
    assert heard == ["init", "started", "stopped", 1], "messages do not reach it any more"
    assert isinstance(late.exception(), (art.ReplyDropped, art.ActorStopped))
    clock.advance(10.0)
    rt.run_until_idle()
    assert rt.next_timeout() is None, "nothing is left that would kill it"


@pytest.mark.parametrize("supervised", [False, True])
def test_who_takes_too_long_to_stop_is_killed(rt: art.Runtime, clock: art.ManualClock, supervised: bool) -> None:
    heard: list[object] = []
    actor = polite(rt, supervised, heard, delay=100.0)
    ended = actor.ended()
    rt.run_until_idle()
    if supervised:
        actor.terminate()
    else:
        actor.stop()
    rt.run_until_idle()
    clock.advance(2.9 if supervised else 4.9)
    rt.run_until_idle()
    assert not ended.done()
    clock.advance(0.1)
    rt.run_until_idle()
    assert ended.result().kind == "killed" and heard == ["init", "started", "stopped"]


def test_other_coroutines_end_before_the_last_turns(rt: art.Runtime, clock: art.ManualClock) -> None:
    heard: list[object] = []
    actor = polite(rt, True, heard)
    actor.tell(Polite.linger)
    rt.run_until_idle()
    actor.stop()
    rt.run_until_idle()
    assert heard[-2:] == ["lingered", "stopped"]


def test_an_exception_in_the_last_turns_is_how_it_ends(quiet: art.Runtime, clock: art.ManualClock) -> None:
    class Clumsy(art.Actor):
        async def on_stop(self, cause: art.StopCause) -> None:
            await self.ctx.sleep(1.0)
            raise ValueError("at last")

    clumsy = quiet.supervise(art.Supervision(restart="temporary"), Clumsy)
    ended = clumsy.ended()
    quiet.run_until_idle()
    clumsy.stop()
    quiet.run_until_idle()
    clock.advance(1.0)
    quiet.run_until_idle()
    assert isinstance(ended.result().error, ValueError)


def test_one_that_stops_by_itself_and_is_permanent_comes_back_with_what_waits(
    quiet: art.Runtime, clock: art.ManualClock
) -> None:
    heard: list[object] = []
    actor = quiet.supervise(art.Supervision(restart="permanent"), Polite, heard, quiet.spawn(Counter))
    quiet.run_until_idle()
    actor.tell(Polite.stop_me)
    actor.tell(Polite.note, "waited")
    quiet.run_until_idle()
    clock.advance(1.0)
    quiet.run_until_idle()
    assert heard[2:] == ["stopped", 1, "init", ("restart", "stopped", "None"), "started", "waited"]


def test_at_a_failure_and_at_the_close_nothing_is_waited_for(clock: art.ManualClock) -> None:
    heard: list[object] = []
    with art.Runtime(clock=clock, on_error=lambda error, info: None) as rt:
        failing = polite(rt, False, heard)
        failing.tell(Polite.fail)
        rt.run_until_idle()
        assert heard == ["init", "started", "failed"] and not failing.alive
        closed = polite(rt, False, heard)
        rt.run_until_idle()
    assert heard[3:] == ["init", "started", "dropped"] and not closed.alive


def test_an_actor_that_nobody_can_reach_has_its_last_turns(rt: art.Runtime, clock: art.ManualClock) -> None:
    heard: list[object] = []
    polite(rt, False, heard)
    gc.collect()
    rt.run_until_idle()
    assert heard == ["init", "started", "dropped"]
    clock.advance(1.0)
    rt.run_until_idle()
    assert heard[3:] == [1]


def test_the_last_turns_may_go_on_by_then(rt: art.Runtime, clock: art.ManualClock) -> None:
    class Asks(Diary):
        def __init__(self, heard: list[object], peer: art.Ref[Counter]) -> None:
            super().__init__(heard)
            self.peer = peer

        async def on_stop(self, cause: art.StopCause) -> None:
            self.peer.ask(Counter.add, 7).then(Asks.note)
            self.ctx.after(0.5, Asks.note, "timer")
            await self.ctx.sleep(1.0)

    heard: list[object] = []
    asks = rt.supervise(MANY, Asks, heard, rt.spawn(Counter))
    rt.run_until_idle()
    asks.stop()
    for _ in range(3):
        rt.run_until_idle()
        clock.advance(0.5)
    rt.run_until_idle()
    assert heard[2:] == [7, "timer"] and not asks.alive


def test_on_stop_runs_on_the_hosts_loop() -> None:
    heard: list[str] = []

    class Late(art.Actor):
        async def on_stop(self, cause: art.StopCause) -> None:
            await asyncio.sleep(0)
            heard.append(cause.kind)

    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            for actor in (rt.spawn(Late), rt.supervise(MANY, Late)):
                await actor.ping()
                ended = actor.ended()
                actor.stop()
                assert (await ended).kind == "stopped"
            assert await rt.terminate(1.0) == []

    asyncio.run(main())
    assert heard == ["stopped", "stopped"]
