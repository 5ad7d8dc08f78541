"""The hooks of an actor's class: what it is told of its own life, of its children, and of those that it is linked to."""

from __future__ import annotations

import asyncio
import gc
from typing import Callable

import pytest
from actors import Counter, Recorder

import actor_rt as art
from actor_rt import aio

MANY = art.Supervision(children=art.Intensity(100, 1.0))


class Failing(art.Actor):
    def fail(self, text: str = "a fault") -> None:
        raise ValueError(text)

    def stop_me(self) -> None:
        self.ctx.stop()


class Diary(Failing):
    """Writes down what it is told. `heard` outlives its incarnations."""

    def __init__(self, heard: list[object]) -> None:
        self.heard = heard
        heard.append("init")

    def note(self, what: object) -> None:
        self.heard.append(what)

    def on_started(self) -> None:
        self.heard.append("started")

    def on_restart(self, cause: art.StopCause) -> None:
        self.heard.append(("restart", cause.kind, str(cause.error)))


@pytest.fixture
def quiet(rt: art.Runtime) -> art.Runtime:
    """A runtime whose errors nobody need hear of."""
    rt.on_error = lambda error, info: None
    return rt


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


# -- children ----------------------------------------------------------------------------------------------------------


class Boss(art.Actor):
    def __init__(self, events: list[art.ChildEvent], says: art.Escalation | None = None) -> None:
        self.events, self.says = events, says

    def on_child(self, event: art.ChildEvent) -> None:
        self.events.append(event)

    def child_escalated(self, event: art.ChildEvent) -> art.Escalation | None:
        self.events.append(event)
        return self.says


def test_a_supervisor_is_told_of_its_children(quiet: art.Runtime) -> None:
    events: list[art.ChildEvent] = []
    for boss in (quiet.spawn(Boss, events), quiet.supervise(MANY, Boss, events)):
        events.clear()
        child = quiet.supervise_under(boss, art.Supervision(), Failing)
        quiet.run_until_idle()
        child.tell(Failing.fail)
        quiet.run_until_idle()
        child.tell(Failing.stop_me)
        quiet.run_until_idle()
        assert [event.kind for event in events] == ["started", "restarted", "ended"]
        assert all(event.child == child and event.id == child.id for event in events)
        started, restarted, ended = events
        assert started.cause is None
        assert restarted.cause is not None and isinstance(restarted.cause.error, ValueError)
        assert ended.cause == art.StopCause("stopped") and ended.phase == "running"


@pytest.mark.parametrize(
    ("says", "becomes"), [(None, "failed"), ("restart", "failed"), ("stop", "stopped"), ("ignore", None)]
)
def test_a_supervisor_decides_about_a_child_that_fails_too_often(
    quiet: art.Runtime, says: art.Escalation | None, becomes: str | None
) -> None:
    events: list[art.ChildEvent] = []
    none = art.Supervision(restart="temporary", children=art.Intensity(0, 1.0))
    boss = quiet.supervise(none, Boss, events, says)
    boss_ended = boss.ended()
    child = quiet.supervise_under(boss, art.Supervision(), Failing)
    child.tell(Failing.fail)
    quiet.run_until_idle()
    last = events[-1]
    assert last.child == child and last.cause is not None and isinstance(last.cause.error, ValueError)
    if becomes is None:
        assert not boss_ended.done() and boss.alive
    else:
        assert boss_ended.result().kind == becomes


def test_a_decision_that_means_nothing_fails_the_actor(rt: art.Runtime) -> None:
    seen: list[str] = []
    rt.on_error = lambda error, info: seen.append(str(error))
    boss = rt.supervise(art.Supervision(children=art.Intensity(0, 1.0), restart="temporary"), Boss, [], "maybe")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ended = boss.ended()
    child = rt.supervise_under(boss, art.Supervision(), Failing)
    child.tell(Failing.fail)
    rt.run_until_idle()
    assert isinstance(ended.result().error, ValueError)
    assert "returns one of restart, stop, ignore or None, not maybe" in seen[1]


def test_an_actor_supervises_children_of_its_own(quiet: art.Runtime) -> None:
    class Parent(art.Actor):
        def __init__(self) -> None:
            self.child = self.ctx.supervise(art.Supervision(), Counter, 5)

        def total(self) -> int:
            return len(self.ctx.ref.children())

    parent = quiet.supervise(MANY, Parent)
    assert quiet.run_until(parent.ask(Parent.total)) == 1
    [child] = parent.children()
    assert quiet.supervisor_of(child) == parent and quiet.run_until(child.ask(Counter.add)) == 6


