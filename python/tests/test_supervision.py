"""Supervised actors: restarts in place, what a supervisor allows, ends in order; and what the collector makes of them."""

from __future__ import annotations

import gc
import weakref

import pytest
from actors import Counter, Recorder

import actor_rt as art


class Worker(art.Actor):
    """Counts, and fails when it is told to. `made` outlives its incarnations."""

    def __init__(self, made: list[str], name: str = "worker", *, refuse_after: int = 1000) -> None:
        made.append(name)
        self.count = 0
        self.made = made
        if len(made) > refuse_after:
            raise OSError("not any more")

    def add(self, n: int = 1) -> int:
        self.count += n
        return self.count

    def fail(self) -> None:
        self.left_behind = True
        raise ValueError("a fault")

    def remember(self) -> bool:
        return hasattr(self, "left_behind")

    def later(self) -> None:
        self.ctx.after(1.0, Worker.add, 100)

    async def slowly(self) -> None:
        await self.ctx.sleep(5.0)

    def stop_me(self) -> None:
        self.ctx.stop()


MANY = art.Supervision(children=art.Intensity(100, 1.0))


@pytest.fixture
def quiet(rt: art.Runtime) -> art.Runtime:
    """A runtime whose errors nobody need hear of."""
    rt.on_error = lambda error, info: None
    return rt


