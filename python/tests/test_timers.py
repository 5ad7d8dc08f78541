"""Timers and sleeping, in virtual time."""

from __future__ import annotations

import pytest
from actors import Counter, Recorder

import actor_rt as art


class Alarm(art.Actor):
    def __init__(self) -> None:
        self.rang: list[tuple[float, str]] = []

    def set(self, delay: float, name: str) -> art.Timer:
        return self.ctx.after(delay, Alarm.ring, name)

    def set_at(self, when: float, name: str) -> art.Timer:
        return self.ctx.at(when, Alarm.ring, name=name)

    def ring(self, name: str) -> None:
        self.rang.append((self.ctx.now, name))

    def log(self) -> list[tuple[float, str]]:
        return self.rang


def test_timers_fire_in_the_order_of_their_deadlines(rt: art.Runtime, clock: art.ManualClock) -> None:
    alarm = rt.spawn(Alarm)
    for delay, name in ((0.3, "c"), (0.1, "a"), (0.2, "b"), (0.1, "a2")):
        alarm.tell(Alarm.set, delay, name)
    alarm.tell(Alarm.set_at, 0.25, "at")
    rt.run_until_idle()
    assert rt.next_timeout() == pytest.approx(0.1)
    clock.advance(0.05)
    rt.run_until_idle()
    assert rt.run_until(alarm.ask(Alarm.log)) == []
    clock.advance(1.0)
    rt.run_until_idle()
    assert [name for _, name in rt.run_until(alarm.ask(Alarm.log))] == ["a", "a2", "b", "at", "c"]
    assert rt.next_timeout() is None


@pytest.mark.parametrize("delay", [0.0, 0.0004, 0.0014, 0.0019, 0.0104, 0.1])
def test_a_timer_is_never_early_and_costs_no_spinning(rt: art.Runtime, clock: art.ManualClock, delay: float) -> None:
    alarm = rt.spawn(Alarm)
    alarm.tell(Alarm.set, delay, "x")
    rt.run_until_idle()
    if delay:
        clock.advance(delay - 0.0001)
        assert rt.run_until_idle() == 0
        clock.advance(0.0001)
    rt.run_until_idle()
    assert len(rt.run_until(alarm.ask(Alarm.log))) == 1


def test_cancel(rt: art.Runtime, clock: art.ManualClock) -> None:
    alarm = rt.spawn(Alarm)
    timer = rt.run_until(alarm.ask(Alarm.set, 1.0, "x"))
    assert timer.active and timer.cancel() and not timer.active and not timer.cancel()
    clock.advance(2.0)
    rt.run_until_idle()
    assert rt.run_until(alarm.ask(Alarm.log)) == []


def test_timers_end_with_their_actor(rt: art.Runtime, clock: art.ManualClock) -> None:
    alarm = rt.spawn(Alarm)
    timer = rt.run_until(alarm.ask(Alarm.set, 1.0, "x"))
    alarm.stop()
    rt.run_until_idle()
    assert not timer.active and rt.next_timeout() is None


def test_a_timer_keeps_its_actor(rt: art.Runtime, clock: art.ManualClock) -> None:
    heard: list[object] = []

    class Late(Recorder):
        def __init__(self, heard: list[object]) -> None:
            super().__init__(heard)
            self.ctx.after(1.0, Recorder.hear, "late")

    rt.spawn(Late, heard)
    rt.run_until_idle()
    clock.advance(1.0)
    rt.run_until_idle()
    assert heard == ["late", art.StopCause("dropped")]
    assert rt.actors == 0


def test_within_bounds_the_wait(rt: art.Runtime, clock: art.ManualClock) -> None:
    counter = rt.spawn(Counter)
    late, early = counter.ask(Counter.slowly, 1, 2.0).within(1.0), counter.ask(Counter.add).within(5.0)
    rt.run_until_idle()
    clock.advance(1.0)
    rt.run_until_idle()
    with pytest.raises(art.AskTimeout):
        late.result()
    clock.advance(1.0)
    rt.run_until_idle()
    assert early.result() == 2
    assert rt.next_timeout() is None, "the answered ask's deadline is gone"


@pytest.mark.parametrize("wrong", [-1.0, float("nan")])
def test_senseless_delays_are_refused(rt: art.Runtime, wrong: float) -> None:
    class Wrong(art.Actor):
        def go(self) -> None:
            with pytest.raises(ValueError):
                self.ctx.after(wrong, Wrong.go)
            with pytest.raises(ValueError):
                self.ctx.sleep(wrong)

    rt.run_until(rt.spawn(Wrong).ask(Wrong.go))


def test_a_huge_delay_saturates(rt: art.Runtime, clock: art.ManualClock) -> None:
    alarm = rt.spawn(Alarm)
    assert rt.run_until(alarm.ask(Alarm.set, float("inf"), "never")).active
    clock.advance(1e6)
    assert rt.run_until_idle() == 0


def test_the_clocks_errors_come_out_of_step() -> None:
    times = iter([0.0])
    rt = art.Runtime(clock=lambda: next(times))
    with pytest.raises(StopIteration):
        rt.step()
    rt.close()


def test_no_tick_comes_while_one_waits(rt: art.Runtime, clock: art.ManualClock) -> None:
    class Busy(art.Actor):
        def __init__(self) -> None:
            self.ticks = 0
            self.ctx.every(1.0, Busy.tick)

        async def tick(self) -> None:
            self.ticks += 1
            await self.ctx.sleep(5.0)

        @art.reentrant
        def count(self) -> int:
            return self.ticks

    busy = rt.spawn(Busy)
    for _ in range(100):
        clock.advance(1.0)
        rt.run_until_idle()
        # They piled up, without any bound.
        assert rt.stats().queued <= 1
    assert 15 <= rt.run_until(busy.ask(Busy.count)) <= 20
