"""The rows of the Python table: one peer and one row a process, as `native/` has them in C++.

    rows.py --list                                  PEER ROW, a line each, of what can run here
    rows.py --version                               what is compared
    rows.py --peer NAME --row NAME --ops N          operations, nanoseconds, processor_nanoseconds, grown_bytes

Every row checks that all was done. What a peer has no counterpart for it does not list.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib.util
import os
import platform
import threading
import time
from collections import deque
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable, Iterator

BURST = 1000
ROWS: dict[tuple[str, str], Callable[[int], Iterator[None]]] = {}


def row(peer: str, name: str, needs: str = "") -> Callable[[Callable[[int], Iterator[None]]], Callable[[int], Iterator[None]]]:
    """Offer a row: a generator that is set up until its first `yield`, measured until its second, and checked after it."""

    def offer(function: Callable[[int], Iterator[None]]) -> Callable[[int], Iterator[None]]:
        if not needs or importlib.util.find_spec(needs):
            ROWS[peer, name] = function
        return function

    return offer


class Count:
    """What a plain object does with a message."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, n: int) -> None:
        self.count += n


def bursts(ops: int, send: Callable[[], None], run: Callable[[], None]) -> None:
    """So many, a thousand at a time."""
    for _ in range(ops // BURST):
        for _ in range(BURST):
            send()
        run()


# -- ours ----------------------------------------------------------------------------------------------------------------


def actors() -> Any:
    """The package and the classes of the rows. Not imported for the others."""
    import actor_rt as art

    class Counter(art.Actor):
        def __init__(self) -> None:
            self.count = 0

        def add(self, n: int) -> None:
            self.count += n

        def get(self) -> int:
            return self.count

    class Player(art.Actor):
        def __init__(self) -> None:
            self.left = 0

        def hop(self, other: Any) -> None:
            self.left -= 1
            if self.left > 0:
                other.tell(Player.hop, self.me)

        def begin(self, hops: int, me: Any) -> None:
            self.left = hops
            self.me = me

    class Timed(art.Actor):
        def arm(self, ops: int) -> None:
            after, method = self.ctx.after, Timed.never
            for _ in range(ops):
                after(1000.0, method).cancel()

        def fill(self, waiting: int) -> None:
            for n in range(waiting):
                self.ctx.after(2000.0 + n, Timed.never)

        def never(self) -> None: ...

    class Empty(art.Actor): ...

    return art, Counter, Player, Timed, Empty


@row("ours", "burst")
def ours_burst(ops: int) -> Iterator[None]:
    art, Counter, *_ = actors()
    with art.Runtime() as rt:
        counter = rt.spawn(Counter)
        tell, method, step = counter.tell, Counter.add, rt.step

        def run() -> None:
            while step(max_messages=BURST, max_seconds=None).more:
                pass

        bursts(10 * BURST, lambda: tell(method, 1), run)
        yield
        for _ in range(ops // BURST):
            for _ in range(BURST):
                tell(method, 1)
            run()
        yield
        assert rt.run_until(counter.ask(Counter.get)) == ops + 10 * BURST


@row("ours", "ping")
def ours_ping(ops: int) -> Iterator[None]:
    art, _, Player, *_ = actors()
    with art.Runtime() as rt:
        one, two = rt.spawn(Player), rt.spawn(Player)
        for player in (one, two):
            player.tell(Player.begin, ops // 2 + 1, player)
        rt.run_until_idle()
        one.tell(Player.hop, two)
        yield
        rt.run_until_idle()
        yield


@row("ours", "ask")
def ours_ask(ops: int) -> Iterator[None]:
    art, Counter, *_ = actors()
    from actor_rt import aio

    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            counter = rt.spawn(Counter)
            ask, method = counter.ask, Counter.get
            for _ in range(100):
                await ask(method)
            begin()
            for _ in range(ops):
                await ask(method)
            end()

    yield from on_asyncio(asyncio.new_event_loop, main)


@row("ours", "flood")
def ours_flood(ops: int) -> Iterator[None]:
    art, Counter, *_ = actors()
    from actor_rt import aio

    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            counter = rt.spawn(Counter)
            remote = counter.remote()

            def produce() -> None:
                tell, method = remote.tell, Counter.add
                for _ in range(ops):
                    tell(method, 1)

            begin()
            await asyncio.get_running_loop().run_in_executor(None, produce)
            while await counter.ask(Counter.get) < ops:
                pass
            end()

    yield from on_asyncio(asyncio.new_event_loop, main)


@row("ours", "timers")
def ours_timers(ops: int) -> Iterator[None]:
    art, _, _, Timed, _ = actors()
    with art.Runtime() as rt:
        timed = rt.spawn(Timed)
        rt.run_until(timed.ask(Timed.fill, BURST))
        done = timed.ask(Timed.arm, ops)
        yield
        rt.run_until(done)
        yield


@row("ours", "memory")
def ours_memory(ops: int) -> Iterator[None]:
    art, *_, Empty = actors()
    with art.Runtime() as rt:
        yield
        living = [rt.spawn(Empty) for _ in range(ops)]
        yield
        assert rt.actors == ops and living


@row("instance", "memory")
def instance_memory(ops: int) -> Iterator[None]:
    """What the instances and a list of them take by themselves: a class of Python's alone."""

    class Empty: ...

    yield
    living = [Empty() for _ in range(ops)]
    yield
    assert len(living) == ops


# -- the loops -----------------------------------------------------------------------------------------------------------

begun: list[Callable[[], None]] = []


def begin() -> None:
    """Measured from here: for rows inside of a loop."""
    begun[0]()


def end() -> None:
    """And until here."""
    begun[1]()


def on_asyncio(new: Callable[[], Any], main: Callable[[], Any]) -> Iterator[None]:
    """Run a coroutine that says itself when it is measured."""
    loop = new()
    try:
        loop.run_until_complete(main())
    finally:
        loop.close()
    yield from ()


def loop_rows(peer: str, new: Callable[[], Any], needs: str = "") -> None:
    """The rows of a loop of asyncio's kind."""

    @row(peer, "burst", needs)
    def burst(ops: int) -> Iterator[None]:
        loop = new()
        count = Count()
        add, soon = count.add, loop.call_soon

        def run() -> None:
            soon(loop.stop)
            loop.run_forever()

        bursts(10 * BURST, lambda: soon(add, 1), run)
        yield
        for _ in range(ops // BURST):
            for _ in range(BURST):
                soon(add, 1)
            run()
        yield
        assert count.count == ops + 10 * BURST
        loop.close()

    @row(peer, "ping", needs)
    def ping(ops: int) -> Iterator[None]:
        loop = new()
        left = ops

        def hop() -> None:
            nonlocal left
            left -= 1
            if left > 0:
                loop.call_soon(hop)
            else:
                loop.stop()

        loop.call_soon(hop)
        yield
        loop.run_forever()
        yield
        assert left == 0
        loop.close()

    @row(peer, "ask", needs)
    def ask(ops: int) -> Iterator[None]:
        async def main() -> None:
            queue: asyncio.Queue[Any] = asyncio.Queue()

            async def serve() -> None:
                while True:
                    future = await queue.get()
                    future.set_result(7)

            server = asyncio.ensure_future(serve())
            future_of = asyncio.get_running_loop().create_future

            async def request() -> None:
                future = future_of()
                queue.put_nowait(future)
                await future

            for _ in range(100):
                await request()
            begin()
            for _ in range(ops):
                await request()
            end()
            server.cancel()

        yield from on_asyncio(new, main)

    @row(peer, "flood", needs)
    def flood(ops: int) -> Iterator[None]:
        async def main() -> None:
            loop = asyncio.get_running_loop()
            count = Count()
            done = asyncio.Event()

            def add(n: int) -> None:
                count.add(n)
                if count.count == ops:
                    done.set()

            def produce() -> None:
                soon = loop.call_soon_threadsafe
                for _ in range(ops):
                    soon(add, 1)

            begin()
            await loop.run_in_executor(None, produce)
            await done.wait()
            end()

        yield from on_asyncio(new, main)

    @row(peer, "timers", needs)
    def timers(ops: int) -> Iterator[None]:
        loop = new()
        for n in range(BURST):
            loop.call_later(2000.0 + n, print)
        later = loop.call_later
        yield
        for _ in range(ops):
            later(1000.0, print).cancel()
        yield
        loop.close()


def uvloop_loop() -> Any:
    import uvloop

    return uvloop.new_event_loop()


loop_rows("asyncio", asyncio.new_event_loop)
loop_rows("uvloop", uvloop_loop, "uvloop")


# -- others --------------------------------------------------------------------------------------------------------------


@row("pykka", "burst", "pykka")
def pykka_burst(ops: int) -> Iterator[None]:
    import pykka

    class Counter(pykka.ThreadingActor):
        def __init__(self) -> None:
            super().__init__()
            self.count = 0

        def on_receive(self, message: Any) -> Any:
            if message is None:
                return self.count
            self.count += message
            return None

    counter = Counter.start()
    tell, ask = counter.tell, counter.ask
    ask(None)
    yield
    for _ in range(ops // BURST):
        for _ in range(BURST):
            tell(1)
        ask(None)
    yield
    assert ask(None) == ops
    counter.stop()


@row("pykka", "ask", "pykka")
def pykka_ask(ops: int) -> Iterator[None]:
    import pykka

    class Echo(pykka.ThreadingActor):
        def on_receive(self, message: Any) -> Any:
            return message

    echo = Echo.start()
    echo.ask(1)
    yield
    for _ in range(ops):
        echo.ask(1)
    yield
    echo.stop()


@row("deque", "burst")
def deque_burst(ops: int) -> Iterator[None]:
    """The least that Python has: a deque of functions with their arguments."""
    queue: deque[Any] = deque()
    count = Count()
    add, push, pop = count.add, queue.append, queue.popleft
    yield
    for _ in range(ops // BURST):
        for _ in range(BURST):
            push((add, 1))
        for _ in range(BURST):
            function, argument = pop()
            function(argument)
    yield
    assert count.count == ops


@row("floor", "burst", "actor_rt_floor")
def floor_burst(ops: int) -> Iterator[None]:
    """The least queue that one can write with PyO3."""
    import actor_rt_floor

    queue = actor_rt_floor.Queue()
    count = Count()
    push, run, add = queue.push, queue.run, Count.add
    yield
    for _ in range(ops // BURST):
        for _ in range(BURST):
            push(add, count, 1)
        run()
    yield
    assert count.count == ops


def qt_rows(peer: str, binding: str) -> None:
    """A queued signal of a binding of Qt's: its own way to say `later, in the loop`."""

    @row(peer, "burst", f"{binding}")
    def burst(ops: int) -> Iterator[None]:
        import importlib

        core: Any = importlib.import_module(f"{binding}.QtCore")
        app = core.QCoreApplication([])
        signal = getattr(core, "Signal", None) or core.pyqtSignal

        class Counter(core.QObject):  # type: ignore[misc]
            told = signal(int)

            def __init__(self) -> None:
                super().__init__()
                self.count = 0
                self.told.connect(self.add, core.Qt.ConnectionType.QueuedConnection)

            def add(self, n: int) -> None:
                self.count += n

        counter = Counter()
        emit = counter.told.emit
        yield
        for _ in range(ops // BURST):
            for _ in range(BURST):
                emit(1)
            app.processEvents()
        yield
        assert counter.count == ops


qt_rows("PySide6", "PySide6")
qt_rows("PyQt6", "PyQt6")


# -- measuring -----------------------------------------------------------------------------------------------------------


def resident() -> int:
    """What the process has in memory, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measure(peer: str, name: str, ops: int) -> None:
    """Run a row, and print its figures."""
    figures: list[tuple[int, int, int]] = []

    def look() -> None:
        figures.append((time.monotonic_ns(), time.process_time_ns(), resident()))

    begun[:] = [look, look]
    gc.collect()
    gc.disable()
    for _ in ROWS[peer, name](ops):
        look()
    (clock, processor, memory), (later, used, grown) = figures
    print(f"operations {ops}")
    print(f"nanoseconds {later - clock}")
    print(f"processor_nanoseconds {used - processor}")
    print(f"grown_bytes {grown - memory}")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--list", action="store_true")
    arguments.add_argument("--version", action="store_true")
    arguments.add_argument("--peer")
    arguments.add_argument("--row")
    arguments.add_argument("--ops", type=int, default=BURST)
    given = arguments.parse_args()
    if given.list:
        print("\n".join(f"{peer} {name}" for peer, name in ROWS))
    elif given.version:
        packages = {"uvloop": "uvloop", "pykka": "pykka", "PySide6": "PySide6_Essentials", "PyQt6": "PyQt6"}
        here = [f"{name} {version(package)}" for name, package in packages.items() if importlib.util.find_spec(name)]
        print(", ".join([f"{platform.python_implementation()} {platform.python_version()}", *here]))
    else:
        measure(given.peer, given.row, given.ops)
    assert threading.current_thread() is threading.main_thread()


if __name__ == "__main__":
    main()
