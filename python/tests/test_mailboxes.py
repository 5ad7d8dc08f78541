"""Mailboxes: what waits for a coroutine is in them, sends that wait for room, priorities, times to live, other actors that help."""

from __future__ import annotations

import pytest
from actors import Counter, Recorder

import actor_rt as art


class Slow(Recorder):
    """Handles some messages in a second, and others at once."""

    async def slowly(self, what: object, seconds: float = 1.0) -> None:
        await self.ctx.sleep(seconds)
        self.heard.append(what)

    @art.reentrant
    def look(self) -> int:
        return len(self.heard)

    def remind(self, what: object) -> None:
        self.ctx.after(0.5, Slow.hear, what)

    async def offers(self, to: art.Ref[Recorder], *whats: object) -> int:
        for what in whats:
            await to.offer(Recorder.hear, what)
        return len(whats)


@pytest.fixture
def heard() -> list[object]:
    return []


@pytest.mark.parametrize(("overflow", "kept"), [("drop_newest", [1, 2]), ("drop_oldest", [3, 4])])
def test_what_waits_for_a_coroutine_waits_within_the_bound(
    rt: art.Runtime, clock: art.ManualClock, heard: list[object], overflow: str, kept: list[object]
) -> None:
    slow = rt.spawn(Slow, heard)
    slow.set_mailbox(2, overflow=overflow)  # type: ignore[arg-type]
    slow.tell(Slow.slowly, 0)
    for number in range(1, 5):
        rt.run_until_idle()
        slow.tell(Slow.hear, number)
    rt.run_until_idle()
    assert heard == [] and rt.dead_letters == 2
    clock.advance(1.0)
    rt.run_until_idle()
    assert heard == [0, *kept]


def test_a_full_mailbox_keeps_no_coroutine_from_going_on(rt: art.Runtime, clock: art.ManualClock, heard: list[object]) -> None:
    slow, counter = rt.spawn(Slow, heard), rt.spawn(Counter)
    slow.set_mailbox(1)
    slow.tell(Slow.slowly, "done")
    rt.run_until_idle()
    slow.tell(Slow.hear, "next")
    clock.advance(1.0)
    rt.run_until_idle()
    assert heard == ["done", "next"] and rt.dead_letters == 0
    assert rt.run_until(counter.ask(Counter.add)) == 1


def test_a_drain_waits_for_a_coroutine_and_what_was_sent_before(
    rt: art.Runtime, clock: art.ManualClock, heard: list[object]
) -> None:
    slow = rt.spawn(Slow, heard)
    for number in range(3):
        slow.tell(Slow.slowly, number)
    slow.drain()
    late = slow.ask(Slow.hear, "late")
    for _ in range(3):
        rt.run_until_idle()
        assert slow.alive
        clock.advance(1.0)
    rt.run_until_idle()
    assert heard == [0, 1, 2, art.StopCause("stopped")] and not slow.alive
    assert isinstance(late.exception(), art.ReplyDropped)


def test_timers_come_between_a_coroutine_and_what_waits(rt: art.Runtime, clock: art.ManualClock, heard: list[object]) -> None:
    slow = rt.spawn(Slow, heard)
    slow.tell(Slow.remind, "reminder")
    slow.tell(Slow.slowly, "slow")
    slow.tell(Slow.hear, "waits")
    look = slow.ask(Slow.look)
    rt.run_until_idle()
    assert look.result() == 0
    clock.advance(0.5)
    rt.run_until_idle()
    assert heard == [], "one message at a time"
    clock.advance(0.5)
    rt.run_until_idle()
    assert heard == ["slow", "reminder", "waits"]


def test_a_pause_during_a_coroutine_begins_with_its_end(rt: art.Runtime, clock: art.ManualClock, heard: list[object]) -> None:
    slow = rt.spawn(Slow, heard)
    slow.tell(Slow.slowly, 0)
    slow.tell(Slow.hear, 1)
    rt.run_until_idle()
    assert slow.pause() and not slow.pause()
    assert slow.resume() and not slow.resume() and slow.pause()
    clock.advance(1.0)
    rt.run_until_idle()
    assert heard == [0] and slow.resume()
    rt.run_until_idle()
    assert heard == [0, 1]