# -- links -------------------------------------------------------------------------------------------------------------


class Survivor(art.Actor):
    def __init__(self, exits: list[art.Exit]) -> None:
        self.exits = exits

    def on_exit(self, exit: art.Exit) -> None:
        self.exits.append(exit)

    def trap(self, traps: bool) -> None:
        self.ctx.trap_exits(traps)


@pytest.mark.parametrize("supervised", [False, True])
def test_a_class_with_on_exit_is_told_and_lives_on(quiet: art.Runtime, supervised: bool) -> None:
    exits: list[art.Exit] = []
    survivor = quiet.supervise(MANY, Survivor, exits) if supervised else quiet.spawn(Survivor, exits)
    one, two = quiet.spawn(Failing), quiet.spawn(Failing)
    quiet.run_until_idle()
    for other in (one, two):
        survivor.link(other)
    one.tell(Failing.fail)
    two.stop()
    quiet.run_until_idle()
    assert survivor.alive and {exit.id: exit.kind for exit in exits} == {one.id: "failed", two.id: "stopped"}
    assert {exit.actor for exit in exits} == {one, two}
    failed = next(exit for exit in exits if exit.kind == "failed")
    assert failed.reason is not None and "ValueError: a fault" in failed.reason and failed.phase == "running"


def test_who_does_not_trap_exits_any_more_fails_with_the_other(quiet: art.Runtime) -> None:
    exits: list[art.Exit] = []
    survivor, other = quiet.spawn(Survivor, exits), quiet.spawn(Failing)
    ended = survivor.ended()
    survivor.tell(Survivor.trap, False)
    survivor.link(other)
    quiet.run_until_idle()
    other.tell(Failing.fail)
    quiet.run_until_idle()
    assert not exits and ended.result().kind == "failed" and "linked" in (ended.result().reason or "")


# -- system messages ---------------------------------------------------------------------------------------------------


class Decides(art.Actor):
    def __init__(self, heard: list[str], says: art.Reaction | None) -> None:
        self.heard, self.says = heard, says

    def on_system(self, message: art.SystemMessage) -> art.Reaction | None:
        self.heard.append(message)
        return self.says

    def add(self) -> None:
        self.heard.append("add")


def test_an_actor_replaces_what_follows_a_system_message(rt: art.Runtime) -> None:
    heard: list[str] = []
    stubborn = rt.supervise(MANY, Decides, heard, "handled")
    rt.run_until_idle()
    pong = stubborn.ping()
    for message in ("pause", "terminate"):
        rt.send_system(stubborn, message)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    stubborn.tell(Decides.add)
    rt.run_until_idle()
    assert sorted(heard) == ["add", "pause", "ping", "terminate"] and stubborn.alive
    assert isinstance(pong.exception(), art.ReplyDropped)


def test_what_usually_follows_a_system_message(rt: art.Runtime) -> None:
    heard: list[str] = []
    usual = rt.spawn(Decides, heard, None)
    rt.send_system(usual, "pause")
    usual.tell(Decides.add)
    rt.run_until_idle()
    assert heard == ["pause"]
    rt.send_system(usual, "resume")
    rt.run_until_idle()
    assert heard == ["pause", "resume", "add"]
    rt.send_system(usual, "terminate")
    rt.run_until_idle()
    assert not usual.alive
    plain = rt.spawn(Counter)
    rt.send_system(plain, "terminate")
    rt.run_until_idle()
    assert not plain.alive, "also for a class without the hook"
    with pytest.raises(art.ActorStopped):
        rt.send_system(plain, "start")
    with pytest.raises(ValueError, match="start, pause"):
        rt.send_system(rt.spawn(Counter), "dance")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


# -- timers and runs ---------------------------------------------------------------------------------------------------


class Clock(art.Actor):
    def __init__(self, ticks: list[tuple[int, int]]) -> None:
        self.ticks = ticks

    def on_timer(self, number: int, ticks: int) -> None:
        self.ticks.append((number, ticks))

    def once(self, number: int, delay: float) -> None:
        self.ctx.start_timer(number, delay)

    def every(self, number: int, period: float, first: float | None, missed: str) -> None:
        self.ctx.start_interval(number, period, first=first, missed=missed)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def cancel(self, number: int) -> bool:
        return self.ctx.stop_timer(number)

    def fail(self) -> None:
        raise ValueError


