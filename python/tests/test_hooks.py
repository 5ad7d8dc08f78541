"""The hooks of an actor's class beside those of its own life: children, links, system messages, timers by number, runs."""

from __future__ import annotations

import pytest
from actors import Counter, Failing

import actor_rt as art

MANY = art.Supervision(children=art.Intensity(100, 1.0))

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
