"""Pools of Python actors: routes, limits, priorities, rates, retries, and what is told of each job, once."""

from __future__ import annotations

import pytest
from pool_world import Worker, World, sized

import actor_rt as art

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
