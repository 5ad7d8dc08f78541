"""Telling and asking: order, arguments, overriding, ends."""

from __future__ import annotations

import copy
import pickle
from typing import Any
from unittest import mock

import pytest
from actors import Counter, Recorder

import actor_rt as art


def test_tell_runs_later_and_in_order(rt: art.Runtime) -> None:
    heard: list[object] = []
    recorder = rt.spawn(Recorder, heard)
    for n in range(100):
        recorder.tell(Recorder.hear, n)
    assert heard == []
    assert rt.run_until_idle() == 100
    assert heard == list(range(100))


def test_ask_gives_the_return_value(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter, start=5)
    reply = counter.ask(Counter.add, 2, twice=True)
    assert not reply.done()
    with pytest.raises(art.NotReady):
        reply.result()
    rt.run_until_idle()
    assert reply.done() and reply.result() == 9 and reply.exception() is None


def test_a_base_classs_method_means_the_override(rt: art.Runtime) -> None:
    class Doubling(Counter):
        def add(self, n: int = 1, *, twice: bool = False) -> int:
            return super().add(2 * n)

    class Child(Doubling):
        pass

    for cls in (Doubling, Child):
        ref: art.Ref[Counter] = rt.spawn(cls)
        assert rt.run_until(ref.ask(Counter.add, 3)) == 6


def test_an_interfaces_method_means_the_implementation_wherever_it_stands(rt: art.Runtime) -> None:
    class Greeter:
        def greet(self) -> str:
            return "nobody's"

    class First(Greeter, art.Actor):
        def greet(self) -> str:
            return "first"

    class Last(art.Actor, Greeter):
        def greet(self) -> str:
            return "last"

    method: Any = Greeter.greet
    assert [rt.run_until(rt.spawn(cls).ask(method)) for cls in (First, Last)] == ["first", "last"]


def test_init_runs_at_once_and_raises_in_the_caller(rt: art.Runtime) -> None:
    class Broken(art.Actor):
        def __init__(self) -> None:
            self.ctx.after(1.0, Broken.never)
            raise LookupError("no such thing")

        def never(self) -> None: ...

    with pytest.raises(LookupError):
        rt.spawn(Broken)
    rt.run_until_idle()
    assert rt.actors == 0


def test_the_wrong_things_are_refused(rt: art.Runtime) -> None:
    counter: Any = rt.spawn(Counter)
    anything: Any = rt
    for wrong in (lambda: counter.tell(), lambda: counter.tell("add"), lambda: anything.spawn(int), lambda: anything.spawn()):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(art.NotSpawned):
        Counter().ctx


def test_a_bound_method_is_no_selector_and_says_how_to_name_it(rt: art.Runtime) -> None:
    bound: Any = Counter().add
    counter = rt.spawn(Counter)
    asked: Any = counter.ask(Counter.add)
    port: art.OutputPort[int] = art.OutputPort(rt)
    pool = rt.pool(art.PoolSpec(), Counter)

    class Asker(art.Actor):
        def ask(self) -> None:
            with pytest.raises(TypeError, match="Counter.add is bound"):
                asked.then(bound)

    for wrong in (
        lambda: counter.tell(bound, 1), lambda: counter.ask(bound, 1), lambda: counter.fwd(bound), lambda: counter.offer(bound),
        lambda: counter.remote().tell(bound), lambda: counter.sending().tell(bound), lambda: rt.ask_all([counter], bound),
        lambda: port.subscribe(counter, bound), lambda: pool.tell(bound),
    ):
        with pytest.raises(TypeError, match="Counter.add is bound to an object: name the method by its class"):
            wrong()
    rt.run_until(rt.spawn(Asker).ask(Asker.ask))


