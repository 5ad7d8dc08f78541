"""The kit for tests: virtual time, failures, probes, an order by chance, leaks, the plugin."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest
from actors import Counter, Recorder

import actor_rt as art
from actor_rt import testing


class Ticker(art.Actor):
    def __init__(self, heard: list[float], period: float) -> None:
        self.heard = heard
        self.ctx.every(period, Ticker.tick)

    def tick(self) -> None:
        self.heard.append(self.ctx.now)


def test_time_stops_at_each_timer_on_its_way() -> None:
    heard: list[float] = []
    with testing.VirtualRuntime(start=100.0) as rt:
        tickers = [rt.spawn(Ticker, heard, period) for period in (1.0, 0.4)]
        assert rt.advance(1.0) == 3
        assert heard == [100.4, 100.8, 101.0]
        assert rt.now == 101.0 and rt.advance(0.0) == 0
        with pytest.raises(ValueError, match="forward only"):
            rt.advance(-1.0)
        del tickers


def test_a_reply_is_waited_for_through_virtual_time() -> None:
    with testing.VirtualRuntime() as rt:
        counter = rt.spawn(Counter)
        assert rt.run_until(counter.ask(Counter.slowly, 1, 3000.0)) == 1 and rt.now == 3000.0
        late = counter.ask(Counter.slowly, 1, 3000.0)
        with pytest.raises(art.NotReady, match="within 10.0 s"):
            rt.run_until(late, within=10.0)
        never = counter.ended()
        rt.run_until(late)
        with pytest.raises(art.NotReady, match="nothing is left"):
            rt.run_until(never)


def test_a_failure_that_nobody_expects_fails_the_block() -> None:
    with pytest.raises(AssertionError, match="actors failed:\n  Counter.fail of .*on purpose"):
        with testing.VirtualRuntime() as rt:
            rt.spawn(Counter).tell(Counter.fail)
            rt.run_until_idle()
    with testing.VirtualRuntime() as rt:
        counter = rt.spawn(Counter)
        with rt.failing(ValueError) as failures:
            counter.tell(Counter.fail)
        assert isinstance(failures[0].error, ValueError) and not rt.failures
        with pytest.raises(AssertionError, match="no actor failed with LookupError"):
            with rt.failing(LookupError):
                pass
        # Who asks sees it there.
        with pytest.raises(ValueError):
            rt.run_until(rt.spawn(Counter).ask(Counter.fail))
    with pytest.raises(KeyError):
        # What leaves the block by itself is not hidden.
        with testing.VirtualRuntime() as rt:
            rt.spawn(Counter).tell(Counter.fail)
            rt.run_until_idle()
            raise KeyError


class Shop(art.Actor):
    def __init__(self, stock: art.Ref[Counter]) -> None:
        self.stock = stock

    async def buy(self) -> str:
        try:
            left = await self.stock.ask(Counter.add, -1)
        except ValueError:
            return "closed"
        self.stock.tell(Counter.add, n=0, twice=True)
        return f"{left} left"


def test_a_probe_notes_what_it_is_sent_and_answers_as_told() -> None:
    with testing.VirtualRuntime() as rt:
        stock = testing.Probe(rt, Counter)
        shop = rt.spawn(Shop, stock.ref)
        stock.answer(Counter.add, 7)
        assert rt.run_until(shop.ask(Shop.buy)) == "7 left"
        rt.run_until_idle()
        stock.expect(Counter.add, -1)
        with pytest.raises(AssertionError, match=r"expected add\(1\), and add\(n=0, twice=True\) has come"):
            stock.expect(Counter.add, 1)
        stock.expect(Counter.add, n=0, twice=True)
        with pytest.raises(AssertionError, match="nothing has come"):
            stock.expect(Counter.add, 1)
        stock.expect_nothing()
        stock.answer(Counter.add, lambda n=1, **_: n * 100)
        assert rt.run_until(shop.ask(Shop.buy)) == "-100 left"
        stock.answer(Counter.add, ValueError("closed"))
        assert rt.run_until(shop.ask(Shop.buy)) == "closed"
        with pytest.raises(AssertionError, match="there came"):
            stock.expect_nothing()
        stock.ref.send("a value")
        rt.run_until_idle()
        assert stock.messages[-1] == testing.Message("receive", ("a value",))
        assert stock.ref.alive


class Noisy(art.Actor):
    def __init__(self, heard: list[object], name: str) -> None:
        self.heard = heard
        self.name = name

    def say(self, n: int) -> None:
        self.heard.append((self.name, n))
        if n:
            self.ctx.ref.tell(Noisy.say, n - 1)


def order(seed: int | None) -> list[object]:
    heard: list[object] = []
    with testing.VirtualRuntime(seed=seed) as rt:
        actors = [rt.spawn(Noisy, heard, name) for name in "abc"]
        for actor in actors:
            actor.tell(Noisy.say, 3)
        assert rt.run_until_idle() >= 12
    assert len(heard) == 12
    return heard


def test_whose_turn_it_is_goes_by_chance_and_each_has_its_own_order() -> None:
    orders = {seed: order(seed) for seed in range(10)}
    assert len({tuple(one) for one in orders.values()}) > 5, "one order for all seeds"
    for seed, one in orders.items():
        assert order(seed) == one, "the same chance"
        for name in "abc":
            assert [n for who, n in one if who == name] == [3, 2, 1, 0]  # type: ignore[misc]
    usual = [(name, n) for n in (3, 2, 1, 0) for name in "abc"]
    assert order(None) == usual


def test_with_chance_time_and_coroutines_go_on() -> None:
    for seed in range(5):
        with testing.VirtualRuntime(seed=seed) as rt:
            counter = rt.spawn(Counter)
            assert rt.run_until(counter.ask(Counter.slowly, 5, 60.0)) == 5


def test_what_is_left_behind_is_named() -> None:
    kept: list[object] = []

    def tidy() -> None:
        with testing.VirtualRuntime() as rt:
            rt.run_until(rt.spawn(Counter).ask(Counter.slowly, 1))

    def untidy() -> None:
        with testing.VirtualRuntime() as rt:
            kept.append(rt.spawn(Recorder, []))

    with testing.no_leaks():
        tidy()
    with pytest.raises(AssertionError, match="left behind: .*Ref Recorder#1"):
        with testing.no_leaks():
            untidy()


def test_pytest_finds_the_fixture(tmp_path: Path) -> None:
    assert "actor_rt._pytest" in {entry.value for entry in importlib.metadata.entry_points(group="pytest11")}
    (tmp_path / "test_mine.py").write_text(
        """
