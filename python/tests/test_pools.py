"""Pools of Python actors: routes, limits, priorities, retries, replaced workers, and what is told of each job, once."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import pytest

import actor_rt as art


class Worker(art.Actor):
    """Does jobs. `made` and `seen` outlive its incarnations."""

    def __init__(self, made: list[int], seen: list[tuple[int, object]]) -> None:
        self.number = len(made)
        made.append(self.number)
        self.seen = seen

    def note(self, what: object) -> int:
        self.seen.append((self.number, what))
        return self.number

    async def slowly(self, what: object, seconds: float = 1.0) -> str:
        await self.ctx.sleep(seconds)
        self.seen.append((self.number, what))
        return f"{what} done"

    def fail(self, what: object) -> None:
        self.seen.append((self.number, what))
        raise ValueError(what)

    def fail_until(self, times: int, tries: list[int]) -> int:
        tries.append(1)
        if len(tries) <= times:
            raise OSError(len(tries))
        return len(tries)

    def again_until(self, times: int, tries: list[int]) -> int:
        tries.append(self.number)
        if len(tries) <= times:
            raise art.TryAgain("busy")
        return len(tries)

    def refuse(self) -> None:
        raise art.Refused("not today")

    def left(self) -> float | None:
        return self.ctx.remaining


class World:
    """A runtime with a pool, and all that it tells."""

    def __init__(self, rt: art.Runtime, clock: art.ManualClock, **more: Any) -> None:
        self.rt, self.clock = rt, clock
        self.made: list[int] = []
        self.seen: list[tuple[int, object]] = []
        self.lost: list[art.Discarded] = []
        self.events: list[art.PoolEvent] = []
        rt.on_error = lambda error, info: self.errors.append((type(error).__name__, info.asked))
        self.errors: list[tuple[str, bool]] = []
        spec = art.PoolSpec(on_discard=self.lost.append, on_event=self.events.append, **more)
        self.pool = rt.pool(spec, Worker, self.made, self.seen)
        rt.run_until_idle()

    def at(self, seconds: float) -> None:
        self.rt.run_until_idle()
        self.clock.advance(seconds - self.clock())
        self.rt.run_until_idle()

    def stats(self) -> art.PoolStats:
        return self.rt.run_until(self.pool.stats())

    def whats(self) -> list[object]:
        return [what for _, what in self.seen]


def sized(size: int, **more: Any) -> art.PoolSettings:
    return art.PoolSettings(size=size, **more)


def test_the_reply_of_a_job_is_its_answer(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock, settings=sized(2))
    assert world.made == [0, 1] and len(world.pool.workers()) == 2
    names = ["ada", "bob", "eve"]
    replies = [world.pool.submit(Worker.slowly, name) for name in names]
    world.pool.tell(Worker.note, "nobody waits")
    rt.run_until_idle()
    assert world.stats().running == 2
    world.at(1.0)
    assert [reply.done() for reply in replies] == [True, True, False]
    assert world.whats() == ["ada", "bob", "nobody waits"]
    world.at(2.0)
    assert [reply.result() for reply in replies] == [f"{name} done" for name in names]
    stats = world.stats()
    assert (stats.accepted, stats.done, stats.queued, stats.available, stats.refused) == (4, 4, 0, 2, 0)
    assert set(stats.discarded.values()) == {0} and world.lost == []


def test_a_job_of_an_overridden_method_is_done_by_the_override(rt: art.Runtime) -> None:
    class Loud(Worker):
        def note(self, what: object) -> int:
            return super().note(str(what).upper())

    seen: list[tuple[int, object]] = []
    pool = rt.pool(art.PoolSpec(), Loud, [], seen)
    rt.run_until(pool.submit(Worker.note, "hello"))
    assert seen == [(0, "HELLO")]


def test_round_robin_takes_turns(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock, settings=sized(3), router="round_robin")
    replies = [world.pool.submit(Worker.note, n) for n in range(5)]
    rt.run_until_idle()
    assert [reply.result() for reply in replies] == [0, 1, 2, 0, 1]


def test_a_key_has_its_worker(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock, settings=sized(4), router="key_persistent")
    keys: list[art.PoolKey] = ["ada", "bob", b"bytes", 7, -7, 1 << 80, None]
    first = [rt.run_until(world.pool.submit(Worker.note, "first", key=key)) for key in keys]
    again = [rt.run_until(world.pool.submit(Worker.note, "again", key=key)) for key in keys]
    assert first == again and len(set(first)) > 1
    # The same in every run: Python's own hash of text is not.
    assert first == [1, 2, 3, 1, 0, 1, 1]


def test_jobs_of_a_key_stick_together(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock, settings=sized(2), router="sticky")
    for what in ("one", "two"):
        world.pool.tell(Worker.slowly, what, key="ada")
    world.pool.tell(Worker.slowly, "other", key="bob")
    world.at(1.0)
    world.at(2.0)
    assert world.seen == [(0, "one"), (1, "other"), (0, "two")]


def test_a_router_may_be_a_function(rt: art.Runtime, clock: art.ManualClock) -> None:
    asked: list[tuple[art.PoolKey, int]] = []

    def choose(key: art.PoolKey, size: int) -> int:
        asked.append((key, size))
        if key == b"bad":
            raise KeyError(key)
        return len(key) if isinstance(key, str) else -1

    world = World(rt, clock, settings=sized(3), router=choose)
    keys: list[art.PoolKey] = ["", "four", 5, b"bad", 1 << 70]
    slots = [rt.run_until(world.pool.submit(Worker.note, key, key=key)) for key in keys]
    assert slots == [0, 1, 2, 0, 2], "modulo the size; the first one where it fails"
    assert asked == [(key, 3) for key in keys] and world.errors == [("KeyError", False)]


def test_a_worker_may_have_several_jobs(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock, settings=sized(1, in_flight=2))
    replies = [world.pool.submit(Worker.slowly, n) for n in range(3)]
    rt.run_until_idle()
    stats = world.stats()
    assert (stats.running, stats.queued) == (2, 1)
    for second in (1.0, 2.0, 3.0):
        world.at(second)
    assert [reply.result() for reply in replies] == ["0 done", "1 done", "2 done"], "one after the other, as an actor does"


@pytest.mark.parametrize(("discard", "lost"), [("newest", "third"), ("oldest", "second")])
def test_of_too_many_one_goes(rt: art.Runtime, clock: art.ManualClock, discard: str, lost: str) -> None:
    world = World(rt, clock, settings=sized(1, discard=discard, limit=1))
    replies = {what: world.pool.submit(Worker.slowly, what, key=what) for what in ("first", "second", "third")}
    rt.run_until_idle()
    with pytest.raises(art.JobDiscarded, match="too many") as caught:
        replies[lost].result()
    assert caught.value.reason == "load_shed"
    [told] = world.lost
    assert told.key == lost and told.reason == "load_shed"
    assert told.job is not None and told.job.args == (lost,) and told.job.method is Worker.slowly
    world.at(1.0)
    world.at(2.0)
    assert sum(reply.exception() is None for reply in replies.values()) == 2


def test_what_is_never_discarded_passes_the_limit(rt: art.Runtime, clock: art.ManualClock) -> None:
    asked: list[art.Job] = []

    def keeps(job: art.Job) -> bool:
        asked.append(job)
        return job.key == "alarm"

    world = World(rt, clock, settings=sized(1, limit=0), never_discard=keeps)
    for key in ("one", "two", "alarm"):
        world.pool.tell(Worker.slowly, key, key=key, priority="high", ttl=60.0)
    rt.run_until_idle()
    assert [told.key for told in world.lost] == ["two"]
    assert [(job.priority, job.ttl) for job in asked] == [("high", 60.0)] * 3
    stats = world.stats()
    assert (stats.queued, stats.refused, stats.discarded["load_shed"]) == (1, 1, 1)


def test_a_limit_may_be_asked_for(rt: art.Runtime, clock: art.ManualClock) -> None:
    asked: list[int] = []

    def limit(stats: art.PoolStats) -> int:
        asked.append(stats.queued)
        return stats.size * 2

    world = World(rt, clock, settings=sized(1, limit=limit, limit_every=10.0))
    for n in range(5):
        world.pool.tell(Worker.slowly, n)
    rt.run_until_idle()
    assert world.stats().queued == 2 and [told.reason for told in world.lost] == ["load_shed"] * 2
    assert asked == [0], "once in ten seconds"


def test_urgent_jobs_come_first_and_late_ones_never(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock)
    priorities: list[art.JobPriority] = ["best_effort", "normal", "important", "high", "highest"]
    world.pool.tell(Worker.slowly, "before")
    late = world.pool.submit(Worker.slowly, "late", ttl=0.5, priority="highest")
    for priority in priorities:
        world.pool.tell(Worker.note, priority, priority=priority)
    world.at(1.0)
    world.at(2.0)
    assert world.whats() == ["before", *reversed(priorities)]
    with pytest.raises(art.JobDiscarded) as caught:
        late.result()
    assert caught.value.reason == "expired" and [told.reason for told in world.lost] == ["expired"]


def test_a_rate_lets_through_so_many(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock, rate=art.Rate(2, 1.0))
    replies = [world.pool.submit(Worker.note, n) for n in range(3)]
    rt.run_until_idle()
    error = replies[2].exception()
    assert isinstance(error, art.JobDiscarded) and error.reason == "rate_limited"
    world.at(0.5)
    assert rt.run_until(world.pool.submit(Worker.note, "again")) == 0


def test_a_worker_that_fails_is_replaced_and_its_answer_is_the_exception(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock)
    [worker] = world.pool.workers()
    reply = world.pool.submit(Worker.fail, "poison")
    after = world.pool.submit(Worker.note, "after")
    rt.run_until_idle()
    with pytest.raises(ValueError, match="poison"):
        reply.result()
    assert after.result() == 1 and world.made == [0, 1]
    assert world.pool.workers() == [worker], "in place"
    [told] = world.lost
    assert told.reason == "worker_lost" and told.job is None
    assert world.errors == [("ValueError", True)]
    stats = world.stats()
    assert (stats.done, stats.discarded["worker_lost"]) == (1, 1)


def test_a_job_is_tried_again_as_often_as_it_may_be(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock)
    tries: list[int] = []
    assert rt.run_until(world.pool.submit(Worker.fail_until, 2, tries, retries=2)) == 3
    assert len(world.made) == 3 and world.stats().retried == 2 and world.lost == []
    assert world.errors == [("OSError", False)] * 2, "nobody gets those as an answer"
    tries.clear()
    with pytest.raises(OSError, match="2"):
        rt.run_until(world.pool.submit(Worker.fail_until, 5, tries, retries=1))
    assert len(tries) == 2 and world.errors[-1] == ("OSError", True)


def test_a_try_that_fails_alone_keeps_the_worker(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock)
    tries: list[int] = []
    assert rt.run_until(world.pool.submit(Worker.again_until, 2, tries, retries=5)) == 3
    assert tries == [0, 0, 0] and world.made == [0]
    with pytest.raises(art.TryAgain):
        rt.run_until(world.pool.submit(Worker.again_until, 9, tries))
    assert world.made == [0]


def test_a_refusal_is_an_answer(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock)
    with pytest.raises(art.Refused, match="not today"):
        rt.run_until(world.pool.submit(Worker.refuse, retries=3))
    assert world.made == [0] and world.stats().done == 1 and world.lost == []


def test_jobs_of_a_worker_that_is_killed_are_lost_or_tried_again_once(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock, settings=sized(1, in_flight=3))
    lost = world.pool.submit(Worker.slowly, "lost")
    retried = world.pool.submit(Worker.slowly, "retried", retries=1)
    waits = world.pool.submit(Worker.note, "waits", retries=1)
    rt.run_until_idle()
    [worker] = world.pool.workers()
    worker.kill()
    rt.run_until_idle()
    assert isinstance(lost.exception(), art.JobDiscarded) and world.made == [0, 1]
    world.at(1.0)
    assert retried.result() == "retried done" and waits.result() == 1
    assert world.seen == [(1, "retried"), (1, "waits")], "what the lost one had begun is done once"
    stats = world.stats()
    assert (stats.done, stats.retried, stats.discarded["worker_lost"]) == (2, 2, 1)


def test_a_silent_worker_is_told_of_and_replaced(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock, settings=sized(1, silence=10.0, silence_kills=True))
    [worker] = world.pool.workers()
    endless = world.pool.submit(Worker.slowly, "endless", 3600.0)
    after = world.pool.submit(Worker.note, "after")
    world.at(9.0)
    assert not endless.done()
    world.at(10.0)
    [event] = [event for event in world.events if event.kind == "silent"]
    assert event.slot == 0 and event.worker == worker and event.silence == 10.0
    error = endless.exception()
    assert isinstance(error, art.JobDiscarded) and error.reason == "worker_lost"
    assert after.result() == 1


def test_a_drained_pool_does_what_it_has_and_takes_no_more(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock)
    in_time = [world.pool.submit(Worker.slowly, n) for n in range(2)]
    world.pool.drain()
    late = world.pool.submit(Worker.slowly, "late")
    ended = world.pool.ended()
    rt.run_until_idle()
    error = late.exception()
    assert isinstance(error, art.JobDiscarded) and error.reason == "shutdown"
    world.at(1.0)
    assert world.pool.alive and not ended.done()
    world.at(2.0)
    assert [reply.result() for reply in in_time] == ["0 done", "1 done"]
    assert ended.result() is None and not world.pool.alive and world.pool.workers() == []
    assert [event.kind for event in world.events] == ["started", "draining", "stopped"]
    assert rt.actors == 0
    with pytest.raises(art.ActorStopped):
        rt.run_until(world.pool.submit(Worker.slowly, "too late"))
    with pytest.raises(art.ActorStopped):
        rt.run_until(world.pool.stats())


@pytest.mark.parametrize("end", ["stop", "kill", "close"])
def test_however_a_pool_ends_each_job_is_told(rt: art.Runtime, clock: art.ManualClock, end: str) -> None:
    world = World(rt, clock)
    replies = [world.pool.submit(Worker.slowly, n, key=n) for n in range(3)]
    rt.run_until_idle()
    if end == "close":
        outcomes: list[BaseException | None] = []
        for reply in replies:
            reply.add_done_callback(lambda reply: outcomes.append(reply.exception()))
        rt.close()
    else:
        world.pool.stop() if end == "stop" else world.pool.kill()
        rt.run_until_idle()
        outcomes = [reply.exception() for reply in replies]
    assert [type(outcome) for outcome in outcomes] == [art.JobDiscarded] * 3
    assert sorted(str(told.key) for told in world.lost) == ["0", "1", "2"]
    assert {told.reason for told in world.lost} == {"worker_lost", "shutdown"}


def test_size_and_settings_change_while_it_runs(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock)
    for n in range(6):
        world.pool.tell(Worker.slowly, n)
    rt.run_until_idle()
    assert world.stats().running == 1
    assert rt.run_until(world.pool.set_size(3)) == 3 and world.pool.settings.size == 3
    rt.run_until_idle()
    assert world.stats().running == 3 and len(world.pool.workers()) == 3
    assert rt.run_until(world.pool.set_settings(sized(2, limit=0))) == 2
    assert world.pool.settings == sized(2, limit=0)
    world.pool.tell(Worker.slowly, "too many")
    rt.run_until_idle()
    assert [told.reason for told in world.lost] == ["load_shed"]
    world.at(1.0)
    assert len(world.pool.workers()) == 2


def test_a_controller_says_how_many_workers_there_are(rt: art.Runtime, clock: art.ManualClock) -> None:
    def double(stats: art.PoolStats) -> int:
        if stats.size == 8:
            raise LookupError
        return stats.size * 2 if stats.queued else 0

    world = World(rt, clock, controller=double, control_every=1.0)
    for n in range(5):
        world.pool.tell(Worker.slowly, n, 100.0)
    sizes = []
    for second in range(5):
        world.at(float(second))
        sizes.append(world.stats().size)
    assert sizes == [1, 2, 4, 8, 8] and world.errors == [("LookupError", False)]
    world.pool.stop()
    rt.run_until_idle()
    with pytest.raises(ValueError):
        rt.pool(art.PoolSpec(controller=double, control_every=0.0), Worker, [], [])


def test_withdrawn_jobs_are_not_begun(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock)
    first, second = world.pool.submit(Worker.slowly, "first"), world.pool.submit(Worker.slowly, "second")
    rt.run_until_idle()
    assert second.cancel()
    world.at(1.0)
    assert first.result() == "first done" and world.whats() == ["first"] and world.stats().queued == 0


def test_a_job_has_the_time_of_its_reply(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock)
    assert rt.run_until(world.pool.submit(Worker.left).within(3.0)) == 3.0
    late = world.pool.submit(Worker.slowly, "late").within(0.5)
    world.at(0.5)
    assert isinstance(late.exception(), art.AskTimeout)


def test_a_handler_uses_a_pool(rt: art.Runtime, clock: art.ManualClock) -> None:
    class Boss(art.Actor):
        async def work(self, pool: art.Pool[Worker]) -> tuple[str, int]:
            answer = await pool.submit(Worker.slowly, "it")
            return answer, (await pool.stats()).done

    world = World(rt, clock)
    reply = rt.spawn(Boss).ask(Boss.work, world.pool)
    rt.run_until_idle()
    world.at(1.0)
    assert reply.result() == ("it done", 1)


def test_a_worker_that_cannot_be_made_fails_the_pool(rt: art.Runtime) -> None:
    class Broken(art.Actor):
        def __init__(self) -> None:
            raise OSError("no licence")

    errors: list[BaseException] = []
    rt.on_error = lambda error, info: errors.append(error)
    spec = art.PoolSpec(supervision=art.Supervision(restart="temporary"))
    pool = rt.pool(spec, Broken)
    reply = pool.submit(Broken.on_stop, art.StopCause("stopped"))
    rt.run_until_idle()
    assert [str(error) for error in errors] == ["no licence"] and not pool.alive and rt.actors == 0
    assert isinstance(reply.exception(), art.JobDiscarded)


def test_a_workers_hook_runs_and_its_start_may_wait(rt: art.Runtime, clock: art.ManualClock) -> None:
    causes: list[str] = []

    class Hooked(Worker):
        def on_stop(self, cause: art.StopCause) -> None:
            causes.append(cause.kind)

    rt.on_error = lambda error, info: None
    made: list[int] = []
    pool = rt.pool(art.PoolSpec(workers=art.Supervision(backoff=art.Backoff(2.0, 2.0))), Hooked, made, [])
    rt.run_until_idle()
    pool.tell(Worker.fail, "poison")
    after = pool.submit(Worker.note, "after")
    rt.run_until_idle()
    assert made == [0] and not after.done()
    clock.advance(2.0)
    assert rt.run_until(after) == 1
    pool.drain()
    rt.run_until_idle()
    assert causes[-1] == "stopped"


def test_what_makes_no_sense_is_refused(rt: art.Runtime) -> None:
    for spec in (
        art.PoolSpec(router="nobody"),  # type: ignore[arg-type]
        art.PoolSpec(settings=art.PoolSettings(size=0)),
        art.PoolSpec(settings=art.PoolSettings(discard="all")),  # type: ignore[arg-type]
        art.PoolSpec(settings=art.PoolSettings(silence=0.0)),
        art.PoolSpec(workers=art.Supervision(shutdown=-1.0)),
        art.PoolSpec(rate=art.Rate(1, -1.0)),
    ):
        with pytest.raises(ValueError):
            rt.pool(spec, Worker, [], [])
    with pytest.raises(TypeError, match="subclass of Actor"):
        rt.pool(art.PoolSpec(), object)  # type: ignore[type-var]
    pool = rt.pool(art.PoolSpec(), Worker, [], [])
    with pytest.raises(TypeError, match="same hash in every run"):
        pool.submit(Worker.note, 1, key=1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        pool.submit(Worker.note, 1, priority="urgent")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        pool.submit("note", 1)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        pool.set_size(0)
    rt.run_until_idle()
    assert rt.actors == 1


def test_what_a_pool_calls_may_use_the_pool(rt: art.Runtime, clock: art.ManualClock) -> None:
    again: list[art.Reply[Any]] = []
    pools: list[art.Pool[Worker]] = []

    def submit(*anything: object) -> int:
        if len(again) < 5:
            again.append(pools[0].submit(Worker.note, len(again), priority="highest"))
        return 0

    def drain(event: art.PoolEvent) -> None:
        if event.kind == "silent":
            pools[0].drain()

    seen: list[tuple[int, object]] = []
    settings = sized(1, limit=lambda stats: submit(stats) + 100, limit_every=0.0, silence=1.0)
    spec = art.PoolSpec(settings=settings, router=submit, on_discard=submit, on_event=drain, never_discard=lambda job: not submit(job))
    pools.append(rt.pool(spec, Worker, [], seen))
    pools[0].tell(Worker.slowly, "slow", 2.0)
    rt.run_until_idle()
    assert len(again) == 5
    for _ in range(2):
        clock.advance(1.0)
        rt.run_until_idle()
    assert [reply.result() for reply in again] == [0] * 5 and not pools[0].alive
    assert [what for _, what in seen] == ["slow", 0, 1, 2, 3, 4]


@pytest.mark.parametrize("where", ["router", "on_discard", "on_event", "never_discard", "limit", "job"])
def test_a_runtime_is_closed_by_what_a_pool_calls(rt: art.Runtime, where: str) -> None:
    def close(*anything: object) -> int:
        rt.close()
        return 0

    class Closes(Worker):
        def note(self, what: object) -> int:
            return close() if where == "job" else 0

    settings = sized(1, limit=close if where == "limit" else 0)
    calls: dict[str, Any] = {} if where in ("limit", "job") else {where: close}
    pool = rt.pool(art.PoolSpec(settings=settings, **calls), Closes, [], [])
    outcomes: list[object] = []
    for n in range(3):
        pool.submit(Worker.slowly if where != "job" else Worker.note, n).add_done_callback(lambda reply: outcomes.append(reply.done()))
    rt.run_until_idle()
    assert rt.closed and outcomes == [True] * 3


def test_what_fails_in_a_pools_calls_goes_to_the_error_hook(rt: art.Runtime, clock: art.ManualClock) -> None:
    def broken(*anything: object) -> Any:
        raise LookupError

    errors: list[type] = []
    rt.on_error = lambda error, info: errors.append(type(error))
    settings = sized(1, limit=broken)
    spec = art.PoolSpec(settings=settings, router=broken, on_discard=broken, on_event=broken, never_discard=broken)
    pool = rt.pool(spec, Worker, [], [])
    jobs = [pool.submit(Worker.slowly, n, ttl=0.5) for n in range(2)]
    rt.run_until_idle()
    clock.advance(1.0)
    rt.run_until_idle()
    assert jobs[0].result() == "0 done" and isinstance(jobs[1].exception(), art.JobDiscarded)
    assert set(errors) == {LookupError} and pool.alive


def test_an_interrupt_leaves_the_step_whoever_raised_it(rt: art.Runtime, clock: art.ManualClock) -> None:
    class Interrupts(Worker):
        def note(self, what: object) -> int:
            raise KeyboardInterrupt

    def interrupt(*anything: object) -> int:
        raise KeyboardInterrupt

    pool = rt.pool(art.PoolSpec(router=interrupt), Interrupts, [], [])
    reply = pool.submit(Worker.slowly, "routed")
    mapped = reply.map(interrupt)
    with pytest.raises(KeyboardInterrupt):
        rt.run_until_idle()
    rt.run_until_idle()
    clock.advance(1.0)
    with pytest.raises(KeyboardInterrupt):
        rt.run_until_idle()
    rt.run_until_idle()
    assert reply.result() == "routed done" and isinstance(mapped.exception(), art.ReplyDropped)
    with pytest.raises(KeyboardInterrupt):
        pool.tell(Worker.note, 1)
        rt.run_until_idle()
    with pytest.raises(KeyboardInterrupt):
        rt.run_until_idle()
    rt.run_until_idle()
    assert pool.alive


def test_workers_end_as_other_actors_and_are_replaced(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock, settings=sized(2))
    one, two = world.pool.workers()
    one.stop()
    rt.run_until_idle()
    assert one.alive and world.made == [0, 1, 2] and world.pool.workers() == [one, two]
    assert one.terminate()
    rt.run_until_idle()
    assert not one.alive and len(world.pool.workers()) == 2
    assert rt.run_until(world.pool.submit(Worker.note, "still")) in (1, 3)


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("thread", ["owner", "another"])
@pytest.mark.parametrize("state", ["queued", "running", "worker", "hooks"])
def test_a_circle_through_a_pool_is_collected(state: str, thread: str) -> None:
    """rt → its store → a job, a worker or a function of the pool → rt."""

    class Payload:
        def __init__(self, *held: object) -> None:
            self.held = held

        def __call__(self, *anything: object) -> None: ...

    rt = art.Runtime(clock=art.ManualClock())
    held = Payload(rt)
    spec = art.PoolSpec(on_discard=held, on_event=held) if state == "hooks" else art.PoolSpec()
    seen: list[Any] = [held] if state == "worker" else []
    pool = rt.pool(spec, Worker, [], seen)
    if state in ("queued", "running"):
        pool.tell(Worker.slowly, held)
    if state != "queued":
        rt.run_until_idle()
    gone = [weakref.ref(held), weakref.ref(rt)]
    gc.collect()
    assert gone[0]() is held, "what can be reached stays"
    gc.disable()
    try:
        del rt, held, spec, seen, pool
        if thread == "owner":
            gc.collect()
        else:
            collector = threading.Thread(target=gc.collect)
            collector.start()
            collector.join()
    finally:
        gc.enable()
    assert [ref() for ref in gone] == [None] * 2


def test_nothing_is_left_of_jobs_that_are_over(rt: art.Runtime, clock: art.ManualClock) -> None:
    world = World(rt, clock, settings=sized(2))

    def round() -> int:
        replies = [world.pool.submit(Worker.note, n) for n in range(50)]
        world.pool.tell(Worker.fail, "poison", retries=2)
        rt.run_until_idle()
        assert all(reply.done() for reply in replies)
        for noted in (world.seen, world.lost, world.errors, world.made):
            noted.clear()  # type: ignore[attr-defined]
        del replies
        gc.collect()
        return len(gc.get_objects())

    round()
    before = round()
    for _ in range(5):
        after = round()
    assert after - before < 20


def test_workers_have_their_hooks(rt: art.Runtime, clock: art.ManualClock) -> None:
    log: list[str] = []

    class Hooked(Worker):
        async def on_prepare(self) -> None:
            await self.ctx.sleep(1.0)
            log.append("prepared")

        def on_restart(self, cause: art.StopCause) -> None:
            log.append(f"restarted after {cause.kind}")

        async def on_stop(self, cause: art.StopCause) -> None:
            await self.ctx.sleep(1.0)
            log.append("stopped")

    rt.on_error = lambda error, info: None
    pool = rt.pool(art.PoolSpec(), Hooked, [], [])
    failed, after = pool.submit(Worker.fail, "poison"), pool.submit(Worker.note, "after")
    ended = pool.ended()
    rt.run_until_idle()
    assert log == [] and not failed.done(), "it is not ready yet"
    for _ in range(2):
        clock.advance(1.0)
        rt.run_until_idle()
    assert isinstance(failed.exception(), ValueError) and after.result() == 1
    pool.drain()
    rt.run_until_idle()
    clock.advance(1.0)
    rt.run_until_idle()
    assert ended.done() and log == ["prepared", "prepared", "restarted after failed", "stopped"]


def test_a_pool_is_below_an_actor(rt: art.Runtime) -> None:
    class Boss(art.Actor):
        def __init__(self) -> None:
            self.heard: list[str] = []

        def on_child(self, event: art.ChildEvent) -> None:
            self.heard.append(event.kind)

    boss = rt.supervise(art.Supervision(), Boss)
    rt.run_until_idle()
    pool = rt.pool(art.PoolSpec(parent=boss), Worker, [], [])
    assert rt.run_until(pool.submit(Worker.note, 1)) == 0
    boss.stop()
    rt.run_until_idle()
    assert not pool.alive and rt.actors == 0
