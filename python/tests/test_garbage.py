"""The collector: everything a runtime holds for Python can be found, kept and freed by it."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings
import weakref
from typing import Any, Iterator

import pytest
from actors import Counter, Recorder

import actor_rt as art
from actor_rt import aio


class Node(art.Actor):
    """Holds whatever it is given."""

    def __init__(self) -> None:
        self.held: list[object] = []

    def hold(self, *what: object) -> None:
        self.held.extend(what)

    async def park(self, what: object) -> None:
        await self.ctx.sleep(1000.0)
        self.held.append(what)

    async def park_on(self, other: art.Ref[Node], what: object) -> None:
        await other.ask(Node.park, what)

    def arm(self, what: object) -> art.Timer:
        return self.ctx.after(1000.0, Node.hold, what)

    def ask_then(self, other: art.Ref[Node], what: object) -> art.Reply[None]:
        reply = other.ask(Node.park, what)
        reply.then(Node.hold)
        return reply


@pytest.fixture(params=["relaxed", "every allocation"])
def collector(request: pytest.FixtureRequest) -> Iterator[None]:
    """The tests here run twice: the second time the collector runs as often as it can."""
    older = gc.get_threshold()
    if request.param == "every allocation":
        gc.set_threshold(1)
    yield
    gc.set_threshold(*older)


pytestmark = pytest.mark.usefixtures("collector")


def test_an_actor_goes_with_its_last_reference(rt: art.Runtime) -> None:
    node = rt.spawn(Node)
    assert rt.actors == 1
    del node
    rt.run_until_idle()
    assert rt.actors == 0


def test_an_actor_with_messages_stays_until_they_are_handled(rt: art.Runtime) -> None:
    heard: list[object] = []
    rt.spawn(Recorder, heard).tell(Recorder.hear, "last")
    gc.collect()
    rt.run_until_idle()
    assert heard == ["last", art.StopCause("dropped")]


def test_circles_of_actors_are_collected_while_the_runtime_lives(rt: art.Runtime) -> None:
    one, two, own = rt.spawn(Node), rt.spawn(Node), rt.spawn(Node)
    one.tell(Node.hold, two, two.fwd(Node.hold), two.remote())
    two.tell(Node.hold, one)
    own.tell(Node.hold, own)
    rt.run_until_idle()
    assert rt.actors == 3
    gone = [weakref.ref(ref) for ref in (one, two, own)]
    del one, two, own
    gc.collect()
    rt.run_until_idle()
    assert rt.actors == 0 and [ref() for ref in gone] == [None] * 3


def test_a_collected_circle_still_gets_its_hook(rt: art.Runtime) -> None:
    heard: list[object] = []

    class Circle(Recorder):
        def close_circle(self) -> None:
            self.me = self.ctx.ref

    circle = rt.spawn(Circle, heard)
    circle.tell(Circle.close_circle)
    rt.run_until_idle()
    del circle
    gc.collect()
    rt.run_until_idle()
    assert heard == [art.StopCause("dropped")] and rt.actors == 0


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("thread", ["owner", "another"])
@pytest.mark.parametrize(
    "state", ["queued", "stashed", "timed", "parked", "parked on another", "asked", "then", "foreign", "hook", "clock", "callback"]
)
def test_a_circle_through_the_runtime_is_collected(state: str, thread: str) -> None:
    """rt → its store → a message, timer or coroutine → arguments → rt: nobody else holds any of it."""

    class Payload:
        """Something that only the runtime can reach, and that reaches the runtime."""

        def __init__(self, rt: art.Runtime, node: art.Ref[Node]) -> None:
            self.rt = rt
            self.node = node

        def __call__(self, *anything: object) -> float:
            return 0.0

    rt = art.Runtime(clock=art.ManualClock())
    node, other = rt.spawn(Node), rt.spawn(Node)
    payload = Payload(rt, node)
    if state == "queued":
        node.tell(Node.hold, payload)
    elif state == "stashed":
        node.tell(Node.park, None)
        node.tell(Node.hold, payload)
    elif state == "timed":
        node.tell(Node.arm, payload)
    elif state == "parked":
        node.tell(Node.park, payload)
    elif state == "parked on another":
        node.tell(Node.park_on, other, payload)
    elif state == "asked":
        node.ask(Node.park, payload).within(500.0)
    elif state == "then":
        node.tell(Node.ask_then, other, payload)
    elif state == "foreign":
        node.remote().ask(Node.hold, payload)
    elif state == "hook":
        rt.on_error = payload
    elif state == "clock":
        rt.close()
        held: list[Any] = []
        rt = art.Runtime(clock=lambda: float(len(held) * 0))
        node = rt.spawn(Node)
        payload = Payload(rt, node)
        held.append(payload)
    elif state == "callback":
        node.ask(Node.park, None).add_done_callback(payload)
    if state not in ("queued", "foreign"):
        rt.run_until_idle()
    gone = [weakref.ref(payload), weakref.ref(rt), weakref.ref(node)]
    gc.collect()
    assert gone[0]() is payload, "what can be reached stays"

    if thread == "owner":
        del rt, node, other, payload
        held = []
        gc.collect()
    else:
        # Whoever runs the collector next: here another thread.
        gc.disable()
        try:
            del rt, node, other, payload
            held = []
            collector = threading.Thread(target=gc.collect)
            collector.start()
            collector.join()
        finally:
            gc.enable()
    assert [ref() for ref in gone] == [None] * 3


def collect_on(thread: str, things: list[object]) -> None:
    """Drop the last references, and collect, on the owner thread or on another one."""

    def collect() -> None:
        things.clear()
        gc.collect()

    if thread == "owner":
        collect()
        return
    gc.disable()
    try:
        collector = threading.Thread(target=collect)
        collector.start()
        collector.join()
    finally:
        gc.enable()


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("thread", ["owner", "another"])
@pytest.mark.parametrize("end", ["detach", "close"])
def test_a_circle_through_an_attachment_is_collected_once_it_is_detached(end: str, thread: str) -> None:
    """rt → its store → an actor's queued message → the attachment → rt. The loop holds the attachment as long as it watches."""
    loop = asyncio.new_event_loop()

    async def pass_once() -> None:
        await asyncio.sleep(0)

    rt = art.Runtime()
    node = rt.spawn(Node)
    attachment = aio.attach(rt, loop)
    node.tell(Node.hold, node, attachment)
    node.tell(Node.arm, attachment)
    loop.run_until_complete(pass_once())
    gone = [weakref.ref(rt), weakref.ref(node), weakref.ref(attachment)]
    things: list[object] = [rt, node, attachment]
    del rt, node, attachment
    collect_on(thread, things)
    assert [ref() is None for ref in gone] == [False] * 3, "the loop runs it: nothing of it may go"

    known, same = gone[0](), gone[2]()
    assert isinstance(known, art.Runtime) and isinstance(same, aio.Attachment)
    assert aio.attach(known, loop) is same and known.actors == 1
    if end == "detach":
        same.detach()
    else:
        known.close()
    things = [known, same]
    del known, same
    # What the loop was asked for before is forgotten when it comes to it.
    loop.run_until_complete(pass_once())
    collect_on(thread, things)
    assert [ref() for ref in gone] == [None] * 3
    loop.close()


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "unclosed"])
def test_a_loop_that_is_gone_keeps_no_runtime(closed: bool) -> None:
    loop = asyncio.new_event_loop()
    rt = art.Runtime()
    node = rt.spawn(Node)
    node.tell(Node.hold, node, aio.attach(rt, loop))
    gone = [weakref.ref(rt), weakref.ref(node), weakref.ref(loop)]
    if closed:
        loop.close()
    # Nobody closed it: it says so.
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        del rt, node, loop
        gc.collect()
    assert [ref() for ref in gone] == [None] * 3
    said = [" ".join(str(one.message).split()[:2]) for one in warned]
    assert "unclosed <Runtime" in said and ("unclosed event" in said) is not closed


