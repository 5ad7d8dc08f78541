"""Asking: several at once, passing an ask on, asking once for many, deadlines and what is left of them."""

from __future__ import annotations

import gc
import math
import weakref

import pytest
from actors import Recorder

import actor_rt as art


class Node(art.Actor):
    def __init__(self, number: int) -> None:
        self.number = number
        self.asked = 0

    def vote(self, plus: int = 0) -> int:
        self.asked += 1
        return self.number + plus

    async def slowly(self, seconds: float) -> int:
        await self.ctx.sleep(seconds)
        return self.number

    async def later(self) -> int:
        await self.ctx.sleep(float(self.number))
        return self.number

    def fail(self) -> int:
        raise ValueError(self.number)

    def left(self) -> tuple[float | None, float | None]:
        return self.ctx.deadline, self.ctx.remaining

    async def left_later(self) -> float | None:
        await self.ctx.sleep(1.0)
        return self.ctx.remaining

    async def all_of(self, others: list[art.Ref[Node]]) -> list[int | BaseException]:
        return await self.ctx.runtime.ask_all(others, Node.vote)

    async def all_later(self, others: list[art.Ref[Node]]) -> list[int | BaseException]:
        return await self.ctx.runtime.ask_all(others, Node.waits_for, self.ctx.ref)

    async def waits_for(self, other: art.Ref[Node]) -> int:
        return await other.ask(Node.vote)


def nodes(rt: art.Runtime, count: int = 3) -> list[art.Ref[Node]]:
    return [rt.spawn(Node, number) for number in range(1, count + 1)]


def test_all_outcomes_come_in_order(rt: art.Runtime, clock: art.ManualClock) -> None:
    actors = nodes(rt)
    assert rt.run_until(rt.ask_all(actors, Node.vote, 10)) == [11, 12, 13]
    late = rt.ask_all(reversed(actors), Node.later)
    rt.run_until_idle()
    assert not late.done()
    clock.advance(3.0)
    assert rt.run_until(late) == [3, 2, 1]
    assert rt.run_until(rt.ask_all([], Node.vote)) == []


def test_who_does_not_answer_is_an_outcome_in_its_place(rt: art.Runtime, clock: art.ManualClock) -> None:
    actors = nodes(rt)
    actors[0].kill()
    rt.run_until_idle()
    answers = rt.ask_all(actors, Node.later, within=2.5)
    for seconds in (0.0, 2.0, 0.5):
        clock.advance(seconds)
        rt.run_until_idle()
    first, second, third = answers.result()
    assert isinstance(first, art.ActorStopped) and second == 2 and isinstance(third, art.AskTimeout)


def test_the_first_answer_is_enough(rt: art.Runtime, clock: art.ManualClock) -> None:
    actors = nodes(rt)
    actors[0].kill()
    reply = rt.ask_first(actors, Node.later)
    rt.run_until_idle()
    clock.advance(2.0)
    rt.run_until_idle()
    assert reply.result() == 2
    with pytest.raises(art.NoQuorum, match="0 of 1 answered") as caught:
        rt.run_until(rt.ask_first(actors[:1], Node.vote))
    assert isinstance(caught.value.outcomes[0], art.ActorStopped)
    with pytest.raises(art.NoQuorum):
        rt.run_until(rt.ask_first([], Node.vote))


def test_a_quorum_is_enough_and_its_lack_is_known_early(rt: art.Runtime, clock: art.ManualClock) -> None:
    actors = nodes(rt, 4)
    reply = rt.ask_quorum(2, actors, Node.later)
    rt.run_until_idle()
    clock.advance(2.0)
    rt.run_until_idle()
    one, two, three, four = reply.result()
    assert (one, two) == (1, 2) and isinstance(three, art.AskCancelled) and isinstance(four, art.AskCancelled)
    for actor in actors[:3]:
        actor.kill()
    with pytest.raises(art.NoQuorum) as caught:
        rt.run_until(rt.ask_quorum(2, actors, Node.slowly, 1000.0))
    assert isinstance(caught.value.outcomes[3], art.AskCancelled), "it was not waited for"
    with pytest.raises(ValueError):
        rt.ask_quorum(0, actors, Node.vote)