def test_who_has_failed_too_often_for_the_root_is_logged_with_the_cure(
    rt: art.Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    rt.on_error = lambda error, info: None
    counter = rt.supervise(art.Supervision(intensity=art.Intensity(100, 1.0)), Counter)
    counter.tell(Counter.fail)
    rt.run_until_idle()
    assert counter.alive and not caplog.records
    counter.tell(Counter.fail)
    rt.run_until_idle()
    assert not counter.alive and rt.step().shutdown
    # It gave up in silence.
    record, = caplog.records
    assert record.levelname == "ERROR" and "failed too often" in record.getMessage()
    assert "Runtime(root=Supervisor(children=" in record.getMessage()
    cause = rt.take_shutdown()
    assert cause is not None and cause.kind == "failed"


def test_a_failed_actor_is_made_anew_in_place(quiet: art.Runtime, clock: art.ManualClock) -> None:
    made: list[str] = []
    boss = quiet.supervise(MANY, Recorder, [])
    worker = quiet.supervise_under(boss, art.Supervision(), Worker, made, "one")
    ended = worker.ended()
    assert made == ["one"]
    worker.tell(Worker.add, 5)
    worker.tell(Worker.later)
    worker.tell(Worker.fail)
    worker.tell(Worker.add, 1)
    total = worker.ask(Worker.add, 1)
    quiet.run_until_idle()
    assert total.result() == 2, "what waited came to the new one, which began anew"
    assert made == ["one", "one"] and worker.alive and not ended.done()
    assert quiet.run_until(worker.ask(Worker.remember)) is False
    clock.advance(2.0)
    assert quiet.run_until(worker.ask(Worker.add, 0)) == 2, "the timer was the failed one's"
    assert quiet.children() == [boss] and boss.children() == [worker]


def test_an_orderly_end_is_an_end_unless_it_is_permanent(quiet: art.Runtime) -> None:
    made: list[str] = []
    transient = quiet.supervise(art.Supervision(), Worker, made, "transient")
    permanent = quiet.supervise(art.Supervision(restart="permanent"), Worker, made, "permanent")
    temporary = quiet.supervise(art.Supervision(restart="temporary"), Worker, made, "temporary")
    quiet.run_until_idle()
    for actor in (transient, permanent):
        actor.tell(Worker.stop_me)
    temporary.tell(Worker.fail)
    quiet.run_until_idle()
    assert not transient.alive and permanent.alive and not temporary.alive
    assert made.count("permanent") == 2
    ended = permanent.ended()
    assert permanent.terminate()
    quiet.run_until_idle()
    assert not permanent.alive and ended.result().kind == "stopped"
    assert quiet.children() == []


def test_more_failures_than_allowed_end_it(quiet: art.Runtime) -> None:
    made: list[str] = []
    boss = quiet.supervise(MANY, Recorder, [])
    worker = quiet.supervise_under(boss, art.Supervision(intensity=art.Intensity(1, 10.0)), Worker, made)
    boss_ended, ended = boss.ended(), worker.ended()
    worker.tell(Worker.fail)
    quiet.run_until_idle()
    assert worker.alive
    worker.tell(Worker.fail)
    quiet.run_until_idle()
    assert ended.result().kind == "failed" and isinstance(ended.result().error, ValueError)
    assert len(made) == 2
    assert not boss_ended.done(), "the supervisor is restarted itself, as its own supervisor allows"


def test_restarts_wait(quiet: art.Runtime, clock: art.ManualClock) -> None:
    made: list[str] = []
    worker = quiet.supervise(art.Supervision(backoff=art.Backoff(1.0, 8.0)), Worker, made)
    worker.tell(Worker.fail)
    total = worker.ask(Worker.add, 3)
    quiet.run_until_idle()
    assert len(made) == 1 and not total.done()
    clock.advance(1.0)
    quiet.run_until_idle()
    assert len(made) == 2 and total.result() == 3


def test_siblings_are_restarted_by_strategy(quiet: art.Runtime) -> None:
    made: list[str] = []
    settings = art.Supervision(strategy="one_for_all", children=art.Intensity(5, 1.0))
    boss = quiet.supervise(settings, Recorder, [])
    workers = [quiet.supervise_under(boss, art.Supervision(), Worker, made, name) for name in ("a", "b")]
    quiet.run_until_idle()
    workers[1].tell(Worker.fail)
    quiet.run_until_idle()
    assert made == ["a", "b", "a", "b"]
    assert all(worker.alive for worker in workers)


def test_an_init_that_fails_at_once_is_the_callers(quiet: art.Runtime) -> None:
    with pytest.raises(OSError, match="not any more"):
        quiet.supervise(art.Supervision(), Worker, [], refuse_after=0)
    quiet.run_until_idle()
    assert quiet.children() == [] and quiet.actors == 0


def test_an_init_that_fails_in_a_restart_is_a_failure(rt: art.Runtime) -> None:
    seen: list[str] = []
    rt.on_error = lambda error, info: seen.append(type(error).__name__)
    made: list[str] = []
    worker = rt.supervise(art.Supervision(), Worker, made, refuse_after=1)
    ended = worker.ended()
    worker.tell(Worker.fail)
    rt.run_until_idle()
    assert seen[0] == "ValueError" and set(seen[1:]) == {"OSError"}
    assert ended.result().kind == "failed" and isinstance(ended.result().error, OSError)


def test_a_coroutine_ends_with_its_incarnation_and_what_waited_for_it_comes(quiet: art.Runtime) -> None:
    made: list[str] = []
    worker = quiet.supervise(art.Supervision(), Worker, made)
    slow = worker.ask(Worker.slowly)
    total = worker.ask(Worker.add, 4)
    quiet.run_until_idle()
    assert not slow.done() and not total.done()
    worker.kill()
    quiet.run_until_idle()
    assert len(made) == 2
    with pytest.raises(art.ReplyDropped):
        slow.result()
    assert total.result() == 4


def test_children_end_before_their_parent_and_their_hooks_run(rt: art.Runtime) -> None:
    heard: list[object] = []
    boss = rt.supervise(art.Supervision(), Recorder, heard)
    child = rt.supervise_under(boss, art.Supervision(), Recorder, heard)
    rt.run_until_idle()
    boss.stop()
    rt.run_until_idle()
    assert not boss.alive and not child.alive
    assert heard == [art.StopCause("stopped"), art.StopCause("stopped")]
    with pytest.raises(art.ActorStopped):
        rt.supervise_under(boss, art.Supervision(), Recorder, heard)


def test_what_makes_no_sense_is_refused(rt: art.Runtime) -> None:
    for wrong in (
        art.Supervision(restart="sometimes"),  # type: ignore[arg-type]
        art.Supervision(strategy="nobody"),  # type: ignore[arg-type]
        art.Supervision(auto_shutdown="some"),  # type: ignore[arg-type]
        art.Supervision(shutdown=-1.0),
        art.Supervision(intensity=art.Intensity(1, -1.0)),
        art.Supervision(backoff=art.Backoff(1.0, 1.0, 0.5, 0.0)),
        art.Supervision(backoff=art.Backoff(1.0, 1.0, 2.0, 1.5)),
    ):
        with pytest.raises(ValueError):
            rt.supervise(wrong, Worker, [])
    assert rt.actors == 0
    assert not rt.spawn(Worker, []).terminate()


def test_the_tree_keeps_an_actor_until_it_ends(rt: art.Runtime) -> None:
    made: list[str] = []
    gone = weakref.ref(rt.supervise(art.Supervision(), Worker, made))
    rt.run_until_idle()
    gc.collect()
    assert gone() is None and rt.actors == 1, "the reference is gone, the actor is not"
    [worker] = rt.children()
    worker.terminate()
    del worker
    rt.run_until_idle()
    gc.collect()
    assert rt.actors == 0


def test_a_runtime_with_supervised_actors_is_collected(clock: art.ManualClock) -> None:
    class Held(art.Actor):
        def __init__(self, me: list[object]) -> None:
            me.append(self)

    rt = art.Runtime(clock=clock)
    circle: list[object] = []
    rt.supervise(art.Supervision(), Held, circle)
    rt.run_until_idle()
    instance = weakref.ref(circle[0])
    circle.append(circle)
    rt.close()
    del rt, circle
    gc.collect()
    assert instance() is None