def test_what_is_offered_is_taken_when_there_is_room(rt: art.Runtime, clock: art.ManualClock, heard: list[object]) -> None:
    slow = rt.spawn(Slow, heard)
    slow.set_mailbox(1)
    slow.tell(Slow.slowly, "first")
    rt.run_until_idle()
    taken = [slow.offer(Slow.slowly, number) for number in range(3)]
    rt.run_until_idle()
    assert [reply.done() for reply in taken] == [True, False, False]
    for _ in range(4):
        clock.advance(1.0)
        rt.run_until_idle()
    assert [reply.result() for reply in taken] == [None] * 3
    assert heard == ["first", 0, 1, 2] and rt.dead_letters == 0


def test_a_handler_offers_and_goes_on_when_it_was_taken(rt: art.Runtime, heard: list[object]) -> None:
    slow, recorder = rt.spawn(Slow, []), rt.spawn(Recorder, heard)
    recorder.set_mailbox(1)
    assert rt.run_until(slow.ask(Slow.offers, recorder, *range(20))) == 20
    rt.run_until_idle()
    assert heard == list(range(20)) and rt.dead_letters == 0


def test_an_offer_has_one_outcome(rt: art.Runtime, clock: art.ManualClock, heard: list[object]) -> None:
    slow = rt.spawn(Slow, heard)
    slow.set_mailbox(1)
    slow.tell(Slow.slowly, "first", 10.0)
    rt.run_until_idle()
    slow.tell(Slow.hear, "waits")
    late, withdrawn, lost = slow.offer(Slow.hear, "late", within=2.0), slow.offer(Slow.hear, "withdrawn"), slow.offer(Slow.hear, "lost")
    rt.run_until_idle()
    assert withdrawn.cancel()
    clock.advance(2.0)
    rt.run_until_idle()
    with pytest.raises(art.NoRoom):
        late.result()
    slow.kill()
    rt.run_until_idle()
    assert isinstance(lost.exception(), art.ActorStopped) and isinstance(withdrawn.exception(), art.AskCancelled)
    with pytest.raises(art.ActorStopped):
        rt.run_until(slow.offer(Slow.hear, "too late"))
    assert heard == []
    with pytest.raises(ValueError):
        rt.spawn(Slow, heard).offer(Slow.hear, 1, within=-1.0)


def test_a_withdrawn_offer_is_not_handled(rt: art.Runtime, heard: list[object]) -> None:
    recorder = rt.spawn(Recorder, heard)
    recorder.set_mailbox(1)
    recorder.tell(Recorder.hear, 1)
    withdrawn, timed = recorder.offer(Recorder.hear, 2), recorder.offer(Recorder.hear, 3)
    assert withdrawn.cancel()
    rt.run_until_idle()
    assert timed.result() is None and heard == [1, 3]


def test_a_rate_lets_offers_wait(rt: art.Runtime, clock: art.ManualClock, heard: list[object]) -> None:
    recorder = rt.spawn(Recorder, heard)
    recorder.set_mailbox(rate=art.Rate(1, 2.0))
    offers = [recorder.offer(Recorder.hear, number) for number in range(3)]
    for second in range(3):
        rt.run_until_idle()
        assert heard == list(range(second + 1))
        clock.advance(2.0)
    assert [offer.result() for offer in offers] == [None] * 3


def test_room_is_told_at_the_mark(rt: art.Runtime, clock: art.ManualClock, heard: list[object]) -> None:
    slow = rt.spawn(Slow, heard)
    assert rt.run_until(slow.room()) is None
    for number in range(4):
        slow.tell(Slow.slowly, number)
    rt.run_until_idle()
    low, empty = slow.room(2), slow.room()
    rt.run_until_idle()
    assert not low.done()
    clock.advance(1.0)
    rt.run_until_idle()
    assert low.done() and not empty.done()
    slow.kill()
    rt.run_until_idle()
    assert isinstance(empty.exception(), art.ActorStopped)
    with pytest.raises(art.ActorStopped):
        rt.run_until(slow.room())