def test_a_failed_handlers_traceback_is_collected(rt: art.Runtime) -> None:
    class Payload:
        pass

    class Fails(art.Actor):
        def go(self, payload: Payload) -> None:
            me = self.ctx.ref
            raise ValueError(me, payload)

    payload = Payload()
    gone = weakref.ref(payload)
    reply = rt.spawn(Fails).ask(Fails.go, payload)
    rt.run_until_idle()
    assert isinstance(reply.exception(), ValueError)
    del reply, payload
    gc.collect()
    assert gone() is None


def test_destructors_of_payloads_may_use_the_runtime(rt: art.Runtime) -> None:
    heard: list[object] = []
    recorder = rt.spawn(Recorder, heard)

    class Tells:
        def __del__(self) -> None:
            recorder.tell(Recorder.hear, "from a destructor")

    victim = rt.spawn(Node)
    victim.tell(Node.hold, Tells())
    victim.kill()
    rt.run_until_idle()
    assert heard == ["from a destructor"]


def test_weakref_callbacks_may_use_the_runtime(rt: art.Runtime) -> None:
    heard: list[object] = []
    recorder = rt.spawn(Recorder, heard)
    node = rt.spawn(Node)
    watch = weakref.ref(node, lambda _: recorder.tell(Recorder.hear, "gone"))
    del node
    rt.run_until_idle()
    assert watch() is None and heard == ["gone"]


def test_nothing_is_left_after_much_traffic(rt: art.Runtime) -> None:
    def round() -> int:
        counter = rt.spawn(Counter)
        for _ in range(50):
            counter.tell(Counter.add)
            counter.ask(Counter.add)
        refused = counter.ask(Counter.refuse)
        rt.run_until_idle()
        assert refused.exception()
        del counter, refused
        rt.run_until_idle()
        gc.collect()
        return len(gc.get_objects())

    round()
    before = round()
    for _ in range(5):
        after = round()
    assert after - before < 20


def test_an_exception_in_a_cycle_with_its_reply_is_told_of_in_one_piece(
    rt: art.Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    """The reply's destructor looked at an exception that the collector had taken apart, which ended the process."""
    reply = rt.spawn(Failing).ask(Failing.fail)
    rt.on_error = lambda error, info: None
    rt.run_until_idle()
    reply.add_done_callback(keep_on_exception)
    del reply
    gc.collect()
    assert caplog.text.count("nobody looked at the exception of a reply: ValueError: in one piece") == 1


class Failing(art.Actor):
    def fail(self) -> None:
        raise ValueError("in one piece")


def keep_on_exception(reply: art.Reply[None]) -> None:
    # Not by its methods, which would be a look at it.
    error = next(one for one in gc.get_referents(reply) if isinstance(one, ValueError))
    setattr(error, "reply", reply)
