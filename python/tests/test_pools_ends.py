"""How pools and their workers end, change and are replaced; what they call; what makes no sense; and what is left of them."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import pytest
from pool_world import Worker, World, sized

import actor_rt as art

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
