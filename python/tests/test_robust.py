"""What no user is to be able to break: random calls, a collector that runs all the time, many runtimes one after the other, exits."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import random
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, Iterator

import pytest
from actors import Counter, Recorder

import actor_rt as art
from actor_rt import aio


class Many(art.Actor):
    """Has a bit of everything."""

    def __init__(self, heard: list[object]) -> None:
        self.heard = heard
        self.others: list[object] = []

    def hear(self, *what: object) -> object:
        self.heard.append(what)
        return what

    def keep(self, *others: object) -> None:
        self.others.extend(others)

    async def wait(self, *others: Any) -> None:
        for other in others[:2]:
            if isinstance(other, art.Ref):
                await other.ask(Many.hear, 1).within(0.5)
        await self.ctx.sleep(0.01)

    def fail(self, *_: object) -> None:
        raise ValueError

    def spawn(self, *_: object) -> art.Ref[Many]:
        child = self.ctx.spawn(Many, self.heard)
        self.others.append(child)
        return child

    def supervise(self, *_: object) -> art.Ref[Many]:
        return self.ctx.supervise(art.Supervision(), Many, self.heard)

    def at_once(self, *others: Any) -> None:
        self.ctx.after(0.001, Many.hear)
        self.ctx.every(0.002, Many.hear, others)

    def close(self, *_: object) -> None:
        self.ctx.runtime.close()

    def receive(self, message: object) -> object:
        return message

    async def on_stop(self, cause: art.StopCause) -> None:
        self.heard.append(cause)


SELECTORS = [Many.hear, Many.keep, Many.wait, Many.fail, Many.spawn, Many.supervise, Many.at_once]


class Chance:
    """Random calls of everything public, with whatever is at hand for arguments."""

    def __init__(self, seed: int, runtimes: list[art.Runtime]) -> None:
        self.chance = random.Random(seed)
        self.heard: list[object] = []
        self.runtimes = runtimes
        self.things: list[object] = [*runtimes]
        self.made = 0

    def value(self) -> Any:
        pick = self.chance.randrange(12)
        if pick < 5 and self.things:
            return self.chance.choice(self.things)
        if pick < 7:
            return self.chance.choice(SELECTORS)
        return self.chance.choice(
            [None, 0, 1, -1, 0.5, float("nan"), float("inf"), 1e300, 2**64, "name", "", b"x", [], (), {}, print, Many, int,
             art.Supervision(), art.Rate(1, 1.0), True, object(), self.heard, lambda *a: None]
        )  # fmt: skip

    def call(self) -> None:
        thing = self.chance.choice(self.things)
        names = [name for name in dir(thing) if not name.startswith("_") or name in ("__call__", "__await__", "__eq__", "__hash__")]
        # Those that wait for ever, or end what the next call needs.
        names = [name for name in names if name not in ("run", "run_until", "leave", "close", "exec", "offload")]
        if not names:
            return
        name = self.chance.choice(names)
        try:
            attribute = getattr(thing, name)
        except Exception:
            return
        if not callable(attribute):
            self.keep(attribute)
            return
        arguments = [self.value() for _ in range(self.chance.randrange(4))]
        if name in ("tell", "ask", "offer", "spawn", "supervise", "after", "at", "every", "fwd") and self.chance.random() < 0.7:
            first = {"spawn": [Many], "supervise": [art.Supervision(), Many], "after": [0.001, Many.hear], "every": [0.01, Many.hear],
                     "at": [0.5, Many.hear]}.get(name, [self.chance.choice(SELECTORS)])  # fmt: skip
            arguments = [*first, self.heard] if first[-1] is Many else [*first, *arguments[:2]]
        try:
            self.keep(attribute(*arguments))
        except Exception:
            # Whatever it says, it says it as an exception of the usual kind.
            pass

    def keep(self, what: object) -> None:
        if inspect.iscoroutine(what):
            what.close()
        elif type(what).__module__.startswith("actor_rt"):
            self.things.append(what)
            if len(self.things) > 60:
                self.things.remove(self.chance.choice(self.things[len(self.runtimes) :]))

    def step(self) -> None:
        for rt in self.runtimes:
            if not rt.closed:
                try:
                    rt.step(max_messages=self.chance.randrange(1, 50))
                    rt.run_host_calls()
                except Exception:
                    pass


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize("seed", range(20))
def test_no_call_whatever_its_arguments_panics(
    seed: int, clock: art.ManualClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Callbacks that cannot be called may be shown where nobody can be told; faults of the native half may not.
    shown: list[BaseException] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: shown.append(one.exc_value))
    caplog.set_level("CRITICAL")
    runtimes = [art.Runtime(clock=clock, on_error=lambda error, info: None) for _ in range(2)]
    calls = Chance(seed, runtimes)
    for rt in runtimes:
        calls.things.append(rt.spawn(Many, calls.heard))
    # A panic is a BaseException of PyO3's, which none of the handlers above catches.
    for turn in range(1500):
        calls.call()
        if turn % 7 == 0:
            calls.step()
        if turn % 50 == 0:
            clock.advance(calls.chance.random())
    for rt in runtimes:
        rt.close()
    for _ in range(100):
        # What is left of a closed runtime refuses, and does not break.
        calls.call()
    del calls, rt, runtimes
    gc.collect()
    assert not [error for error in shown if not isinstance(error, Exception) or isinstance(error, (SystemError, art.InternalError))]


@pytest.fixture
def restless() -> Iterator[None]:
    """A collector that runs at nearly every allocation."""
    older = gc.get_threshold()
    gc.set_threshold(1)
    yield
    gc.set_threshold(*older)


@pytest.mark.usefixtures("restless")
def test_a_collector_that_runs_all_the_time_finds_everything_in_order(clock: art.ManualClock) -> None:
    heard: list[object] = []
    with art.Runtime(clock=clock, on_error=lambda error, info: None) as rt:
        for _ in range(10):
            one, two = rt.spawn(Many, heard), rt.spawn(Many, heard)
            one.tell(Many.keep, two)
            two.tell(Many.keep, one)
            for selector in SELECTORS:
                one.ask(selector, two).add_done_callback(heard.append)
            boss = rt.supervise(art.Supervision(), Many, heard)
            boss.tell(Many.fail)
            rt.run_until_idle()
            clock.advance(0.1)
            rt.run_until_idle()
        counter = rt.spawn(Counter)
        assert rt.run_until(counter.ask(Counter.add, 3)) == 3


def memory() -> int:
    """What the process has in memory, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="this system does not tell how much memory a process has")
