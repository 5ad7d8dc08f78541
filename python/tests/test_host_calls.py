"""Host calls: what the host of a runtime calls, with no step under way."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from actors import Counter

import actor_rt as art


class Form(art.Actor):
    def __init__(self, said: list[object]) -> None:
        self.said = said

    async def ask_user(self, dialog: Any, *args: object) -> None:
        self.said.append(await self.ctx.host_call(dialog, *args))

    def ask_then(self, dialog: Any) -> None:
        self.ctx.host_call(dialog).then(Form.answer, Form.answer)

    def answer(self, what: object) -> None:
        self.said.append(what)


def test_the_call_is_made_by_the_host_after_the_step(rt: art.Runtime) -> None:
    said: list[object] = []
    made: list[str] = []

    def dialog(text: str, *, icon: str = "") -> str:
        made.append(text + icon)
        return "yes"

    form = rt.spawn(Form, said)
    form.tell(Form.ask_user, dialog, "sure?")
    progress = rt.step()
    assert progress.host_calls == 1 and not made and "host_calls=1" in repr(progress)
    assert rt.run_host_calls() == 1 and made == ["sure?"]
    assert rt.run_host_calls() == 0
    rt.run_until_idle()
    assert said == ["yes"]
    outside = rt.host_call(dialog, "now", icon="!")
    assert rt.run_until(outside) == "yes" and made[-1] == "now!"


def test_the_runtime_goes_on_in_the_loop_that_a_call_opens(rt: art.Runtime) -> None:
    said: list[object] = []
    counter = rt.spawn(Counter)

    def dialog() -> int:
        # A modal dialog's own loop runs the actors meanwhile, and makes the calls that these ask for.
        counter.tell(Counter.add, 5)
        inner = rt.host_call(lambda: "inner")
        assert rt.run_until(inner) == "inner"
        return rt.run_until(counter.ask(Counter.add, 1))

    rt.spawn(Form, said).tell(Form.ask_user, dialog)
    rt.run_until_idle()
    assert said == [6]


def test_what_it_raises_is_the_outcome(rt: art.Runtime) -> None:
    said: list[object] = []

    def broken() -> None:
        raise LookupError("no display")

    rt.spawn(Form, said).tell(Form.ask_then, broken)
    rt.run_until_idle()
    assert isinstance(said[0], LookupError)


def test_an_interrupt_leaves_the_host_and_the_calls_behind_it(rt: art.Runtime) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    first, second = rt.host_call(interrupted), rt.host_call(lambda: "second")
    with pytest.raises(KeyboardInterrupt):
        rt.run_until_idle()
    assert isinstance(first.exception(), art.ReplyDropped) and not second.done()
    assert rt.run_until(second) == "second"


@pytest.mark.parametrize("end", ["withdrawn", "closed", "closed by a call", "collected"])
def test_a_call_that_nobody_wants_is_not_made(clock: art.ManualClock, end: str) -> None:
    made: list[str] = []
    rt = art.Runtime(clock=clock)
    if end == "closed by a call":
        rt.host_call(rt.close)
    reply = rt.host_call(made.append, "made")
    if end == "withdrawn":
        reply.cancel()
        assert rt.run_host_calls() == 1
    elif end == "collected":
        gone = weakref.ref(rt)
        with pytest.warns(ResourceWarning):
            del rt, reply
            gc.collect()
        assert gone() is None and not made
        return
    elif end == "closed by a call":
        assert rt.run_host_calls() == 1
    rt.close()
    assert not made and reply.done()
    assert isinstance(reply.exception(), art.AskCancelled if end == "withdrawn" else art.ReplyDropped)


def test_calls_are_refused_where_they_cannot_be(rt: art.Runtime) -> None:
    class Hasty(art.Actor):
        def run(self) -> None:
            runtime: art.Runtime = self.ctx.runtime
            with pytest.raises(art.ReentrantStepError, match="when the step is done"):
                runtime.run_host_calls()

    rt.run_until(rt.spawn(Hasty).ask(Hasty.run))
    anything: Any = rt
    with pytest.raises(TypeError, match="takes a function"):
        anything.host_call("dialog")
    rt.close()
    for refused in (rt.run_host_calls, lambda: rt.host_call(print)):
        with pytest.raises(art.ClosedError):
            refused()
