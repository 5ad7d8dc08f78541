"""Other threads: what is refused, what works, what is dropped there."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import Future
from typing import Any, Callable, TypeVar

import pytest
from actors import Counter, Recorder

import actor_rt as art

T = TypeVar("T")


def on_thread(work: Callable[[], T]) -> T:
    """Run `work` on a thread of its own, to its end, and hand out its result."""
    future: Future[T] = Future()

    def body() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    return future.result()


def test_every_call_from_another_thread_is_refused(rt: art.Runtime, capfd: pytest.CaptureFixture[str]) -> None:
    counter = rt.spawn(Counter)
    reply = counter.ask(Counter.add)
    forward = counter.fwd(Counter.add)

    class Timed(art.Actor):
        def arm(self) -> tuple[art.Timer, art.Context[Any]]:
            return self.ctx.after(1.0, Timed.arm), self.ctx

    timer, context = rt.run_until(rt.spawn(Timed).ask(Timed.arm))
    calls: list[Callable[[], object]] = [
        lambda: rt.spawn(Counter), lambda: rt.step(), lambda: rt.run(), lambda: rt.run_until_idle(), lambda: rt.close(),
        lambda: rt.next_timeout(), lambda: rt.now, lambda: rt.actors, lambda: rt.dead_letters, lambda: rt.on_error,
        lambda: setattr(rt, "on_error", None), lambda: rt.fileno(), lambda: rt.run_until(reply),
        lambda: counter.tell(Counter.add), lambda: counter.ask(Counter.add), lambda: counter.fwd(Counter.add),
        lambda: counter.stop(), lambda: counter.kill(), lambda: counter.ended(), lambda: counter.remote(),
        lambda: forward(), lambda: reply.done(), lambda: reply.result(), lambda: reply.exception(), lambda: reply.cancel(),
        lambda: reply.cancelled(), lambda: reply.within(1.0), lambda: reply.add_done_callback(print),
        lambda: reply.then(Counter.add), lambda: reply.__await__(), lambda: timer.cancel(), lambda: timer.active,
        lambda: context.ref, lambda: context.runtime, lambda: context.now, lambda: context.stop(), lambda: context.sleep(1.0),
        lambda: context.after(1.0, Timed.arm), lambda: context.at(1.0, Timed.arm), lambda: context.spawn(Counter),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(art.WrongThreadError):
            on_thread(call)
    # What is safe anywhere.
    assert on_thread(lambda: (counter.alive, rt.closed, repr(counter), bool(repr(rt)), repr(timer)))[:2] == (True, False)
    assert "panic" not in capfd.readouterr().err


def test_remote_tells_and_asks_from_many_threads_each_in_order(rt: art.Runtime) -> None:
    heard: list[object] = []
    recorder = rt.spawn(Recorder, heard)
    remote = recorder.remote()

    def send(name: int) -> Future[None]:
        for n in range(50):
            remote.tell(Recorder.hear, (name, n))
        return remote.ask(Recorder.hear, (name, 50))

    threads = [threading.Thread(target=send, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rt.run_until_idle()
    assert len(heard) == 4 * 51
    for name in range(4):
        assert [n for who, n in heard if who == name] == list(range(51))  # type: ignore[misc]


def test_a_thread_waits_for_an_answer() -> None:
    with art.Runtime() as rt:
        counter = rt.spawn(Counter)
        remote = counter.remote()
        answers: list[object] = []

        class Gate(art.Actor):
            def leave(self) -> None:
                rt.leave()

        gate = rt.spawn(Gate).remote()

        def work() -> None:
            answers.append(remote.ask(Counter.add, 5).result())
            answers.append(type(remote.ask(Counter.refuse).exception()))
            gate.tell(Gate.leave)

        thread = threading.Thread(target=work)
        thread.start()
        rt.run()
        thread.join()
        assert answers == [5, art.Refused]


def test_a_cancelled_future_takes_no_answer(rt: art.Runtime) -> None:
    future = rt.spawn(Counter).remote().ask(Counter.add)
    assert future.cancel()
    rt.run_until_idle()
    assert future.cancelled()


def test_close_answers_other_threads(clock: art.ManualClock) -> None:
    rt = art.Runtime(clock=clock)
    counter = rt.spawn(Counter)
    remote = counter.remote()
    waiting, queued = remote.ask(Counter.slowly, 1, 100.0), remote.ask(Counter.add)
    rt.run_until_idle()
    fresh = remote.ask(Counter.add)
    rt.close()
    assert isinstance(waiting.exception(), art.ReplyDropped) and isinstance(queued.exception(), art.ReplyDropped)
    assert isinstance(fresh.exception(), (art.ClosedError, art.ReplyDropped))
    with pytest.raises(art.ClosedError):
        on_thread(lambda: remote.tell(Counter.add))


def test_things_may_be_dropped_on_any_thread(rt: art.Runtime, clock: art.ManualClock) -> None:
    heard: list[object] = []

    class Timed(Recorder):
        def arm(self) -> art.Timer:
            return self.ctx.after(1.0, Recorder.hear, "rang")

    def hand_over(things: list[object]) -> None:
        on_thread(things.clear)

    timed = rt.spawn(Timed, heard)
    hand_over([rt.run_until(timed.ask(Timed.arm)), timed.ask(Recorder.hear, "asked"), timed.remote(), timed.fwd(Recorder.hear)])
    clock.advance(1.0)
    rt.run_until_idle()
    assert heard == ["asked", "rang"]
    things: list[object] = [timed]
    del timed
    hand_over(things)
    rt.run_until_idle()
    assert heard[2:] == [art.StopCause("dropped")] and rt.actors == 0
    # Without a hook there is no finalizer.
    things.append(rt.spawn(Counter))
    assert rt.actors == 1
    hand_over(things)
    rt.run_until_idle()
    assert rt.actors == 0


def test_a_closed_runtime_may_be_dropped_on_any_thread(clock: art.ManualClock) -> None:
    rt = art.Runtime(clock=clock)
    counter = rt.spawn(Counter)
    gone = weakref.ref(rt)
    things: list[object] = [rt, counter]
    rt.close()
    del rt, counter
    on_thread(things.clear)
    assert gone() is None


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_an_open_runtime_dropped_on_another_thread_lets_go_of_its_values(clock: art.ManualClock) -> None:
    rt = art.Runtime(clock=clock)

    class Payload:
        pass

    payload = Payload()
    gone = weakref.ref(payload)
    recorder = rt.spawn(Recorder, [])
    recorder.tell(Recorder.hear, payload)
    things: list[object] = [rt, recorder]
    del rt, recorder, payload

    def drop() -> None:
        things.clear()
        gc.collect()

    on_thread(drop)
    assert gone() is None


def test_every_thread_may_have_its_own_runtime() -> None:
    def work() -> int:
        with art.Runtime(clock=art.ManualClock()) as rt:
            return rt.run_until(rt.spawn(Counter).ask(Counter.add, 7))

    assert on_thread(work) == work() == 7