@pytest.mark.parametrize("supervised", [False, True])
def test_a_timer_of_a_number_replaces_the_one_before(
    rt: art.Runtime, clock: art.ManualClock, supervised: bool
) -> None:
    ticks: list[tuple[int, int]] = []
    actor = rt.supervise(MANY, Clock, ticks) if supervised else rt.spawn(Clock, ticks)
    for _ in range(3):
        actor.tell(Clock.once, 7, 1.0)
        rt.run_until_idle()
        clock.advance(0.9)
        rt.run_until_idle()
    assert ticks == []
    clock.advance(0.1)
    rt.run_until_idle()
    clock.advance(9.0)
    rt.run_until_idle()
    assert ticks == [(7, 1)]
    actor.tell(Clock.once, 7, 1.0)
    assert [rt.run_until(actor.ask(Clock.cancel, 7)) for _ in range(2)] == [True, False]


def test_intervals_lie_on_a_grid_and_say_what_was_missed(rt: art.Runtime, clock: art.ManualClock) -> None:
    ticks: list[tuple[int, int]] = []
    actor = rt.spawn(Clock, ticks)
    for number, (first, missed) in enumerate([(None, "coalesce"), (0.0, "skip"), (None, "burst")]):
        actor.tell(Clock.every, number, 1.0, first, missed)
    rt.run_until_idle()
    clock.advance(3.5)
    rt.run_until_idle()
    assert sorted(ticks) == [(0, 3), (1, 1), (2, 1), (2, 1), (2, 1)]
    ticks.clear()
    clock.advance(0.6)
    rt.run_until_idle()
    assert sorted(ticks) == [(0, 1), (1, 1), (2, 1)]


def test_numbered_timers_belong_to_the_incarnation(quiet: art.Runtime, clock: art.ManualClock) -> None:
    ticks: list[tuple[int, int]] = []
    actor = quiet.supervise(MANY, Clock, ticks)
    actor.tell(Clock.once, 1, 1.0)
    actor.tell(Clock.fail)
    quiet.run_until_idle()
    clock.advance(2.0)
    quiet.run_until_idle()
    assert actor.alive and ticks == []


def test_what_only_a_hook_could_serve_is_refused_without_it(rt: art.Runtime) -> None:
    class Wants(art.Actor):
        def want(self, what: str) -> None:
            {
                "on_timer": lambda: self.ctx.start_timer(1, 1.0),
                "on_run": self.ctx.keep_running,
                "on_exit": self.ctx.trap_exits,
            }[what]()

    rt.on_error = lambda error, info: None
    for what in ("on_timer", "on_run", "on_exit"):
        with pytest.raises(TypeError, match=f"has no {what}.* define it"):
            rt.run_until(rt.spawn(Wants).ask(Wants.want, what))


class Primes(art.Actor):
    """Looks for primes in what time is left."""

    def __init__(self, most: int, wait: float = 0.0) -> None:
        self.next, self.most, self.wait = 2, most, wait
        self.found: list[int] = []

    def on_started(self) -> None:
        self.ctx.keep_running()

    def on_run(self) -> float | None:
        if all(self.next % prime for prime in self.found):
            self.found.append(self.next)
        self.next += 1
        return self.wait if len(self.found) < self.most else None

    def get(self) -> list[int]:
        return self.found


def test_an_actor_runs_when_no_message_waits(rt: art.Runtime, clock: art.ManualClock) -> None:
    primes = rt.spawn(Primes, 4)
    while (wait := (rt.run_until_idle(), rt.next_timeout())[1]) is not None:
        clock.advance(wait)
    assert rt.run_until(primes.ask(Primes.get)) == [2, 3, 5, 7]
    slow = rt.supervise(MANY, Primes, 2, 1.0)
    rt.run_until_idle()
    assert rt.run_until(slow.ask(Primes.get)) == [2]
    clock.advance(1.0)
    assert rt.run_until(slow.ask(Primes.get)) == [2, 3]


def test_a_wait_between_runs_is_a_number(rt: art.Runtime) -> None:
    seen: list[str] = []
    rt.on_error = lambda error, info: seen.append(str(error))
    lost = rt.spawn(Primes, 9, -1.0)
    rt.run_until_idle()
    assert not lost.alive and "returns None or a number of seconds" in seen[0]
