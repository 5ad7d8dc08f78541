"""What is around actors: names, groups, mailboxes, pauses, drains, links, monitors, and a look into all of it."""

from __future__ import annotations

import gc

import pytest
from actors import Counter, Recorder

import actor_rt as art


def test_a_name_finds_its_actor_and_keeps_nobody_alive(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter, 5)
    rt.register("counter", counter)
    rt.register("counter", counter)
    assert rt.lookup("counter") == counter and rt.lookup("nobody") is None
    with pytest.raises(art.NameTaken):
        rt.register("counter", rt.spawn(Counter))
    assert rt.unregister("counter") and not rt.unregister("counter")
    rt.register("again", counter)
    del counter
    gc.collect()
    rt.run_until_idle()
    assert rt.lookup("again") is None


def test_who_has_ended_gets_no_name_and_joins_no_group(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    counter.kill()
    rt.run_until_idle()
    with pytest.raises(art.ActorStopped):
        rt.register("counter", counter)
    with pytest.raises(art.ActorStopped):
        rt.join_group("counters", counter)


def test_an_actor_of_another_runtime_is_refused(rt: art.Runtime, clock: art.ManualClock) -> None:
    with art.Runtime(clock=clock) as other:
        counter = other.spawn(Counter)
        with pytest.raises(ValueError):
            rt.register("counter", counter)


def test_a_group_is_told_in_the_order_of_joining(rt: art.Runtime) -> None:
    heard: list[object] = []
    recorders = [rt.spawn(Recorder, heard) for _ in range(3)]
    for recorder in recorders:
        assert rt.join_group("all", recorder) and not rt.join_group("all", recorder)
    assert rt.members("all") == recorders and rt.members("nobody") == []
    assert rt.tell_group("all", Recorder.hear, "news") == 3
    rt.run_until_idle()
    assert heard == ["news"] * 3
    assert rt.leave_group("all", recorders[0]) and not rt.leave_group("all", recorders[0])
    recorders[1].kill()
    rt.run_until_idle()
    assert rt.members("all") == [recorders[2]]


def test_a_drained_actor_handles_what_was_sent_before(rt: art.Runtime) -> None:
    heard: list[object] = []
    recorder = rt.spawn(Recorder, heard)
    recorder.tell(Recorder.hear, 1)
    recorder.drain()
    recorder.tell(Recorder.hear, 2)
    late = recorder.ask(Recorder.hear, 3)
    rt.run_until_idle()
    assert heard == [1, art.StopCause("stopped")] and not recorder.alive
    assert rt.dead_letters == 2
    with pytest.raises(art.ReplyDropped):
        late.result()


def test_a_paused_actor_keeps_its_messages(rt: art.Runtime) -> None:
    heard: list[object] = []
    recorder = rt.spawn(Recorder, heard)
    assert recorder.pause() and not recorder.pause()
    recorder.tell(Recorder.hear, 1)
    recorder.tell(Recorder.hear, 2)
    rt.run_until_idle()
    assert heard == []
    assert recorder.resume() and not recorder.resume()
    rt.run_until_idle()
    assert heard == [1, 2]


@pytest.mark.parametrize(
    ("overflow", "kept"), [("drop_newest", [1, 2]), ("drop_oldest", [3, 4])]
)
def test_a_mailbox_has_a_bound(rt: art.Runtime, overflow: str, kept: list[object]) -> None:
    heard: list[object] = []
    recorder = rt.spawn(Recorder, heard)
    recorder.set_mailbox(2, overflow=overflow)  # type: ignore[arg-type]
    for number in range(1, 5):
        recorder.tell(Recorder.hear, number)
    rt.run_until_idle()
    assert heard == kept and rt.dead_letters == 2


def test_who_finds_no_room_is_told_and_a_callback_that_does_loses_its_message(rt: art.Runtime) -> None:
    heard: list[object] = []
    recorder = rt.spawn(Recorder, heard)
    recorder.set_mailbox(1)
    recorder.tell(Recorder.hear, 1)
    for tell in (recorder.tell, recorder.sending(priority="high").tell):
        with pytest.raises(art.MailboxFull, match="no room for Recorder.hear"):
            tell(Recorder.hear, 2)
    assert rt.dead_letters == 0, "what comes back is not lost"
    recorder.fwd(Recorder.hear)(3)
    recorder.remote().tell(Recorder.hear, 4)
    offered = recorder.offer(Recorder.hear, 5)
    rt.run_until_idle()
    # Another thread's message came when there was room again.
    assert heard[0] == 1 and 3 not in heard and offered.result() is None
    assert rt.dead_letters == (1 if 4 in heard else 2)


def test_an_ask_that_finds_no_room_is_answered(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    counter.set_mailbox(1)
    counter.tell(Counter.add)
    lost = counter.ask(Counter.add)
    rt.run_until_idle()
    with pytest.raises(art.MailboxFull, match="no room"):
        lost.result()


def test_an_actor_may_fail_when_it_cannot_keep_up(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    counter.set_mailbox(1, overflow="fail")
    ended = counter.ended()
    counter.tell(Counter.add)
    counter.tell(Counter.add)
    rt.run_until_idle()
    assert ended.result().kind == "failed"
    with pytest.raises(ValueError):
        rt.spawn(Counter).set_mailbox(overflow="never")  # type: ignore[arg-type]


def test_a_rate_sheds_load(rt: art.Runtime, clock: art.ManualClock) -> None:
    heard: list[object] = []
    recorder = rt.spawn(Recorder, heard)
    recorder.set_mailbox(rate=art.Rate(1, 2.0))
    recorder.tell(Recorder.hear, 0)
    with pytest.raises(art.MailboxFull):
        recorder.tell(Recorder.hear, 1)
    clock.advance(2.0)
    rt.run_until_idle()
    recorder.tell(Recorder.hear, 9)
    rt.run_until_idle()
    assert heard == [0, 9]


def test_linked_actors_fail_together(rt: art.Runtime) -> None:
    rt.on_error = lambda error, info: None
    one, other, third = rt.spawn(Counter), rt.spawn(Counter), rt.spawn(Counter)
    one.link(other)
    one.link(third)
    third.unlink(one)
    one.tell(Counter.fail)
    rt.run_until_idle()
    assert not one.alive and not other.alive and third.alive
    with pytest.raises(art.ActorStopped):
        third.link(one)


def test_an_actor_hears_of_another_ones_end(rt: art.Runtime) -> None:
    heard: list[object] = []

    class Watcher(Recorder):
        def watch(self, other: art.Ref[Counter]) -> None:
            other.ended().then(Watcher.hear)

    watcher, counter = rt.spawn(Watcher, heard), rt.spawn(Counter)
    watcher.tell(Watcher.watch, counter)
    rt.run_until_idle()
    counter.stop()
    rt.run_until_idle()
    assert heard == [art.StopCause("stopped")]


def test_a_snapshot_shows_all_of_it(rt: art.Runtime) -> None:
    counter = rt.supervise(art.Supervision(), Counter, 1)
    rt.register("counter", counter)
    rt.join_group("counters", counter)
    rt.run_until_idle()
    counter.tell(Counter.add)
    snapshot = rt.snapshot()
    [seen] = [actor for actor in snapshot["actors"] if actor["name"] == "Counter#1"]
    assert seen["queued"] == 1 and seen["status"] == "Running" and seen["supervised"]
    assert seen["names"] == ["counter"] and seen["groups"] == [{"scope": "", "group": "counters"}]
    assert snapshot["pending"]["messages"] == 1


def test_an_ask_of_another_thread_is_told_that_there_is_no_room(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    counter.set_mailbox(1)
    remote = counter.remote()
    first, second = remote.ask(Counter.add, 1), remote.ask(Counter.add, 1)
    rt.run_until_idle()
    assert first.result() == 1
    error = second.exception()
    assert error is None or isinstance(error, art.MailboxFull)