def test_fwd_is_a_function_for_other_libraries(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    forward = counter.fwd(Counter.add)
    assert forward(2, twice=True) is None  # type: ignore[func-returns-value]
    rt.run_until_idle()
    assert rt.run_until(counter.ask(Counter.add, 0)) == 4


def test_an_ended_actor_is_told_nothing_and_answers_so(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    ended = counter.ended()
    counter.stop()
    rt.run_until_idle()
    assert not counter.alive and ended.result() == art.StopCause("stopped")
    counter.tell(Counter.add, 1)
    with pytest.raises(art.ActorStopped):
        rt.run_until(counter.ask(Counter.add, 1))
    assert rt.dead_letters == 2
    assert counter.ended().done()


def test_stop_overtakes_the_queue_and_drops_it_with_an_answer(rt: art.Runtime) -> None:
    heard: list[object] = []
    recorder = rt.spawn(Recorder, heard)
    lost = recorder.ask(Recorder.hear, 1)
    recorder.stop()
    rt.run_until_idle()
    assert heard == [art.StopCause("stopped")]
    with pytest.raises(art.ReplyDropped):
        lost.result()


def test_kill_runs_no_hook(rt: art.Runtime) -> None:
    heard: list[object] = []
    recorder = rt.spawn(Recorder, heard)
    ended = recorder.ended()
    recorder.kill()
    rt.run_until_idle()
    assert heard == [] and ended.result().kind == "killed"


def test_an_actor_stops_itself(rt: art.Runtime) -> None:
    class Once(art.Actor):
        def go(self) -> str:
            self.ctx.stop()
            return "last words"

    once = rt.spawn(Once)
    first, second = once.ask(Once.go), once.ask(Once.go)
    rt.run_until_idle()
    assert first.result() == "last words" and isinstance(second.exception(), art.ReplyDropped)


def test_handlers_spawn_and_post(rt: art.Runtime) -> None:
    class Parent(art.Actor):
        def make(self) -> art.Ref[Counter]:
            child = self.ctx.spawn(Counter, 10)
            child.tell(Counter.add, 1)
            assert self.ctx.runtime is rt
            assert self.ctx.ref == self.ctx.ref and hash(self.ctx.ref) == hash(self.ctx.ref)
            return child

    child = rt.run_until(rt.spawn(Parent).ask(Parent.make))
    assert rt.run_until(child.ask(Counter.add, 0)) == 11


def test_then_sends_the_answer_to_the_asking_actor(rt: art.Runtime) -> None:
    class Asker(art.Actor):
        def __init__(self) -> None:
            self.got: list[object] = []

        def start(self, counter: art.Ref[Counter]) -> None:
            counter.ask(Counter.add, 5).then(Asker.hear)
            counter.ask(Counter.refuse).then(Asker.hear, Asker.hear)

        def hear(self, what: object) -> None:
            self.got.append(what)

        def report(self) -> list[object]:
            return self.got

    asker, counter = rt.spawn(Asker), rt.spawn(Counter)
    asker.tell(Asker.start, counter)
    rt.run_until_idle()
    five, refused = rt.run_until(asker.ask(Asker.report))
    assert five == 5 and isinstance(refused, art.Refused)


def test_then_means_the_override(rt: art.Runtime) -> None:
    class Base(art.Actor):
        heard = ""

        def start(self, counter: art.Ref[Counter]) -> None:
            counter.ask(Counter.add, 5).then(Base.hear)
            counter.ask(Counter.refuse).then(Base.hear, Base.fails)

        def hear(self, n: int) -> None: ...
        def fails(self, error: BaseException) -> None: ...

        def report(self) -> str:
            return self.heard

    class Derived(Base):
        def hear(self, n: int) -> None:
            self.heard += str(n)

        def fails(self, error: BaseException) -> None:
            self.heard += str(error)

    asker: art.Ref[Base] = rt.spawn(Derived)
    asker.tell(Base.start, rt.spawn(Counter))
    rt.run_until_idle()
    assert rt.run_until(asker.ask(Base.report)) == "5not today"


def test_a_withdrawn_ask_is_not_delivered(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    reply = counter.ask(Counter.add, 1)
    assert reply.cancel() and not reply.cancel() and reply.cancelled()
    with pytest.raises(art.AskCancelled):
        reply.result()
    assert rt.run_until(counter.ask(Counter.add, 0)) == 0


def test_nothing_of_a_runtime_can_be_pickled_and_says_so(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    reply = counter.ask(Counter.add)
    for one in (counter, reply, rt, counter.remote(), counter.fwd(Counter.add), Counter()):
        with pytest.raises(TypeError, match="belongs to a runtime of one process"):
            pickle.dumps(one)
        with pytest.raises(TypeError, match="belongs to a runtime of one process"):
            copy.deepcopy(one)
    assert copy.copy(counter) is counter


def test_repr_names_things(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    counter.tell(Counter.add)
    assert repr(counter) == "<Ref Counter#1 alive mailbox=1>"
    assert repr(rt) == "<Runtime actors=1 queued=1>"
    assert repr(counter.ask(Counter.add)) == "<Reply pending>"


def test_references_of_one_actor_are_equal_and_leave_others_their_say(rt: art.Runtime) -> None:
    counter, other = rt.spawn(Counter), rt.spawn(Counter)
    again = counter.ask(Counter.myself)
    rt.run_until_idle()
    assert again.result() == counter and hash(again.result()) == hash(counter)
    assert counter != other and counter != 5 and counter == mock.ANY


def test_the_budget_bounds_a_step(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    for _ in range(5):
        counter.tell(Counter.add)
    progress = rt.step(max_messages=2)
    assert progress.handled == 2 and progress.more and rt.next_timeout() == 0.0
    assert rt.run_until_idle() == 3 and rt.next_timeout() is None


def test_close_answers_and_refuses(clock: art.ManualClock) -> None:
    heard: list[object] = []
    rt = art.Runtime(clock=clock)
    recorder = rt.spawn(Recorder, heard)
    lost = recorder.ask(Recorder.hear, 1)
    rt.close()
    rt.close()
    assert rt.closed and not recorder.alive
    assert isinstance(lost.exception(), art.ReplyDropped)
    assert heard == [art.StopCause("dropped")]
    for refused in (lambda: recorder.tell(Recorder.hear, 1), lambda: rt.step(), lambda: rt.spawn(Counter)):
        with pytest.raises(art.ClosedError):
            refused()


def test_an_unclosed_runtime_warns_and_closes(clock: art.ManualClock) -> None:
    heard: list[object] = []
    rt = art.Runtime(clock=clock)
    recorder = rt.spawn(Recorder, heard)
    with pytest.warns(ResourceWarning, match="unclosed <Runtime actors=1"):
        del rt, recorder
        import gc

        gc.collect()
    assert heard == [art.StopCause("dropped")]