def test_urgent_messages_come_first(rt: art.Runtime, heard: list[object]) -> None:
    recorder = rt.spawn(Recorder, heard)
    recorder.set_mailbox(10)
    recorder.sending(priority="low").tell(Recorder.hear, "low")
    recorder.tell(Recorder.hear, "normal")
    reply = recorder.sending(priority="high").ask(Recorder.hear, "high")
    rt.run_until_idle()
    assert heard == ["high", "normal", "low"] and reply.result() is None
    with pytest.raises(ValueError):
        recorder.sending(priority="urgent")  # type: ignore[arg-type]


def test_a_message_that_waited_too_long_is_not_handled(rt: art.Runtime, clock: art.ManualClock, heard: list[object]) -> None:
    slow = rt.spawn(Slow, heard)
    slow.tell(Slow.slowly, "first")
    brief = slow.sending(ttl=0.5)
    brief.tell(Slow.hear, "late")
    late = brief.ask(Slow.hear, "late, too")
    offered = slow.offer(Slow.hear, "offered", ttl=0.5)
    slow.sending(ttl=5.0).tell(Slow.hear, "in time")
    rt.run_until_idle()
    clock.advance(1.0)
    rt.run_until_idle()
    assert heard == ["first", "in time"] and rt.dead_letters == 3 and offered.result() is None
    with pytest.raises(art.ReplyDropped, match="longer than it may"):
        late.result()


def test_a_lost_ask_with_a_priority_is_answered(rt: art.Runtime, heard: list[object]) -> None:
    recorder = rt.spawn(Recorder, heard)
    recorder.set_mailbox(1)
    recorder.tell(Recorder.hear, 1)
    lost = recorder.sending(priority="high").ask(Recorder.hear, 2)
    rt.run_until_idle()
    assert isinstance(lost.exception(), art.MailboxFull) and heard == [1] and rt.dead_letters == 0
    recorder.kill()
    rt.run_until_idle()
    assert isinstance(recorder.sending().ask(Recorder.hear, 3).exception(), art.ActorStopped)


def test_too_many_messages_may_go_to_another_actor(rt: art.Runtime, heard: list[object]) -> None:
    class Loud(Recorder):
        def hear(self, what: object) -> None:
            super().hear(f"{what}!")

    others: list[object] = []
    recorder, other = rt.spawn(Recorder, heard), rt.spawn(Loud, others)
    recorder.set_mailbox(1, overflow=other)
    replies = [recorder.ask(Recorder.hear, number) for number in range(3)]
    rt.run_until_idle()
    assert heard == [0] and others == ["1!", "2!"] and [reply.result() for reply in replies] == [None] * 3
    with pytest.raises(TypeError, match="another actor of that class"):
        recorder.set_mailbox(1, overflow=rt.spawn(Counter))  # type: ignore[arg-type]


def test_all_mailboxes_may_have_a_bound(clock: art.ManualClock, heard: list[object]) -> None:
    with art.Runtime(clock=clock, maxlen=2) as rt:
        recorder = rt.spawn(Recorder, heard)
        for number in range(2):
            recorder.tell(Recorder.hear, number)
        with pytest.raises(art.MailboxFull):
            recorder.tell(Recorder.hear, 2)
        rt.run_until_idle()
        assert heard == [0, 1] and rt.dead_letters == 0
        remote = recorder.remote()
        for number in range(4, 6):
            remote.tell(Recorder.hear, number)
        rt.run_until_idle()
        for number in range(6, 8):
            recorder.tell(Recorder.hear, number)
        rt.run_until_idle()
        assert heard == [0, 1, 4, 5, 6, 7]
