"""Exceptions: where they go, what they end, what they leave alone."""

from __future__ import annotations

import asyncio
import logging
import sys

import pytest
from actors import Counter, Recorder

import actor_rt as art


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
    """Steps the runtime from wherever Python can be made to run."""

    def __init__(self, rt: art.Runtime, seen: list[type[BaseException]]) -> None:
        self.rt = rt
        self.seen = seen

    def step(self) -> None:
        try:
            self.rt.step()
        except art.ActorRtError as error:
            self.seen.append(type(error))

    def __del__(self) -> None:
        self.step()

    def __eq__(self, other: object) -> bool:
        self.step()
        return True

    def __hash__(self) -> int:
        self.step()
        return 1


def test_a_nested_step_is_refused_everywhere(rt: art.Runtime) -> None:
    seen: list[type[BaseException]] = []

    class Nest(art.Actor):
        def direct(self) -> None:
            with pytest.raises(art.ReentrantStepError):
                self.ctx.runtime.run_until_idle()

        def take(self, stepper: object) -> None:
            _ = {stepper: 1}[stepper]

    nest = rt.spawn(Nest)
    nest.tell(Nest.direct)
    nest.tell(Nest.take, Stepper(rt, seen))
    rt.run_until_idle()
    assert set(seen) == {art.ReentrantStepError} and len(seen) >= 2
    # A payload's destructor outside of a step may step.
    lost = Stepper(rt, seen)
    seen.clear()
    nest.tell(Nest.take, lost)
    del lost
    nest.kill()
    rt.run_until_idle()
    assert set(seen) <= {art.ReentrantStepError}


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