def test_withdrawing_an_ask_of_many_withdraws_each(rt: art.Runtime, clock: art.ManualClock) -> None:
    heard: list[object] = []
    recorders = [rt.spawn(Recorder, heard) for _ in range(3)]
    reply = rt.ask_all(recorders, Recorder.hear, "withdrawn")
    assert reply.cancel() and reply.cancelled()
    assert rt.run_until(rt.ask_all(recorders, Recorder.hear, "heard")) == [None] * 3
    assert isinstance(reply.exception(), art.AskCancelled) and heard == ["heard"] * 3
    late = rt.ask_all(nodes(rt), Node.slowly, 10.0).within(1.0)
    rt.run_until_idle()
    clock.advance(1.0)
    rt.run_until_idle()
    assert isinstance(late.exception(), art.AskTimeout)


def test_a_handler_awaits_many_and_a_circle_through_them_is_refused(rt: art.Runtime) -> None:
    rt.on_error = lambda error, info: None
    boss, *others = nodes(rt)
    assert rt.run_until(boss.ask(Node.all_of, others)) == [2, 3]
    answers = rt.run_until(boss.ask(Node.all_later, others))
    assert [type(answer) for answer in answers] == [art.WouldDeadlock] * 2
    assert "Node#2 waits for Node#1 waits for Node#2" in str(answers[0])
    with pytest.raises(art.WouldDeadlock, match="Node#1 waits for Node#1"):
        rt.run_until(boss.ask(Node.all_of, [boss]))


def test_a_handler_passes_its_ask_on_by_returning_the_reply(rt: art.Runtime, clock: art.ManualClock) -> None:
    class Front(art.Actor):
        def vote(self, node: art.Ref[Node]) -> art.Reply[int]:
            return node.ask(Node.slowly, 1.0)

        def fail(self, node: art.Ref[Node]) -> art.Reply[int]:
            return node.ask(Node.fail)

        def free(self) -> str:
            return "free"

    rt.on_error = lambda error, info: None
    front, node = rt.spawn(Front), rt.spawn(Node, 7)
    reply, withdrawn = front.ask(Front.vote, node), front.ask(Front.vote, node)
    assert rt.run_until(front.ask(Front.free)) == "free", "nobody waits in it"
    assert withdrawn.cancel()
    clock.advance(1.0)
    assert rt.run_until(reply) == 7
    with pytest.raises(ValueError, match="7"):
        rt.run_until(front.ask(Front.fail, node))
    assert front.alive and not node.alive