def test_ten_thousand_runtimes_leave_nothing_behind() -> None:
    async def main(rounds: int) -> None:
        for _ in range(rounds):
            with art.Runtime() as rt, aio.attach(rt):
                heard: list[object] = []
                recorder = rt.spawn(Recorder, heard)
                recorder.tell(Recorder.hear, recorder)
                rt.supervise(art.Supervision(), Counter)
                await rt.spawn(Counter).ask(Counter.add, 1)

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(main(1000))
        gc.collect()
        before, objects = memory(), len(gc.get_objects())
        loop.run_until_complete(main(9000))
        gc.collect()
        assert len(gc.get_objects()) - objects < 200
        assert memory() - before < 4_000_000
        assert not [one for one in gc.get_objects() if isinstance(one, (art.Runtime, art.Actor, art.Ref))]
    finally:
        loop.close()


EXITS = {
    "a handler waits": "node.tell(Node.wait); rt.run_until_idle()",
    "a timer waits": "node.tell(Node.arm); rt.run_until_idle()",
    "a message waits": "node.tell(Node.arm)",
    "an ask waits": "kept = node.ask(Node.wait); rt.run_until_idle()",
    "a host call waits": "rt.host_call(print)",
    "a thread works": "kept = rt.offload(time.sleep, 0.2)",
    "a thread posts": "threading.Thread(target=post, daemon=True).start()",
    "a loop runs it": "loop = asyncio.new_event_loop(); aio.attach(rt, loop)",
    "a loop runs it, and a handler waits": "loop = asyncio.new_event_loop(); aio.attach(rt, loop); node.tell(Node.wait); go(loop)",
    "a closed loop ran it": "loop = asyncio.new_event_loop(); aio.attach(rt, loop); node.tell(Node.arm); loop.close()",
    "an actor failed": "rt.on_error = lambda *_: None; node.tell(Node.fail); rt.run_until_idle()",
    "it is closed": "rt.close()",
    "a circle holds it": "node.tell(Node.keep, rt, node); rt.run_until_idle(); del node",
    "it steps": "node.tell(Node.leave); rt.run_until_idle()",
    "an exception leaves": "raise SystemExit",
}


@pytest.mark.parametrize("state", EXITS)
def test_the_interpreter_exits_in_silence_whatever_is_going_on(state: str) -> None:
    program = """
        import asyncio, sys, threading, time
        import actor_rt as art
        from actor_rt import aio

        class Node(art.Actor):
            def arm(self):
                self.ctx.after(1000.0, Node.arm)
            async def wait(self):
                await self.ctx.sleep(1000.0)
            def fail(self):
                raise ValueError
            def keep(self, *what):
                self.what = what
            def leave(self):
                sys.exit()
            def on_stop(self, cause):
                print("stopped")

        def post():
            try:
                while True:
                    remote.tell(Node.keep)
            except art.ClosedError:
                pass

        def go(loop):
            for _ in range(5):
                loop.call_soon(loop.stop)
                loop.run_forever()

        rt = art.Runtime()
        node = rt.spawn(Node)
        remote = node.remote()
    """
    program = textwrap.dedent(program) + EXITS[state]
    # What is left open on purpose is not what is tested.
    command = [sys.executable, "-X", "dev", "-W", "error", "-W", "ignore::ResourceWarning", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    # A loop that is left with tasks says so itself.
    said = done.stderr.removeprefix("Task was destroyed but it is pending!") if "a loop runs it, and" in state else done.stderr
    assert done.returncode == 0 and (not said or said != done.stderr), done.stderr
    assert done.stdout.split() == ["stopped"]
