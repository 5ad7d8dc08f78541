"""Other threads: what is refused, what works, what is dropped there."""

from __future__ import annotations

import asyncio
import gc
import inspect
import threading
import weakref
from concurrent.futures import Future
from typing import Any, Callable, TypeVar

import pytest
from actors import Counter, Recorder

import actor_rt as art
from actor_rt import aio, packed

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


class Timed(art.Actor):
    def arm(self) -> tuple[art.Timer, art.Context[Any]]:
        return self.ctx.after(1.0, Timed.arm), self.ctx


# What works on every thread, by class; everything else that is public is refused.
ANYWHERE: dict[type, set[str]] = {
    art.Runtime: {"closed"},
    art.Ref: {"alive", "id"},
    art.NativeRef: {"id"},
    # Loggers are for every thread.
    art.Context: {"log"},
    aio.Attachment: {"loop"},
    # It is for other threads.
    art.Watchdog: {"busy"},
    # What was said, by whoever has the pool.
    art.Pool: {"settings"},
}
# Special methods that do something; the others are every object's (`__repr__`, `__hash__`, ...).
SPECIAL = {"__await__", "__call__", "__enter__", "__exit__", "__aenter__", "__aexit__"}
HARMLESS = {"__enter__", "__aenter__"}
# What to call something with, where it needs anything.
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "spawn": (Counter,), "tell": (Counter.add,), "ask": (Counter.add,), "fwd": (Counter.add,), "then": (Counter.add,),
    "within": (1.0,), "add_done_callback": (print,), "after": (1.0, Timed.arm), "at": (1.0, Timed.arm), "sleep": (1.0,),
    "supervise": (art.Supervision(), Counter), "lookup": ("name",), "unregister": ("name",), "members": ("group",),
    "tell_group": ("group", Counter.add), "heartbeat": (1.0,), "set_byte_budget": (1, 2, None),
    "set_root_supervisor": (art.Supervisor(),), "on_root_escalation": (None,), "send_system_all": ("start",), "start_all": (1.0,),
    "restart_child": (1,), "delete_child": (1,), "spawn_named": ("name", Counter), "ref": (1,), "start_timer": (1, 1.0),
    "start_interval": (1, 1.0), "stop_timer": (1,),
    "watch_name": ("name", print), "watch_group": ("group", print), "watch_scope": (None, print),
    "pool": (art.PoolSpec(), Counter), "host_call": (print,), "offload": (print,), "send": ("value",), "set_budget": (1,), "set_counting": ("off",), "trace": (None,), "set_slow_handler": (None,), "every": (1.0, Timed.arm), "offer": (Counter.add,), "map": (str,), "forward": (print,), "submit": (Counter.add,),
    "native_ref": (1,), "load_library": ("nothing.so",), "set_size": (2,), "set_settings": (art.PoolSettings(),), "publish": (1,),
    "__exit__": (None, None, None), "__aexit__": (None, None, None),
}  # fmt: skip


class Hello(packed.Struct, tag="greeter.hello"):
    pass


NATIVE: dict[str, tuple[Any, ...]] = {"tell": ("greeter.hello",), "ask": ("greeter.hello",), "send": (Hello(),)}


def public(thing: object) -> list[str]:
    names = [name for name in dir(thing) if not name.startswith("_") or name in SPECIAL]
    assert names
    return names


def arguments(name: str, counter: art.Ref[Counter], reply: art.Reply[int]) -> tuple[Any, ...]:
    more: dict[str, tuple[Any, ...]] = {
        "run_until": (reply,), "supervise_under": (counter, art.Supervision(), Counter), "register": ("name", counter),
        "join_group": ("group", counter), "leave_group": ("group", counter), "link": (counter,), "unlink": (counter,),
        "set_supervisor": (counter, art.Supervisor()), "send_system": (counter, "start"), "supervisor_of": (counter,), "adopt": (counter,),
        "terminate_child": (counter,), "exit_after": (counter, 1.0), "kill_after": (counter, 1.0),
        "ask_all": ([counter], Counter.add), "ask_first": ([counter], Counter.add), "ask_quorum": (1, [counter], Counter.add),
        "counts": (counter,), "watch_restarts": (counter, print), "subscribe": (counter, Counter.add),
    }  # fmt: skip
    return more.get(name, ARGUMENTS.get(name, ()))


