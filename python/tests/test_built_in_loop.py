"""The built-in loop as a host: what it waits on, what ends its waits, what it leaves behind. Interrupts besides: test_process.py."""

from __future__ import annotations

import os
import queue
import select
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Callable, Iterator

import pytest
from actors import Counter

import actor_rt as art

needs_listing = pytest.mark.skipif(not Path("/dev/fd").exists(), reason="this system does not list a process's descriptors")
needs_kinds = pytest.mark.skipif(sys.platform != "linux", reason="this system does not tell descriptors apart")
needs_signals = pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="this system has no signals of the user's")


class Caller(art.Actor):
    """Does what it is told."""

    def call(self, work: Callable[[], object]) -> None:
        work()


class Partner:
    """A thread that does what it is given, in order."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def give(self, work: Callable[[], object]) -> None:
        self._work.put(work)

    def end(self) -> None:
        self._work.put(None)
        self._thread.join()


@pytest.fixture
def partner() -> Iterator[Partner]:
    partner = Partner()
    yield partner
    partner.end()


def run_until_told(rt: art.Runtime, partner: Partner, last: Callable[[], object] | None = None) -> None:
    """Run the loop until the partner, who hears of it in the first step, has sent the message that ends it, with `last` done in it."""
    caller = rt.spawn(Caller)
    remote = caller.remote()
    caller.tell(Caller.call, lambda: partner.give(lambda: remote.tell(Caller.call, last or rt.leave)))
    rt.run()


def kinds() -> list[str]:
    """What is open in this process: sockets and pollers, each by its own name."""
    open_now: list[str] = []
    for name in os.listdir("/proc/self/fd"):
        try:
            open_now.append(os.readlink(f"/proc/self/fd/{name}"))
        except FileNotFoundError:
            pass  # The listing's own.
    sockets = ["socket" for one in open_now if one.startswith("socket:")]
    return sorted(one for one in open_now if one.startswith("anon_inode:")) + sockets


def beyond(before: list[str]) -> list[str]:
    """What is open now and was not before."""
    now = kinds()
    for kind in before:
        now.remove(kind)
    return now


POLLER = ["anon_inode:[eventfd]", "anon_inode:[eventpoll]"]


@needs_kinds
def test_run_waits_on_the_native_loops_poller_and_closes_it(partner: Partner) -> None:
    seen: list[list[str]] = []

    def look(rt: art.Runtime, before: list[str]) -> None:
        seen.append(beyond(before))
        rt.leave()

    def work() -> None:
        with art.Runtime() as rt:
            before = kinds()
            rt.run_until(rt.spawn(Counter).ask(Counter.add))
            assert not beyond(before), "it had nothing to wait for"
            run_until_told(rt, partner, lambda: look(rt, before))
            assert not beyond(before)

    work()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    # The main thread hears of signals by a pair of sockets; nobody asked for the descriptor that hosts watch.
    assert seen == [[*POLLER, "socket", "socket"], POLLER]


@pytest.mark.parametrize("watched", [False, True])
def test_a_post_of_another_thread_ends_the_wait_each_time(partner: Partner, watched: bool) -> None:
    with art.Runtime() as rt:
        if watched:
            rt.fileno()
        for _ in range(500):
            run_until_told(rt, partner)


def test_a_post_of_another_thread_ends_the_wait_in_any_thread(partner: Partner) -> None:
    runs: list[int] = []

    def work() -> None:
        with art.Runtime() as rt:
            for number in range(100):
                run_until_told(rt, partner, lambda: (runs.append(number), rt.leave()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert runs == list(range(100))


def test_a_timer_ends_the_wait_not_early_and_not_in_small_steps() -> None:
    with art.Runtime() as rt:
        counter = rt.spawn(Counter)
        begun, steps = time.monotonic(), rt.step().number
        assert rt.run_until(counter.ask(Counter.slowly, 1, 0.0073)) == 1
        assert time.monotonic() - begun >= 0.0073
        # One that finds the request, one before the first wait, one for the timer; a wait that is rounded down would need many.
        assert rt.step().number - steps <= 6


def test_the_descriptor_of_hosts_tells_what_the_built_in_loop_has_not_served(partner: Partner) -> None:
    with art.Runtime() as rt:
        counter = rt.spawn(Counter)
        descriptor, remote = rt.fileno(), counter.remote()

        def is_readable() -> bool:
            return bool(select.select([descriptor], [], [], 0)[0])

        def post() -> None:
            thread = threading.Thread(target=remote.tell, args=(Counter.add,))
            thread.start()
            thread.join()

        for _ in range(3):
            run_until_told(rt, partner)
            assert not is_readable()
            post()
            assert is_readable()
            run_until_told(rt, partner)
            assert not is_readable()
            post()
            rt.step()
            assert not is_readable()
        assert rt.run_until(counter.ask(Counter.add, 0)) == 6


def test_closing_in_a_handler_ends_the_run(partner: Partner) -> None:
    rt = art.Runtime()
    run_until_told(rt, partner, rt.close)
    assert rt.closed


@needs_listing
def test_no_descriptors_are_left_over_a_thousand_runs(partner: Partner) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    runtimes = [art.Runtime() for _ in range(10)]
    raised: list[KeyboardInterrupt] = []
    before = sorted(os.listdir("/dev/fd"))
    for number in range(1000):
        rt = runtimes[number % 10]
        if number % 100 < 90:
            run_until_told(rt, partner)
        else:
            with pytest.raises(KeyboardInterrupt) as error:
                run_until_told(rt, partner, interrupt)
            # Its traceback keeps the frame in which the loop was left.
            raised.append(error.value)
    assert len(raised) == 100 and sorted(os.listdir("/dev/fd")) == before
    for rt in runtimes:
        rt.close()


@needs_signals
@pytest.mark.parametrize("receiver", ["main thread", "another thread"])
def test_a_signal_ends_the_wait_and_its_handler_may_use_the_runtime(partner: Partner, receiver: str) -> None:
    with art.Runtime() as rt:
        counter, caller = rt.spawn(Counter), rt.spawn(Caller)
        main = threading.get_ident()

        def handler(number: int, _: object) -> None:
            # No step is running: the signal is heard between two of them.
            rt.run_until(counter.ask(Counter.add))
            rt.leave()

        def send() -> None:
            signal.pthread_kill(main if receiver == "main thread" else threading.get_ident(), signal.SIGUSR1)

        older = signal.signal(signal.SIGUSR1, handler)
        try:
            for _ in range(200):
                caller.tell(Caller.call, lambda: partner.give(lambda: remote.tell(Caller.call, lambda: partner.give(send))))
                remote = caller.remote()
                rt.run()
        finally:
            signal.signal(signal.SIGUSR1, older)
        assert rt.run_until(counter.ask(Counter.add, 0)) == 200


@needs_signals
def test_a_signal_that_ends_nothing_is_waited_on(partner: Partner) -> None:
    with art.Runtime() as rt:
        heard: list[int] = []
        caller = rt.spawn(Caller)
        remote, main = caller.remote(), threading.get_ident()

        def send() -> None:
            for _ in range(50):
                signal.pthread_kill(main, signal.SIGUSR1)
            signal.raise_signal(signal.SIGUSR1)
            remote.tell(Caller.call, rt.leave)

        older = signal.signal(signal.SIGUSR1, lambda number, _: heard.append(number))
        try:
            caller.tell(Caller.call, lambda: partner.give(send))
            rt.run()
        finally:
            signal.signal(signal.SIGUSR1, older)
        assert heard


@needs_signals
def test_what_a_signals_handler_raises_leaves_the_run_with_the_runtime_intact(partner: Partner) -> None:
    class Alarm(Exception):
        pass

    def handler(number: int, _: object) -> None:
        raise Alarm

    with art.Runtime() as rt:
        counter, caller = rt.spawn(Counter), rt.spawn(Caller)
        older = signal.signal(signal.SIGUSR1, handler)
        try:
            caller.tell(Caller.call, lambda: partner.give(lambda: signal.raise_signal(signal.SIGUSR1)))
            with pytest.raises(Alarm):
                rt.run()
        finally:
            signal.signal(signal.SIGUSR1, older)
        assert signal.set_wakeup_fd(-1) == -1, "nobody is told of signals any more"
        assert rt.run_until(counter.ask(Counter.add)) == 1


def test_whoever_else_wants_to_know_of_signals_still_does_after_the_run(partner: Partner) -> None:
    ear, knob = socket.socketpair()
    ear.setblocking(False)
    knob.setblocking(False)
    seen: list[int] = []
    with ear, knob, art.Runtime() as rt:
        signal.set_wakeup_fd(knob.fileno())
        try:
            run_until_told(rt, partner)
        finally:
            seen.append(signal.set_wakeup_fd(-1))
        run_until_told(rt, partner)
        seen.append(signal.set_wakeup_fd(-1))
        # Somebody in a handler, for longer than the run.
        run_until_told(rt, partner, lambda: (signal.set_wakeup_fd(knob.fileno()), rt.leave()))
        seen.append(signal.set_wakeup_fd(-1))
        assert seen == [knob.fileno(), -1, knob.fileno()]
