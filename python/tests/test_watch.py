"""Who keeps watch: pings, heartbeats, the byte budget, and the watchdog that other threads read."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from actors import Counter, Recorder

import actor_rt as art


def test_a_ping_is_answered_behind_what_was_sent_before(rt: art.Runtime, clock: art.ManualClock) -> None:
    heard: list[object] = []
    recorder = rt.spawn(Recorder, heard)
    recorder.tell(Recorder.hear, 1)
    pong = recorder.ping()
    pong.add_done_callback(lambda reply: heard.append("pong"))
    recorder.tell(Recorder.hear, 2)
    assert not pong.done()
    rt.run_until_idle()
    assert pong.result() == 0.0 and heard == [1, "pong", 2]
    # A paused one answers when it goes on.
    assert recorder.pause()
    pong = recorder.ping()
    rt.run_until_idle()
    assert not pong.done()
    clock.advance(2.5)
    rt.run_until_idle()
    assert recorder.resume()
    rt.run_until_idle()
    assert pong.result() == 2.5


def test_a_ping_is_awaited_in_a_handler_and_never_a_circle(rt: art.Runtime) -> None:
    class Asker(art.Actor):
        async def look(self, other: art.Ref[Counter]) -> list[float]:
            return [await other.ping(), await self.ctx.ref.ping()]

    asked = rt.spawn(Asker).ask(Asker.look, rt.spawn(Counter))
    rt.run_until_idle()
    assert asked.result() == [0.0, 0.0]


def test_who_has_ended_does_not_answer(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    assert counter.pause()
    pong = counter.ping()
    late = counter.ping().within(1.0)
    assert late.cancel()
    counter.kill()
    rt.run_until_idle()
    with pytest.raises(art.ReplyDropped):
        pong.result()
    with pytest.raises(art.AskCancelled):
        late.result()
    after = counter.ping()
    with pytest.raises(art.ActorStopped):
        after.result()


def test_a_ping_that_waits_at_the_end_is_answered(clock: art.ManualClock) -> None:
    with art.Runtime(clock=clock) as rt:
        counter = rt.spawn(Counter)
        assert counter.pause()
        pong = counter.ping()
    assert isinstance(pong.exception(), art.ReplyDropped)


def beats(rt: art.Runtime, clock: art.ManualClock, count: int) -> None:
    for _ in range(count):
        rt.run_until_idle()
        clock.advance(1.0)
    rt.run_until_idle()


def test_a_heartbeat_reports_who_does_not_answer_and_who_does_again(
    rt: art.Runtime, clock: art.ManualClock
) -> None:
    pulses: list[art.Pulse] = []
    counter = rt.supervise(art.Supervision(), Counter)
    rt.spawn(Counter).pause()  # which nobody supervises
    heart = rt.heartbeat(1.0, pulses.append, patience=2)
    beats(rt, clock, 3)
    assert pulses == []
    counter.pause()
    beats(rt, clock, 4)
    assert pulses == [art.Pulse(counter, 2, None, counter.id)]
    counter.resume()
    beats(rt, clock, 0)
    assert len(pulses) == 2 and pulses[1].actor == counter and pulses[1].cycles == 0
    assert pulses[1].latency is not None and pulses[1].latency > 1.0
    heart.stop()
    heart.stop()
    counter.pause()
    beats(rt, clock, 5)
    assert len(pulses) == 2


def test_a_heartbeat_has_actors_made_anew(rt: art.Runtime, clock: art.ManualClock) -> None:
    counter = rt.supervise(art.Supervision(), Counter, 5)
    counter.tell(Counter.add, 1)
    rt.run_until_idle()
    rt.heartbeat(1.0, restart=True)
    rt.run_until_idle()
    counter.pause()
    beats(rt, clock, 3)
    count = counter.ask(Counter.add, 1)
    rt.run_until_idle()
    assert count.result() == 6


def test_what_a_report_raises_goes_to_the_error_hook(rt: art.Runtime, clock: art.ManualClock) -> None:
    seen: list[BaseException] = []
    rt.on_error = lambda error, info: seen.append(error)

    def report(pulse: art.Pulse) -> None:
        raise ValueError(pulse.cycles)

    counter = rt.supervise(art.Supervision(), Counter)
    rt.heartbeat(1.0, report)
    rt.run_until_idle()
    counter.pause()
    beats(rt, clock, 4)
    assert [error.args for error in seen] == [(1,)]


@pytest.mark.parametrize("cycle", [0.0, -1.0, float("nan")])
def test_a_heartbeat_needs_a_cycle(rt: art.Runtime, cycle: float) -> None:
    with pytest.raises(ValueError):
        rt.heartbeat(cycle)


def test_a_heartbeat_of_a_closed_runtime_is_over(clock: art.ManualClock) -> None:
    with art.Runtime(clock=clock) as rt:
        heart = rt.heartbeat(1.0, print)
    heart.stop()


def test_a_report_goes_with_its_heartbeat(rt: art.Runtime) -> None:
    class Report:
        def __call__(self, pulse: art.Pulse) -> None: ...

    report = Report()
    gone = weakref.ref(report)
    heart = rt.heartbeat(1.0, report)
    del report
    rt.run_until_idle()
    gc.collect()
    assert gone() is not None
    heart.stop()
    rt.run_until_idle()
    gc.collect()
    assert gone() is None


def test_a_runtime_that_is_caught_in_its_own_report_is_collected(clock: art.ManualClock) -> None:
    def make() -> weakref.ref[art.Runtime]:
        rt = art.Runtime(clock=clock)
        rt.heartbeat(1.0, lambda pulse: print(rt, pulse))
        rt.set_byte_budget(1, 2, lambda water: print(rt, water))
        return weakref.ref(rt)

    with pytest.warns(ResourceWarning, match="unclosed"):
        gone = make()
        gc.collect()
    assert gone() is None


def test_too_much_is_told_and_that_it_is_over(rt: art.Runtime) -> None:
    waters: list[art.Water] = []
    rt.set_byte_budget(100_000, 1_000_000, waters.append)
    counter = rt.spawn(Counter)
    for _ in range(40_000):
        counter.tell(Counter.add)
    assert waters == []
    rt.run_until_idle()
    high, low = waters
    assert high.is_high and high.bytes > 1_000_000
    assert high.busiest[0][0] == counter and high.busiest[0][1] > 1000
    assert high.busiest_ids[0] == (counter.id, high.busiest[0][1])
    assert low == art.Water(low.bytes, False, ()) and low.bytes <= 100_000
    # Another one takes its place; None ends it.
    rt.set_byte_budget(100_000, 1_000_000, None)
    for _ in range(40_000):
        counter.tell(Counter.add)
    rt.run_until_idle()
    assert len(waters) == 2
    with pytest.raises(ValueError):
        rt.set_byte_budget(5, 5, print)


class Stuck(art.Actor):
    def wait(self, released: threading.Event) -> None:
        assert released.wait(60.0)


def test_another_thread_sees_which_handler_is_stuck(rt: art.Runtime, clock: art.ManualClock) -> None:
    clock.advance(7.0)
    watchdog = rt.watchdog()
    stuck = rt.spawn(Stuck)
    name = repr(stuck).split()[1]
    released = threading.Event()
    seen: list[art.Busy] = []

    def watch() -> None:
        while len(seen) < 2:
            busy = watchdog.busy()
            if busy is not None and busy.actor is not None:
                seen.append(busy)
        released.set()

    thread = threading.Thread(target=watch)
    thread.start()
    stuck.tell(Stuck.wait, released)
    rt.run_until_idle()
    thread.join()
    assert seen[0] == seen[1] == art.Busy(name, rt.now, seen[0].number, "Stuck.wait", stuck.id)
    assert watchdog.busy() is None


def test_a_watchdog_outlives_its_runtime(clock: art.ManualClock) -> None:
    with art.Runtime(clock=clock) as rt:
        watchdog = rt.watchdog()
    assert watchdog.busy() is None and "nothing" in repr(watchdog)