import actor_rt as art

class Counter(art.Actor):
    def add(self, n):
        return n + 1

    def fail(self):
        raise ValueError("mine")

def test_passes(actor_runtime):
    assert actor_runtime.run_until(actor_runtime.spawn(Counter).ask(Counter.add, 1)) == 2

def test_fails(actor_runtime):
    actor_runtime.spawn(Counter).tell(Counter.fail)
    actor_runtime.advance(1.0)
""",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "1 passed, 1 error" in done.stdout or "1 failed, 1 passed" in done.stdout or "2 passed, 1 error" in done.stdout, done.stdout
    assert "actors failed" in done.stdout and "ValueError: mine" in done.stdout


def test_time_gets_on_wherever_it_starts() -> None:
    for start in (0.0, 1.7e9, 1.2e10):
        with testing.VirtualRuntime(start=start) as rt:
            counter = rt.spawn(Counter)
            assert rt.run_until(counter.ask(Counter.slowly, 1, 4.237)) == 1
            ticker = rt.spawn(Ticker, [], 0.1)
            assert rt.advance(1.05) == 10 and ticker.alive


def test_what_a_program_pauses_stays_paused_whatever_chance_holds() -> None:
    for seed in range(12):
        heard: list[object] = []
        with testing.VirtualRuntime(seed=seed) as rt:
            noisy = rt.spawn(Noisy, heard, "a")

            class Pauser(art.Actor):
                def pause(self, ref: art.Ref[Noisy]) -> None:
                    assert ref.pause()
                    ref.tell(Noisy.say, 0)

            rt.run_until(rt.spawn(Pauser).ask(Pauser.pause, noisy))
            rt.run_until_idle()
            assert not heard and noisy.resume()
            rt.run_until_idle()
            assert heard == [("a", 0)]


class OfTwo(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")
        self.one = one


def test_a_probe_answers_with_any_exception_and_runs_nothing() -> None:
    with testing.VirtualRuntime() as rt:
        probe = testing.Probe(rt, Counter)
        probe.answer(Counter.add, OfTwo(1, 2))
        with pytest.raises(OfTwo, match="1 and 2") as raised:
            rt.run_until(probe.ref.ask(Counter.add, 1))
        assert raised.value.one == 1 and probe.ref.alive


def test_dead_proxies_and_stand_ins_are_no_leaks() -> None:
    import weakref
    from unittest import mock

    class Thing: ...

    with testing.no_leaks():
        thing = Thing()
        proxy = weakref.proxy(thing)
        del thing
        double = mock.Mock(spec=art.Runtime)
    assert proxy is not None and double is not None
