"""The tree of supervised actors from outside: how it is supervised, listed, changed and ended."""

from __future__ import annotations

import asyncio
import gc
import json

import pytest
from actors import Counter

import actor_rt as art
from actor_rt import aio

MANY = art.Supervision(children=art.Intensity(100, 1.0))
KEPT = art.Supervision(keep=True)


class Worker(art.Actor):
    """Counts, and fails when it is told to. `made` outlives it."""

    def __init__(self, made: list[str], name: str = "worker") -> None:
        made.append(name)
        self.count = 0

    def add(self, n: int = 1) -> int:
        self.count += n
        return self.count

    def fail(self) -> None:
        raise ValueError("a fault")

    def stop_me(self) -> None:
        self.ctx.stop()

    def end_all(self) -> None:
        self.ctx.runtime.terminate()


class Stubborn(art.Actor):
    async def on_stop(self, cause: art.StopCause) -> None:
        await self.ctx.sleep(100.0)


@pytest.fixture
def quiet(rt: art.Runtime) -> art.Runtime:
    """A runtime whose errors nobody need hear of."""
    rt.on_error = lambda error, info: None
    return rt


# -- the root ----------------------------------------------------------------------------------------------------------


def test_the_root_supervises_as_it_is_told(clock: art.ManualClock) -> None:
    made: list[str] = []
    root = art.Supervisor(strategy="one_for_all", children=art.Intensity(100, 1.0))
    with art.Runtime(clock=clock, on_error=lambda error, info: None, root=root) as rt:
        one = rt.supervise(art.Supervision(), Worker, made, "one")
        rt.supervise(art.Supervision(), Worker, made, "two")
        one.tell(Worker.fail)
        rt.run_until_idle()
        assert made == ["one", "two", "one", "two"]
        rt.set_root_supervisor(art.Supervisor(children=art.Intensity(100, 1.0)))
        one.tell(Worker.fail)
        rt.run_until_idle()
        assert made == ["one", "two", "one", "two", "one"]
        with pytest.raises(ValueError, match="one_for_one"):
            rt.set_root_supervisor(art.Supervisor(strategy="two_for_one"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_the_host_hears_of_a_child_of_the_root_that_fails_too_often(quiet: art.Runtime) -> None:
    told: list[art.ChildEvent] = []
    quiet.set_root_supervisor(art.Supervisor(children=art.Intensity(0, 1.0)))
    quiet.on_root_escalation(told.append)
    worker = quiet.supervise(art.Supervision(), Worker, [])
    worker.tell(Worker.fail)
    quiet.run_until_idle()
    [event] = told
    assert (event.kind, event.id, event.child) == ("ended", worker.id, worker)
    assert event.cause is not None and isinstance(event.cause.error, ValueError)
    assert quiet.take_shutdown() is None, "the host is told, and decides"


def test_without_anybody_to_tell_the_program_is_asked_to_end(quiet: art.Runtime) -> None:
    quiet.set_root_supervisor(art.Supervisor(children=art.Intensity(0, 1.0)))
    for _ in range(2):
        worker = quiet.supervise(art.Supervision(), Worker, [])
        worker.tell(Worker.fail)
        cause = quiet.run()
        assert cause is not None and cause.kind == "failed" and "a fault" in (cause.reason or "")
        assert quiet.run() is None, "it was told"
        quiet.on_root_escalation(lambda event: None)
        quiet.on_root_escalation(None)
    quiet.supervise(art.Supervision(), Worker, []).tell(Worker.fail)
    while not quiet.step().shutdown:
        pass
    assert quiet.step().shutdown and quiet.take_shutdown() is not None and not quiet.step().shutdown


def test_an_actors_children_are_supervised_as_it_is_told_later(quiet: art.Runtime) -> None:
    made: list[str] = []
    boss = quiet.supervise(MANY, Worker, [])
    one = quiet.supervise_under(boss, art.Supervision(), Worker, made, "one")
    quiet.supervise_under(boss, art.Supervision(), Worker, made, "two")
    quiet.set_supervisor(boss, art.Supervisor(strategy="rest_for_one", children=art.Intensity(9, 1.0)))
    one.tell(Worker.fail)
    quiet.run_until_idle()
    assert made == ["one", "two", "one", "two"]


# -- windows and back-off ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("anchored", "lives"), [(False, False), (True, True)])
def test_restarts_are_counted_in_sliding_or_anchored_windows(
    quiet: art.Runtime, clock: art.ManualClock, anchored: bool, lives: bool
) -> None:
    for supervisor, own in (
        (art.Supervision(children=art.Intensity(1, 10.0, anchored=anchored), restart="temporary"), art.Supervision()),
        (MANY, art.Supervision(intensity=art.Intensity(1, 10.0, anchored=anchored))),
    ):
        boss = quiet.supervise(supervisor, Counter)
        worker = quiet.supervise_under(boss, own, Worker, [])
        quiet.run_until_idle()
        for wait in (9.0, 2.0):  # In different periods if these begin with the start; within ten seconds of each other.
            clock.advance(wait)
            worker.tell(Worker.fail)
            quiet.run_until_idle()
        assert worker.alive is lives
        boss.kill()
        quiet.run_until_idle()


def test_the_root_counts_in_anchored_windows(quiet: art.Runtime, clock: art.ManualClock) -> None:
    quiet.set_root_supervisor(art.Supervisor(children=art.Intensity(1, 10.0, anchored=True)))
    worker = quiet.supervise(art.Supervision(), Worker, [])
    for wait in (9.0, 2.0):
        clock.advance(wait)
        worker.tell(Worker.fail)
        quiet.run_until_idle()
    assert worker.alive


def test_who_was_ready_for_long_begins_with_the_first_wait_again(quiet: art.Runtime, clock: art.ManualClock) -> None:
    quiet.set_root_supervisor(art.Supervisor(children=art.Intensity(100, 1.0)))
    made: list[str] = []
    worker = quiet.supervise(art.Supervision(backoff=art.Backoff(1.0, 8.0, reset=3.0)), Worker, made)

    def wait_of_a_restart() -> float:
        count, waited = len(made), 0.0
        worker.tell(Worker.fail)
        quiet.run_until_idle()
        while len(made) == count:
            clock.advance(0.5)
            quiet.run_until_idle()
            waited += 0.5
        return waited

    assert [wait_of_a_restart() for _ in range(3)] == [1.0, 2.0, 4.0]
    clock.advance(3.0)
    assert wait_of_a_restart() == 1.0


@pytest.mark.parametrize(
    "wrong",
    [
        art.Supervision(start_timeout=-1.0),
        art.Supervision(backoff=art.Backoff(1.0, 2.0, reset=float("nan"))),
        art.Supervision(restart="never"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ],
)
def test_settings_that_mean_nothing_are_refused_and_make_nothing(rt: art.Runtime, wrong: art.Supervision) -> None:
    made: list[str] = []
    with pytest.raises(ValueError):
        rt.supervise(wrong, Worker, made)
    counter = rt.spawn(Counter)
    for delay in (-1.0, float("nan")):
        for refused in (lambda: rt.terminate(delay), lambda: rt.start_all(delay), lambda: rt.exit_after(counter, delay)):
            with pytest.raises(ValueError):
                refused()
    assert made == [] and rt.actors == 1 and rt.child_list() == []


# -- listed ------------------------------------------------------------------------------------------------------------


def test_children_are_listed_with_what_their_supervisor_knows(quiet: art.Runtime, clock: art.ManualClock) -> None:
    boss = quiet.supervise(MANY, Counter)
    one = quiet.supervise_under(boss, art.Supervision(name="one", restart="permanent"), Worker, [])
    two = quiet.supervise_under(boss, art.Supervision(significant=True, backoff=art.Backoff(1.0, 1.0, 1.0, 0.0)), Worker, [])
    three = quiet.supervise_under(boss, KEPT, Worker, [])
    quiet.supervise_under(one, art.Supervision(), Worker, [])
    quiet.run_until_idle()
    one.tell(Worker.fail)
    two.tell(Worker.fail)
    three.tell(Worker.stop_me)
    quiet.run_until_idle()
    assert quiet.child_list(boss) == [
        art.ChildInfo(one.id, one, "one", "running", "permanent", False, 1),
        art.ChildInfo(two.id, two, None, "waiting", "transient", True, 1),
        art.ChildInfo(three.id, None, None, "ended", "transient", False, None),
    ]
    assert quiet.count_children(boss) == art.ChildCounts(entries=3, active=2, supervisors=0)
    assert quiet.count_children() == art.ChildCounts(1, 1, 1)
    assert quiet.supervisor_of(one) == boss and quiet.supervisor_of(boss) is None


def test_an_id_is_the_snapshots_and_leads_back(quiet: art.Runtime) -> None:
    worker = quiet.supervise(MANY, Worker, [])
    ids = {int(actor["id"], 16) for actor in quiet.snapshot()["actors"]}
    assert worker.id in ids and quiet.ref(worker.id) == worker
    worker.tell(Worker.fail)
    quiet.run_until_idle()
    assert quiet.ref(worker.id) == worker, "it stays over restarts"
    worker.terminate()
    quiet.run_until_idle()
    assert quiet.ref(worker.id) is None and quiet.ref(0) is None and quiet.ref(2**64 - 1) is None
    assert worker.id > 0 and json.dumps(worker.id)


# -- changed -----------------------------------------------------------------------------------------------------------


def test_a_kept_child_is_made_another_one_of(quiet: art.Runtime) -> None:
    made: list[str] = []
    first = quiet.supervise(KEPT, Worker, made, "kept")
    first.tell(Worker.add, 5)
    first.tell(Worker.stop_me)
    quiet.run_until_idle()
    assert not first.alive and quiet.actors == 0
    others = [quiet.spawn(Counter) for _ in range(3)]
    for child in (first, first.id):
        second = quiet.restart_child(child)
        assert second != first and second.id != first.id and second.alive
        assert quiet.run_until(second.ask(Worker.add)) == 1, "it begins anew"
        with pytest.raises(art.NotKept):
            quiet.restart_child(child)
        assert all(other.alive for other in others)
        second.tell(Worker.fail)
        second.tell(Worker.add, 1)
        assert quiet.run_until(second.ask(Worker.add)) == 2, "and is restarted as the first one was"
        ended = second.ended()
        second.tell(Worker.stop_me)
        quiet.run_until_idle()
        assert ended.result() == art.StopCause("stopped")
        first = quiet.restart_child(second)
        first.tell(Worker.stop_me)
        quiet.run_until_idle()
        break
    assert made == ["kept"] * 4
    assert quiet.delete_child(first) and not quiet.delete_child(first)
    with pytest.raises(art.NotKept):
        quiet.restart_child(first)


def test_a_terminated_child_is_kept_and_a_temporary_one_is_not(quiet: art.Runtime) -> None:
    boss = quiet.supervise(MANY, Counter)
    transient = quiet.supervise_under(boss, art.Supervision(), Worker, [])
    temporary = quiet.supervise_under(boss, art.Supervision(restart="temporary"), Worker, [])
    quiet.run_until_idle()
    for child in (transient, temporary):
        exit = quiet.run_until(quiet.terminate_child(child))
        assert (exit.id, exit.kind, exit.phase) == (child.id, "stopped", "running")
    with pytest.raises(art.NotKept):
        quiet.restart_child(temporary, boss)
    with pytest.raises(art.NotKept):
        quiet.restart_child(transient)
    again = quiet.restart_child(transient, boss)
    assert boss.children() == [again]
    with pytest.raises(TypeError, match="by its Ref or by its id"):
        quiet.restart_child("worker", boss)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(ValueError, match="nobody supervises"):
        quiet.terminate_child(quiet.spawn(Counter))


def test_what_init_raises_at_a_start_anew_the_caller_gets(quiet: art.Runtime) -> None:
    class Once(Worker):
        def __init__(self, made: list[str]) -> None:
            super().__init__(made)
            if len(made) > 1:
                raise OSError("once only")

    once = quiet.supervise(KEPT, Once, [])
    once.tell(Once.stop_me)
    quiet.run_until_idle()
    with pytest.raises(OSError, match="once only"):
        quiet.restart_child(once)
    quiet.run_until_idle()
    assert quiet.actors == 0 and quiet.child_list() == []


def test_an_actor_is_put_under_another_supervisor(quiet: art.Runtime) -> None:
    old, new = quiet.supervise(MANY, Counter), quiet.supervise(MANY, Counter)
    child = quiet.supervise_under(old, art.Supervision(), Worker, [])
    quiet.run_until_idle()
    quiet.adopt(child, new)
    assert (old.children(), new.children()) == ([], [child]) and quiet.supervisor_of(child) == new
    with pytest.raises(ValueError, match="below itself"):
        quiet.adopt(new, child)
    quiet.adopt(child)
    assert quiet.supervisor_of(child) is None and child in quiet.children()
    new.stop()
    quiet.run_until_idle()
    assert child.alive


def test_one_that_nobody_supervised_is_kept_by_the_runtime_when_it_is_adopted(quiet: art.Runtime) -> None:
    boss = quiet.supervise(MANY, Counter)
    plain = quiet.spawn(Worker, [])
    quiet.adopt(plain, boss)
    id = plain.id
    del plain
    gc.collect()
    quiet.run_until_idle()
    found = quiet.ref(id)
    assert found is not None and boss.children() == [found]
    boss.kill()
    ended = found.ended()
    quiet.run_until_idle()
    assert ended.result().kind == "killed"


def test_all_children_are_ended_and_waited_for(quiet: art.Runtime, clock: art.ManualClock) -> None:
    boss = quiet.supervise(MANY, Counter)
    children = [quiet.supervise_under(boss, art.Supervision(), Worker, []) for _ in range(3)]
    slow = quiet.supervise_under(boss, art.Supervision(shutdown=2.0), Stubborn)
    quiet.run_until_idle()
    totals = [child.ask(Worker.add) for child in children]
    drained = quiet.drain_children(boss)
    quiet.run_until_idle()
    assert not drained.done() and slow.alive
    slow.kill()
    quiet.run_until(drained)
    assert [total.result() for total in totals] == [1, 1, 1] and boss.children() == []
    more = quiet.supervise_under(boss, art.Supervision(restart="permanent"), Worker, [])
    slow = quiet.supervise_under(boss, art.Supervision(shutdown=2.0), Stubborn)
    quiet.run_until_idle()
    stopped = quiet.stop_children(boss)
    quiet.run_until_idle()
    assert not stopped.done() and slow.alive
    clock.advance(2.0)
    quiet.run_until(stopped)
    assert not more.alive and not slow.alive and boss.alive
    quiet.run_until(quiet.stop_children())
    assert quiet.actors == 0


# -- ended -------------------------------------------------------------------------------------------------------------


def test_the_whole_tree_ends_in_order_and_who_had_to_be_killed_is_named(
    quiet: art.Runtime, clock: art.ManualClock
) -> None:
    parent = quiet.supervise(art.Supervision(shutdown=None), Counter)
    stubborn = quiet.supervise_under(parent, art.Supervision(shutdown=None), Stubborn)
    free = quiet.spawn(Counter)
    quiet.run_until_idle()
    name = repr(stubborn).split()[1]
    killed = quiet.terminate(deadline=3.0)
    quiet.run_until_idle()
    with pytest.raises(art.ActorStopped):
        quiet.supervise(art.Supervision(), Counter)
    clock.advance(2.9)
    quiet.run_until_idle()
    assert not killed.done() and parent.alive
    clock.advance(0.1)
    cause = quiet.run()
    assert cause == art.StopCause("stopped")
    who = killed.result()
    assert art.Who(stubborn.id, name) in who and not parent.alive and free.alive


def test_an_actor_may_ask_for_the_end(quiet: art.Runtime) -> None:
    worker = quiet.supervise(art.Supervision(restart="permanent"), Worker, [])
    worker.tell(Worker.end_all)
    assert quiet.run() == art.StopCause("stopped") and not worker.alive


def test_the_end_is_awaited_under_asyncio() -> None:
    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            worker = rt.supervise(art.Supervision(), Worker, [])
            assert await rt.terminate(1.0) == [] and not worker.alive

    asyncio.run(main())


def test_a_closed_runtime_answers_who_waits_for_its_end(clock: art.ManualClock) -> None:
    with art.Runtime(clock=clock) as rt:
        rt.supervise(art.Supervision(shutdown=None), Stubborn)
        rt.run_until_idle()
        killed = rt.terminate()
        rt.run_until_idle()
    with pytest.raises(art.ReplyDropped):
        killed.result()


def test_who_did_not_hear_that_all_begins_is_named(rt: art.Runtime, clock: art.ManualClock) -> None:
    heard: list[str] = []

    class Hears(art.Actor):
        def on_system(self, message: art.SystemMessage) -> None:
            heard.append(message)

    class Slow(art.Actor):
        async def on_prepare(self) -> None:
            await self.ctx.sleep(100.0)

    rt.supervise(art.Supervision(), Hears)
    slow = rt.supervise(art.Supervision(), Slow)
    late = rt.start_all(within=1.0)
    rt.run_until_idle()
    assert heard == ["start"] and not late.done()
    clock.advance(1.0)
    assert [(who.id, who.name) for who in rt.run_until(late)] == [(slow.id, repr(slow).split()[1])]
    assert rt.send_system_all("terminate") == 2
    with pytest.raises(ValueError):
        rt.send_system_all("dance")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_an_actor_ends_after_a_time_unless_it_is_spared(quiet: art.Runtime, clock: art.ManualClock) -> None:
    class Heard(art.Actor):
        def __init__(self, exits: list[art.Exit]) -> None:
            self.exits = exits

        def on_exit(self, exit: art.Exit) -> None:
            self.exits.append(exit)

    exits: list[art.Exit] = []
    hears = quiet.spawn(Heard, exits)
    stopped, killed, spared = (quiet.spawn(Worker, []) for _ in range(3))
    for actor in (stopped, killed, spared):
        hears.link(actor)
    quiet.exit_after(stopped, 1.0)
    quiet.kill_after(killed, 2.0)
    timer = quiet.kill_after(spared, 2.0)
    clock.advance(1.0)
    quiet.run_until_idle()
    assert [(exit.actor, exit.kind, exit.reason) for exit in exits] == [(stopped, "stopped", "Exit after 1000ms")]
    assert timer.active and timer.cancel() and not timer.cancel()
    clock.advance(1.0)
    quiet.run_until_idle()
    assert exits[1].kind == "killed" and exits[1].reason == "Kill after 2000ms" and spared.alive
    with pytest.raises(art.ActorStopped):
        quiet.exit_after(killed, 1.0)


# -- names -------------------------------------------------------------------------------------------------------------


def test_a_name_is_claimed_before_init(quiet: art.Runtime) -> None:
    found: list[object] = []

    class Named(art.Actor):
        def __init__(self) -> None:
            found.append(self.ctx.runtime.lookup("name"))

    plain = quiet.spawn_named("name", Named)
    assert found == [plain]
    for make in (
        lambda: quiet.spawn_named("name", Named),
        lambda: quiet.supervise(art.Supervision(name="name"), Named),
    ):
        with pytest.raises(art.NameTaken):
            make()
    assert found == [plain] and quiet.actors == 1, "nothing was made"
    plain.stop()
    quiet.run_until_idle()
    kept = quiet.supervise(art.Supervision(name="name"), Named)
    assert found == [plain, kept]
    assert quiet.child_list()[0].name == "name"


def test_a_name_is_free_again_if_init_fails(quiet: art.Runtime) -> None:
    class Broken(art.Actor):
        def __init__(self) -> None:
            raise OSError("broken")

    for make in (
        lambda: quiet.spawn_named("name", Broken),
        lambda: quiet.supervise(art.Supervision(name="name"), Broken),
    ):
        with pytest.raises(OSError, match="broken"):
            make()
        quiet.run_until_idle()
        assert quiet.lookup("name") is None
    assert quiet.actors == 0


# -- what the collector makes of it ------------------------------------------------------------------------------------


def test_a_runtime_with_kept_children_is_collected(clock: art.ManualClock) -> None:
    rt = art.Runtime(clock=clock)
    circle: list[object] = [rt]
    worker = rt.supervise(KEPT, Worker, circle)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    worker.tell(Worker.stop_me)
    rt.on_root_escalation(circle.append)
    rt.run_until_idle()
    rt.close()
    del rt, worker, circle
    gc.collect()
    assert not [one for one in gc.get_objects() if isinstance(one, Worker)]
