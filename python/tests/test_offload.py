"""Work for other threads, whose result is a reply."""

from __future__ import annotations

import contextvars
import threading

import pytest
from actors import Recorder

import actor_rt as art


class Worker(art.Actor):
    async def work(self, n: int) -> tuple[int, str]:
        return await self.ctx.offload(square, n)

    def start(self) -> None:
        self.ctx.offload(fail).then(Worker.done, Worker.failed)

    def done(self, what: object) -> None: ...

    def failed(self, error: BaseException) -> None:
        raise error


def square(n: int) -> tuple[int, str]:
    return n * n, threading.current_thread().name


def fail() -> None:
    raise LookupError("not there")


@pytest.fixture
def rt() -> art.Runtime:
    return art.Runtime(threads=2)


def test_another_thread_does_it_and_the_reply_has_the_result(rt: art.Runtime) -> None:
    with rt:
        workers = [rt.spawn(Worker) for _ in range(5)]
        answers = [worker.ask(Worker.work, n) for n, worker in enumerate(workers)]
        results = [rt.run_until(answer) for answer in answers]
        assert [n for n, _ in results] == [0, 1, 4, 9, 16]
        names = {name for _, name in results}
        assert len(names) <= 2 and all(name.startswith("actor_rt") for name in names)
        with pytest.raises(LookupError):
            rt.run_until(rt.offload(fail))
        ended = workers[0].ended()
        workers[0].tell(Worker.start)
        assert isinstance(rt.run_until(ended).error, LookupError)


def test_the_function_has_the_callers_context(rt: art.Runtime) -> None:
    tenant: contextvars.ContextVar[str] = contextvars.ContextVar("tenant", default="nobody's")
    with rt:
        tenant.set("the caller's")
        assert rt.run_until(rt.offload(tenant.get)) == "the caller's"


def test_what_has_not_begun_can_be_withdrawn(rt: art.Runtime) -> None:
    with rt:
        go = threading.Event()
        blocked = [rt.offload(go.wait) for _ in range(2)]
        made: list[object] = []
        waits = rt.offload(made.append, 1)
        assert waits.cancel()
        go.set()
        assert [rt.run_until(one) for one in blocked] == [True, True]
        rt.run_until(rt.offload(int))
        assert not made


def test_a_closed_runtime_waits_for_no_thread(rt: art.Runtime) -> None:
    go = threading.Event()
    running = [rt.offload(go.wait) for _ in range(2)]
    waiting = rt.offload(int)
    before = threading.active_count()
    try:
        rt.close()
        for reply in (*running, waiting):
            assert isinstance(reply.exception(), art.ReplyDropped)
    finally:
        go.set()
    for thread in threading.enumerate():
        if thread.name.startswith("actor_rt"):
            thread.join(30.0)
            assert not thread.is_alive()
    assert threading.active_count() < before


def test_a_recorder_may_outlive_the_work(rt: art.Runtime) -> None:
    with rt:
        heard: list[object] = []
        recorder = rt.spawn(Recorder, heard)
        reply = rt.offload(square, 3)
        reply.forward(recorder.fwd(Recorder.hear), lambda result: result[0])
        rt.run_until(reply)
        rt.run_until_idle()
        assert heard == [9]


def test_what_cannot_be_offloaded_leaves_nothing_behind() -> None:
    with art.Runtime(threads=0) as rt:
        with pytest.raises(TypeError, match="takes a function"):
            rt.offload(None)  # type: ignore[arg-type]
        with pytest.raises(ValueError):
            rt.offload(int)
        assert rt.run_until_idle() == 0
