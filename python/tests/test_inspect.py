"""Looking inside: statistics, counts, lost messages, traces, and what debugging says."""

from __future__ import annotations

import gc
import logging
import time

import pytest
from actors import Counter

import actor_rt as art


class Sender(art.Actor):
    def send(self, counter: art.Ref[Counter]) -> None:
        counter.tell(Counter.add, 1)

    async def wait(self) -> None:
        await self.ctx.sleep(1.0)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def sleep_in_turns(self, seconds: float) -> None:
        await self.ctx.sleep(0.0)
        time.sleep(seconds)


def test_statistics_count_what_was_done_and_is_to_be_done(rt: art.Runtime) -> None:
    rt.on_error = lambda error, info: None
    counter = rt.spawn(Counter)
    counter.ask(Counter.slowly, 1)
    rt.run_until_idle()
    counter.tell(Counter.add, 1)
    stats = rt.stats()
    assert (stats.actors, stats.queued, stats.timers, stats.failures, stats.dead_letters) == (1, 1, 1, 0, 0)
    assert stats.steps >= 1 and stats.handled == 1
    other = rt.spawn(Counter)
    other.tell(Counter.fail)
    other.tell(Counter.add, 1)
    rt.run_until_idle()
    stats = rt.stats()
    assert (stats.failures, stats.dead_letters) == (1, 1)
    with pytest.raises(art.ActorStopped):
        rt.counts(other)


def test_an_actors_work_is_counted_when_asked_for(clock: art.ManualClock) -> None:
    with art.Runtime() as rt:
        sender = rt.spawn(Sender)
        sender.tell(Sender.sleep, 0.0)
        rt.run_until_idle()
        assert rt.counts(sender) == art.Counts(0, 0, 0.0, 0.0)
        rt.set_counting("time")
        for seconds in (0.002, 0.01):
            sender.tell(Sender.sleep, seconds)
        rt.run_until_idle()
        counts = rt.counts(sender)
        assert counts.messages == 2 and counts.most_queued == 2
        assert counts.longest >= 0.01 and counts.busy >= 0.012
        rt.set_counting("off")
        sender.tell(Sender.sleep, 0.0)
        rt.run_until_idle()
        assert rt.counts(sender) == counts
        with pytest.raises(ValueError, match="off, messages, time"):
            rt.set_counting("all")  # type: ignore[arg-type]


def test_the_last_lost_messages_are_known(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    counter.set_mailbox(1, overflow="drop_newest")
    for n in range(3):
        counter.tell(Counter.add, n)
    rt.run_until_idle()
    identity = counter.id
    counter.kill()
    rt.run_until_idle()
    for n in range(100):
        counter.tell(Counter.slowly, n)
    letters = rt.recent_dead_letters()
    assert len(letters) == 64 and rt.dead_letters == 102
    assert letters[-1] == art.DeadLetter("Counter#1", identity, "Counter.slowly", "the actor had ended")


def test_a_trace_tells_what_caused_what(rt: art.Runtime, clock: art.ManualClock) -> None:
    traces: list[art.Trace] = []
    sender, counter = rt.spawn(Sender), rt.spawn(Counter)
    rt.trace(traces.append)
    sender.tell(Sender.send, counter)
    waits = sender.ask(Sender.wait)
    rt.run_until_idle()
    clock.advance(1.0)
    rt.run_until(waits)
    first = min(traces, key=lambda trace: trace.number)
    assert (first.method, first.actor, first.cause) == ("Sender.send", "Sender#1", 0)
    added = next(trace for trace in traces if trace.method == "Counter.add")
    assert added.cause == first.number and added.actor == "Counter#2" and added.took >= 0.0
    assert [trace.method for trace in traces].count("Sender.wait") == 2, "two turns"
    seen = len(traces)
    rt.trace(None)
    counter.tell(Counter.add, 1)
    rt.run_until_idle()
    assert len(traces) == seen


def test_what_a_trace_raises_goes_to_the_error_hook(rt: art.Runtime) -> None:
    errors: list[BaseException] = []
    rt.on_error = lambda error, info: errors.append(error)

    def broken(trace: art.Trace) -> None:
        raise LookupError(trace.method)

    rt.trace(broken)
    counter = rt.spawn(Counter)
    counter.tell(Counter.add, 1)
    rt.run_until_idle()
    assert isinstance(errors[0], LookupError) and counter.alive


@pytest.mark.parametrize("method", [Sender.sleep, Sender.sleep_in_turns])
def test_a_handler_that_takes_long_is_named(caplog: pytest.LogCaptureFixture, method: object) -> None:
    with art.Runtime() as rt, caplog.at_level(logging.WARNING):
        sender = rt.spawn(Sender)
        rt.run_until(sender.ask(method, 0.02))  # type: ignore[arg-type]
        assert not caplog.records
        # Far above what a busy machine takes for a handler that does nothing.
        rt.set_slow_handler(0.2)
        rt.run_until(sender.ask(method, 0.0))  # type: ignore[arg-type]
        assert not caplog.records
        rt.run_until(sender.ask(method, 0.25))  # type: ignore[arg-type]
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert f"{getattr(method, '__qualname__')} of <Actor Sender#1> took " in caplog.records[0].getMessage()


@pytest.mark.parametrize("how", ["argument", "variable", "off"])
def test_debugging_says_where_an_unclosed_runtime_was_made(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    if how == "variable":
        monkeypatch.setenv("ACTOR_RT_DEBUG", "1")

    def make() -> art.Runtime:
        return art.Runtime(debug=True if how == "argument" else None)

    with pytest.warns(ResourceWarning) as seen:
        rt = make()
        del rt
        gc.collect()
    text = str(seen[0].message)
    assert ("made here" in text and "in make" in text) == (how != "off")