def test_an_answer_is_mapped_and_forwarded(rt: art.Runtime, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[object] = []
    node, recorder = rt.spawn(Node, 7), rt.spawn(Recorder, heard)
    assert rt.run_until(node.ask(Node.vote).map(lambda vote: f"vote {vote}")) == "vote 7"
    node.ask(Node.vote).forward(recorder.fwd(Recorder.hear))
    node.ask(Node.vote).forward(recorder.fwd(Recorder.hear), lambda vote: vote * 2)
    rt.run_until_idle()
    assert heard == [7, 14]

    mapped = node.ask(Node.vote).map(lambda vote: vote // 0)
    with pytest.raises(ZeroDivisionError):
        rt.run_until(mapped)
    asked = node.ask(Node.vote)
    assert asked.map(str).cancel() and asked.cancelled()
    errors: list[type] = []
    rt.on_error = lambda error, info: errors.append(type(error))
    node.ask(Node.vote).forward(recorder.fwd(Recorder.hear), lambda vote: vote // 0)
    node.ask(Node.fail).forward(recorder.fwd(Recorder.hear))
    rt.run_until_idle()
    assert heard == [7, 14] and errors == [ZeroDivisionError, ValueError]
    assert "nobody looked at the exception" in caplog.text


class Link(art.Actor):
    def __init__(self, after: art.Ref[Link] | None) -> None:
        self.after = after

    def answer(self) -> int | art.Reply[int]:
        if self.after is None:
            return 7
        answer: art.Reply[int] = self.after.ask(Link.answer)
        return answer


# A chain of replies was walked by recursion, and ended the process by a stack overflow.
LONG = 100_000


@pytest.mark.parametrize("end", ["answered", "withdrawn", "closed"])
def test_an_ask_is_passed_on_as_often_as_one_likes(clock: art.ManualClock, end: str) -> None:
    with art.Runtime(clock=clock) as rt:
        first: art.Ref[Link] | None = None
        for _ in range(LONG):
            first = rt.spawn(Link, first)
        assert first is not None
        answer: art.Reply[int] = first.ask(Link.answer)
        if end != "answered":
            rt.step(max_messages=LONG // 2, max_seconds=None)
            assert not answer.done()
        if end == "withdrawn":
            assert answer.cancel()
        if end != "closed":
            rt.run_until_idle()
    if end == "answered":
        assert answer.result() == 7
    else:
        assert isinstance(answer.exception(), art.ReplyDropped if end == "closed" else art.AskCancelled)


@pytest.mark.parametrize("end", ["answered", "withdrawn", "closed", "collected"])
def test_an_answer_is_mapped_as_often_as_one_likes(clock: art.ManualClock, end: str) -> None:
    rt = art.Runtime(clock=clock)
    first = rt.spawn(Node, 0).ask(Node.vote)
    last = first
    for _ in range(LONG):
        last = last.map(lambda answer: answer + 1)
    if end == "collected":
        # Nobody has anything of it any more, but the warning that nobody closed it.
        del first, last
        with pytest.warns(ResourceWarning):
            del rt
            gc.collect()
        return
    if end == "withdrawn":
        assert last.cancel() and first.cancelled()
    if end == "closed":
        rt.close()
        assert isinstance(last.exception(), art.ReplyDropped)
    else:
        rt.run_until_idle()
        rt.close()
    if end == "answered":
        assert last.result() == LONG


def test_many_who_ask_the_same_are_answered_by_one_ask(rt: art.Runtime, clock: art.ManualClock) -> None:
    class Names(art.Actor):
        def __init__(self, store: art.Ref[Node]) -> None:
            self.store = store
            self.asked: art.Coalesce[int, int] = art.Coalesce()

        def name(self, id: int) -> art.Reply[int]:
            return self.asked.join(id, lambda: self.store.ask(Node.later))

        def state(self) -> tuple[int, bool]:
            return len(self.asked), 7 in self.asked

        def give_up(self, id: int) -> bool:
            return self.asked.fail(id)

    rt.on_error = lambda error, info: None
    store = rt.spawn(Node, 2)
    names = rt.spawn(Names, store)
    replies = [names.ask(Names.name, 7) for _ in range(3)]
    assert rt.run_until(names.ask(Names.state)) == (1, True)
    assert replies[0].cancel(), "who withdraws withdraws for itself alone"
    clock.advance(2.0)
    rt.run_until_idle()
    assert [reply.result() for reply in replies[1:]] == [2, 2]
    assert rt.run_until(names.ask(Names.state)) == (0, False)
    again = names.ask(Names.name, 7)
    rt.run_until_idle()
    assert rt.run_until(names.ask(Names.give_up, 7)) and isinstance(again.exception(), art.AskCancelled)
    assert not rt.run_until(names.ask(Names.give_up, 7))
    failed = names.ask(Names.name, 1)
    rt.run_until_idle()
    store.kill()
    rt.run_until_idle()
    assert isinstance(failed.exception(), art.ReplyDropped)


def test_a_handler_sees_its_deadline_and_what_is_left(rt: art.Runtime, clock: art.ManualClock) -> None:
    node = rt.spawn(Node, 1)
    assert rt.run_until(node.ask(Node.left)) == (None, None)
    reply = node.ask(Node.left).within(5.0)
    clock.advance(2.0)
    assert rt.run_until(reply) == (5.0, 3.0)
    later = node.ask(Node.left_later).within(10.0)
    rt.run_until_idle()
    clock.advance(1.0)
    assert rt.run_until(later) == 9.0
    told: list[object] = []
    node.ask(Node.left).within(None).add_done_callback(lambda reply: told.append(reply.result()))
    rt.run_until_idle()
    assert told == [(None, None)]


def test_every_ask_may_have_a_deadline(clock: art.ManualClock) -> None:
    with art.Runtime(clock=clock, ask_within=2.0) as rt:
        node = rt.spawn(Node, 1)
        late, patient = node.ask(Node.slowly, 10.0), rt.spawn(Node, 2).ask(Node.slowly, 10.0).within(math.inf)
        foreign = node.remote().ask(Node.slowly, 10.0)
        assert rt.run_until(rt.spawn(Node, 3).ask(Node.left)) == (2.0, 2.0)
        clock.advance(2.0)
        rt.run_until_idle()
        assert isinstance(late.exception(), art.AskTimeout) and isinstance(foreign.exception(0), art.AskTimeout)
        clock.advance(8.0)
        assert rt.run_until(patient) == 2
    with pytest.raises(ValueError):
        art.Runtime(ask_within=0.0)


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("state", ["all", "mapped", "forwarded", "passed on", "offered"])
def test_a_circle_through_an_ask_is_collected(state: str) -> None:
    """rt → its store → a reply that others wait for → a function → rt."""

    class Payload:
        def __init__(self, *held: object) -> None:
            self.held = held

        def __call__(self, *anything: object) -> None: ...

    class Front(art.Actor):
        def ask(self, node: art.Ref[Node], payload: Payload) -> art.Reply[int]:
            return node.ask(Node.slowly, 1000.0)

    rt = art.Runtime(clock=art.ManualClock())
    actors, payload = nodes(rt), Payload(rt)
    if state == "all":
        rt.ask_all(actors, Node.slowly, 1000.0).add_done_callback(payload)
    elif state == "mapped":
        actors[0].ask(Node.slowly, 1000.0).map(payload)
    elif state == "forwarded":
        actors[0].ask(Node.slowly, 1000.0).forward(print, payload)
    elif state == "passed on":
        rt.spawn(Front).ask(Front.ask, actors[0], payload).add_done_callback(payload)
    elif state == "offered":
        actors[0].set_mailbox(1)
        actors[0].tell(Node.slowly, 1000.0)
        rt.run_until_idle()
        actors[0].tell(Node.vote)
        actors[0].offer(Node.vote, payload)  # type: ignore[arg-type]
    rt.run_until_idle()
    gone = [weakref.ref(payload), weakref.ref(rt)]
    gc.collect()
    assert gone[0]() is payload, "what can be reached stays"
    del rt, actors, payload
    gc.collect()
    assert [ref() for ref in gone] == [None] * 2


def test_nothing_is_left_of_asks_that_are_over(rt: art.Runtime) -> None:
    actors = nodes(rt)

    def round() -> int:
        for _ in range(20):
            rt.run_until(rt.ask_all(actors, Node.vote))
            rt.run_until(rt.ask_first(actors, Node.vote))
            rt.run_until(actors[0].ask(Node.vote).map(str))
            rt.run_until(actors[0].offer(Node.vote))
            rt.run_until(actors[0].room())
        rt.run_until_idle()
        gc.collect()
        return len(gc.get_objects())

    round()
    before = round()
    for _ in range(5):
        after = round()
    assert after - before < 20


class Hop(art.Actor):
    def __init__(self, after: art.Ref[Hop] | None) -> None:
        self.after = after

    def go(self) -> int | art.Reply[int]:
        if self.after is None:
            return 7
        answer: art.Reply[int] = self.ctx.runtime.ask_first([self.after], Hop.go)
        return answer


@pytest.mark.parametrize("end", ["answered", "withdrawn"])
def test_asks_of_several_are_nested_as_deep_as_one_likes(clock: art.ManualClock, end: str) -> None:
    # Each of them was finished inside of the one before: a stack overflow.
    with art.Runtime(clock=clock) as rt:
        first: art.Ref[Hop] | None = None
        for _ in range(20_000):
            first = rt.spawn(Hop, first)
        assert first is not None
        answer: art.Reply[int] = first.ask(Hop.go)
        if end == "withdrawn":
            rt.step(max_messages=10_000, max_seconds=None)
            assert answer.cancel()
            rt.run_until_idle()
        else:
            assert rt.run_until(answer) == 7


def test_an_answer_that_is_a_stopiteration_is_no_answer(rt: art.Runtime) -> None:
    class Waits(art.Actor):
        async def wait(self) -> object:
            return await self.ctx.host_call(next, iter(()))

    with pytest.raises(RuntimeError, match="StopIteration"):
        rt.run_until(rt.spawn(Waits).ask(Waits.wait))


def test_then_is_owed_to_an_actor_whose_mailbox_is_full(rt: art.Runtime) -> None:
    class Full(art.Actor):
        def __init__(self) -> None:
            self.heard: list[object] = []

        def start(self, other: art.Ref[Node]) -> None:
            other.ask(Node.vote).then(Full.hear)
            self.ctx.ref.tell(Full.hear, "waits")

        def hear(self, what: object) -> None:
            self.heard.append(what)

        def report(self) -> list[object]:
            return self.heard

    full = rt.spawn(Full)
    full.set_mailbox(1)
    full.tell(Full.start, nodes(rt)[0])
    rt.run_until_idle()
    heard = rt.run_until(full.ask(Full.report))
    assert sorted(map(str, heard)) == ["1", "waits"] and rt.dead_letters == 0
