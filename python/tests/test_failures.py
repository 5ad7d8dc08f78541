"""Exceptions: where they go, what they end, what they leave alone."""

from __future__ import annotations

import asyncio
import logging
import sys
import weakref

import pytest
from actors import Counter, Recorder

import actor_rt as art


def test_what_an_actor_logs_says_which_one_it_was(rt: art.Runtime, caplog: pytest.LogCaptureFixture) -> None:
    class Talker(art.Actor):
        def say(self, what: str) -> None:
            self.ctx.log.warning("says %s", what, extra={"mood": "good"})

    # A logger for each actor was kept by `logging` for ever.
    before = len(logging.root.manager.loggerDict)
    for _ in range(100):
        rt.spawn(Talker).tell(Talker.say, "hello")
    rt.run_until_idle()
    assert len(logging.root.manager.loggerDict) <= before + 2
    first = caplog.records[0]
    assert (first.name, first.getMessage()) == ("actor_rt.Talker", "Talker#1: says hello")
    assert (vars(first)["actor"], vars(first)["mood"]) == ("Talker#1", "good")


def test_a_told_handlers_exception_fails_the_actor_and_is_logged(
    rt: art.Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    counter, bystander = rt.spawn(Counter), rt.spawn(Counter)
    ended = counter.ended()
    counter.tell(Counter.fail)
    bystander.tell(Counter.add)
    rt.run_until_idle()
    assert not counter.alive and bystander.alive
    assert ended.result().kind == "failed" and isinstance(ended.result().error, ValueError)
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.name == "actor_rt" and "Counter.fail" in record.getMessage()


def test_an_asked_handlers_exception_is_the_answer(rt: art.Runtime, caplog: pytest.LogCaptureFixture) -> None:
    counter = rt.spawn(Counter)
    reply = counter.ask(Counter.fail, "here")
    rt.run_until_idle()
    with pytest.raises(ValueError, match="here") as caught:
        reply.result()
    if sys.version_info >= (3, 11):
        assert caught.value.__notes__ == ["while <Actor Counter#1> handled Counter.fail"]
    assert not counter.alive
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_refused_answers_and_leaves_the_actor_alive(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    with pytest.raises(art.Refused):
        rt.run_until(counter.ask(Counter.refuse))
    assert counter.alive


def test_an_exception_nobody_looked_at_is_logged(rt: art.Runtime, caplog: pytest.LogCaptureFixture) -> None:
    counter = rt.spawn(Counter)
    reply = counter.ask(Counter.fail)
    rt.run_until_idle()
    del reply
    assert "nobody looked at the exception" in caplog.text


def test_the_hook_gets_everything_and_may_raise(clock: art.ManualClock) -> None:
    seen: list[tuple[BaseException, art.ErrorInfo]] = []

    def hook(error: BaseException, info: art.ErrorInfo) -> None:
        seen.append((error, info))
        raise error

    with art.Runtime(clock=clock, on_error=hook) as rt:
        counter, other = rt.spawn(Counter), rt.spawn(Counter)
        counter.tell(Counter.fail)
        other.tell(Counter.add)
        with pytest.raises(ValueError):
            rt.step()
        assert seen[0][1].method == "Counter.fail" and not seen[0][1].asked
        assert rt.run_until(other.ask(Counter.add, 0)) == 1
        rt.on_error = None
        assert rt.on_error is None


class Raiser(art.Actor):
    def throw(self, error: BaseException) -> None:
        raise error

    async def throw_later(self, error: BaseException) -> None:
        await self.ctx.sleep(0.0)
        raise error


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("later", [False, True])
def test_interrupts_leave_step_with_the_queue_intact(
    rt: art.Runtime, kind: type[BaseException], later: bool
) -> None:
    raiser, counter = rt.spawn(Raiser), rt.spawn(Counter)
    if later:
        raiser.tell(Raiser.throw_later, kind())
    else:
        raiser.tell(Raiser.throw, kind())
    first, second = counter.ask(Counter.add), counter.ask(Counter.add)
    with pytest.raises(kind):
        rt.run_until_idle()
    assert raiser.alive
    if not later:
        assert not first.done() and rt.next_timeout() == 0.0
    rt.run_until_idle()
    assert second.result() == 2


@pytest.mark.parametrize("kind", [asyncio.CancelledError, GeneratorExit, StopIteration, BaseException])
def test_other_base_exceptions_fail_the_actor_only(clock: art.ManualClock, kind: type[BaseException]) -> None:
    seen: list[BaseException] = []
    with art.Runtime(clock=clock, on_error=lambda error, info: seen.append(error)) as rt:
        raiser = rt.spawn(Raiser)
        raiser.tell(Raiser.throw, kind())
        rt.run_until_idle()
        assert not raiser.alive and isinstance(seen[0], kind)


def test_on_stop_may_raise(clock: art.ManualClock) -> None:
    seen: list[art.ErrorInfo] = []

    class Bad(art.Actor):
        def on_stop(self, cause: art.StopCause) -> None:
            raise RuntimeError("in the hook")

    with art.Runtime(clock=clock, on_error=lambda error, info: seen.append(info)) as rt:
        bad = rt.spawn(Bad)
        bad.stop()
        rt.run_until_idle()
        assert not bad.alive and [info.method for info in seen] == ["Bad.on_stop"]


def test_a_handler_closes_its_runtime(clock: art.ManualClock) -> None:
    rt = art.Runtime(clock=clock)

    class Closer(art.Actor):
        def go(self) -> None:
            self.ctx.runtime.close()
            self.ctx.ref.tell(Closer.never)

        def never(self) -> None:
            raise AssertionError

    heard: list[object] = []
    recorder, closer = rt.spawn(Recorder, heard), rt.spawn(Closer)
    closer.tell(Closer.go)
    lost = recorder.ask(Recorder.hear, 1)
    rt.run_until_idle()
    assert rt.closed and heard == [art.StopCause("dropped")]
    assert isinstance(lost.exception(), art.ReplyDropped)


class Stepper:
    """Steps the runtime from wherever Python can be made to run, and writes down what it got."""

    def __init__(self, rt: art.Runtime) -> None:
        self.rt = rt
        self.got: list[type] = []

    def step(self, *_: object) -> None:
        try:
            self.got.append(type(self.rt.step()))
        except art.ActorRtError as error:
            self.got.append(type(error))

    def stepped(self) -> list[type]:
        """What it got since the last time."""
        got, self.got = self.got, []
        return got


class StepsAtItsEnd:
    def __init__(self, stepper: Stepper) -> None:
        self.stepper = stepper

    def __del__(self) -> None:
        self.stepper.step()


class StepsWhenCompared:
    """A selector and a key of a user's own: the library looks it up among the overridden methods of an actor's class."""

    def __init__(self, stepper: Stepper) -> None:
        self.stepper = stepper

    def __call__(self, actor: object) -> None:
        """A message like any other."""

    def __eq__(self, other: object) -> bool:
        self.stepper.step()
        return False

    def __hash__(self) -> int:
        self.stepper.step()
        # As the method that is overridden, or it would not be compared with it.
        return hash(Holder.drop)


class Holder(art.Actor):
    """Holds whatever it is given, until told to drop it."""

    def __init__(self, *held: object) -> None:
        self.held: list[object] = list(held)

    def hold(self, *what: object) -> None:
        self.held.extend(what)

    def give(self) -> object:
        return self.held.pop()

    def drop(self) -> None:
        self.held.clear()


class Overrides(Holder):
    def drop(self) -> None:
        super().drop()

    def select(self, selector: StepsWhenCompared) -> None:
        self.ctx.ref.tell(selector)


REFUSED = [art.ReentrantStepError]
ALLOWED = [art.Progress]


def test_a_nested_step_is_refused_in_a_handler(rt: art.Runtime) -> None:
    class Nest(art.Actor):
        def go(self) -> str:
            for run in (self.ctx.runtime.step, self.ctx.runtime.run_until_idle):
                with pytest.raises(art.ReentrantStepError):
                    run()
            return "refused"

    assert rt.run_until(rt.spawn(Nest).ask(Nest.go)) == "refused"


def test_a_destructor_may_step_but_not_inside_of_a_step(rt: art.Runtime) -> None:
    stepper = Stepper(rt)
    holder = rt.spawn(Holder, StepsAtItsEnd(stepper))
    holder.tell(Holder.drop)
    rt.run_until_idle()
    assert stepper.stepped() == REFUSED, "what an actor held, dropped by its handler"
    holder.tell(Holder.hold, StepsAtItsEnd(stepper))
    holder.kill()
    rt.run_until_idle()
    assert stepper.stepped() == REFUSED, "a message that is not going to be handled"
    holder.tell(Holder.hold, StepsAtItsEnd(stepper))
    assert stepper.stepped() == ALLOWED, "a message for an actor that has ended"
    holder = rt.spawn(Holder, StepsAtItsEnd(stepper))
    del holder
    assert stepper.stepped() == ALLOWED, "what goes with the last reference to its actor"
    answer = rt.spawn(Holder, StepsAtItsEnd(stepper)).ask(Holder.give)
    rt.run_until_idle()
    assert answer.done() and stepper.stepped() == []
    del answer
    assert stepper.stepped() == ALLOWED, "an answer that nobody looked at"
    rt.spawn(Holder).tell(Holder.hold, StepsAtItsEnd(stepper))
    rt.close()
    assert stepper.stepped() == REFUSED, "a message that was queued at the close"


def test_a_weakref_callback_may_step_but_not_inside_of_a_step(rt: art.Runtime) -> None:
    stepper = Stepper(rt)
    held = Stepper(rt)
    holder = rt.spawn(Holder, held)
    watches: list[object] = [weakref.ref(held, stepper.step)]
    del held
    holder.tell(Holder.drop)
    rt.run_until_idle()
    assert stepper.stepped() == REFUSED
    held = Stepper(rt)
    watches.append(weakref.ref(held, stepper.step))
    del held
    assert stepper.stepped() == ALLOWED

    class Watched(art.Actor):
        def __init__(self) -> None:
            # Of the actor itself: the kernel has not heard yet that it is gone.
            watches.append(weakref.ref(self, stepper.step))

    watched = rt.spawn(Watched)
    watches.append(weakref.ref(watched, stepper.step))
    del watched
    assert stepper.stepped() == ALLOWED * 2, "of the last reference, and of the actor that goes with it"
    rt.run_until_idle()
    assert rt.actors == 1 and holder.alive


def test_comparing_a_users_objects_may_step_but_not_inside_of_a_step(rt: art.Runtime) -> None:
    stepper = Stepper(rt)
    overrides = rt.spawn(Overrides)
    counter = rt.spawn(Counter)
    total = counter.ask(Counter.add)
    overrides.tell(StepsWhenCompared(stepper))
    # Compared once or more: where two probes of a dict meet in one place, which the addresses of functions decide, it asks again.
    hashed, *compared = stepper.stepped()
    assert [hashed] == ALLOWED and compared == ALLOWED * len(compared) != []
    assert total.result() == 1, "these steps were real"
    rt.run_until_idle()
    overrides.tell(Overrides.select, StepsWhenCompared(stepper))
    rt.run_until_idle()
    hashed, *compared = stepper.stepped()
    assert [hashed] == REFUSED and compared == REFUSED * len(compared) != []


def test_a_reply_cannot_be_waited_for_by_blocking_in_a_handler(rt: art.Runtime) -> None:
    class Blocker(art.Actor):
        def go(self, counter: art.Ref[Counter]) -> None:
            reply = counter.ask(Counter.add)
            with pytest.raises(art.WouldDeadlock, match="Blocker#"):
                reply.result()
            with pytest.raises(art.ReentrantStepError):
                self.ctx.runtime.run_until(reply)

    rt.run_until(rt.spawn(Blocker).ask(Blocker.go, rt.spawn(Counter)))


def test_a_callbacks_exception_is_reported(clock: art.ManualClock) -> None:
    seen: list[BaseException] = []
    with art.Runtime(clock=clock, on_error=lambda error, info: seen.append(error)) as rt:
        reply = rt.spawn(Counter).ask(Counter.add)

        def bad(_: art.Reply[int]) -> None:
            raise OSError("callback")

        reply.add_done_callback(bad)
        rt.run_until_idle()
        assert isinstance(seen[0], OSError) and reply.result() == 1


class Parent(art.Actor):
    def boom(self) -> None:
        child = self.ctx.spawn(Recorder, [])
        self.ctx.ref.kill()
        raise ValueError(child)


def test_what_goes_with_an_exception_goes_when_nothing_is_borrowed(rt: art.Runtime) -> None:
    # The exception came second, and its frames had the last reference to another actor: a panic.
    rt.on_error = lambda error, info: None
    rt.spawn(Parent).tell(Parent.boom)
    for _ in range(3):
        rt.run_until_idle()
    assert rt.actors == 0


def test_interrupts_of_callbacks_outside_of_a_step_are_not_lost(clock: art.ManualClock) -> None:
    def leave(_: object) -> None:
        sys.exit(3)

    class Last(art.Actor):
        def on_stop(self, cause: art.StopCause) -> None:
            raise SystemExit(4)

    with art.Runtime(clock=clock) as rt:
        rt.host_call(int).add_done_callback(leave)
        with pytest.raises(SystemExit, match="3"):
            rt.run_host_calls() if rt.step() else None
        last = rt.spawn(Last)
        with pytest.raises(SystemExit, match="4"):
            rt.close()
        assert rt.closed and not last.alive