def use(thing: object, name: str, counter: art.Ref[Counter], reply: art.Reply[int]) -> object:
    """Get a property, or call a method, to its end if it is a coroutine."""
    attribute = getattr(thing, name)
    if not callable(attribute):
        return attribute
    given = NATIVE.get(name) if isinstance(thing, art.NativeRef) else None
    result = attribute(*(given or arguments(name, counter, reply)))
    if inspect.iscoroutine(result):
        with pytest.raises(StopIteration) as done:
            result.send(None)
        return done.value.value
    return result


def test_everything_public_is_refused_on_another_thread_or_works_there(
    rt: art.Runtime, capfd: pytest.CaptureFixture[str]
) -> None:
    counter, timed = rt.spawn(Counter), rt.spawn(Timed)
    reply = counter.ask(Counter.add)
    timer, context = rt.run_until(timed.ask(Timed.arm))
    loop = asyncio.new_event_loop()
    hosted = art.Runtime()
    attachment = aio.attach(hosted, loop)
    port: art.OutputPort[int] = art.OutputPort(rt)
    things = [rt, counter, counter.fwd(Counter.add), reply, timer, context, attachment, rt.watchdog()]
    things += [rt.pool(art.PoolSpec(), Counter), counter.sending(), rt.watch_name("name", lambda event: None), port]
    things += [port.subscribe(rt.spawn(Recorder, []), lambda recorder, value, lost: None)]
    things += [rt.native_ref(counter.id)]
    rt.run_until_idle()
    uses = [(thing, name) for thing in things for name in public(thing)]
    before = repr(rt), repr(hosted)
    for thing, name in uses:
        works = name in ANYWHERE.get(type(thing), ()) or name in HARMLESS

        def work(thing: object = thing, name: str = name) -> object:
            return use(thing, name, counter, reply)

        if works:
            on_thread(work)
        else:
            with pytest.raises(art.WrongThreadError):
                on_thread(work)
                pytest.fail(f"{type(thing).__name__}.{name} works on another thread")
    with pytest.raises(art.WrongThreadError):
        on_thread(lambda: setattr(rt, "on_error", None))
    with pytest.raises(art.WrongThreadError):
        on_thread(lambda: aio.attach(rt, loop))
    # Texts and comparison are for every thread.
    assert on_thread(lambda: [repr(thing) for thing in things] and counter == counter and bool(hash(counter)))
    assert (repr(rt), repr(hosted)) == before and rt.run_until(reply) == 1, "nothing has happened"
    attachment.detach()
    hosted.close()
    loop.close()
    assert "panic" not in capfd.readouterr().err


def test_a_refusal_names_the_cure_for_what_was_tried(rt: art.Runtime) -> None:
    counter, timed = rt.spawn(Counter), rt.spawn(Timed)
    reply = counter.ask(Counter.add)
    timer, context = rt.run_until(timed.ask(Timed.arm))
    forward = counter.fwd(Counter.add)
    runtime = "call this on the thread that made the runtime, or send a message .* through a Remote"
    reference = r"make a Remote of it there beforehand, with Ref\.remote\(\), and hand that to this thread"
    cures: list[tuple[Callable[[], object], str]] = [
        (rt.step, runtime), (rt.close, runtime), (lambda: rt.spawn(Counter), runtime), (timer.cancel, runtime),
        (lambda: counter.tell(Counter.add), reference), (lambda: counter.ask(Counter.add), reference), (counter.stop, reference),
        (counter.remote, reference), (forward, reference),
        (context.stop, r"ctx\.ref\.remote\(\)"), (lambda: context.now, r"ctx\.ref\.remote\(\)"),
        (reply.result, "ask through a Remote, which gives a Future"), (lambda: reply.within(1.0), "ask through a Remote"),
    ]  # fmt: skip
    for call, cure in cures:
        with pytest.raises(art.WrongThreadError, match=cure):
            on_thread(call)


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
