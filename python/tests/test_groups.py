"""Groups in scopes, names, and those who watch them."""

from __future__ import annotations

import pytest
from actors import Counter, Recorder

import actor_rt as art


def test_groups_of_one_name_in_two_scopes_are_two_groups(rt: art.Runtime) -> None:
    one, other = rt.spawn(Counter), rt.spawn(Counter)
    assert rt.join_group("counters", one, scope="north") and rt.join_group("counters", other, scope="south")
    assert rt.members("counters", scope="north") == [one] and rt.members("counters") == []
    assert rt.groups(scope="south") == ["counters"] and rt.groups() == [] and rt.scopes() == ["north", "south"]
    assert rt.leave_group("counters", one, scope="north") and not rt.leave_group("counters", other)
    assert rt.scopes() == ["south"]


def test_who_watches_a_group_hears_of_its_members(rt: art.Runtime) -> None:
    seen: list[art.GroupEvent] = []
    watch = rt.watch_group("counters", seen.append)
    one, other = rt.spawn(Counter), rt.spawn(Counter)
    rt.join_group("counters", one)
    rt.join_group("counters", other)
    rt.join_group("others", one)
    rt.run_until_idle()
    assert seen == [art.GroupEvent("", "counters", one, True), art.GroupEvent("", "counters", other, True)]
    rt.leave_group("counters", one)
    other.kill()
    rt.run_until_idle()
    assert [(event.actor, event.joined) for event in seen[2:]] == [(one, False), (None, False)]
    assert watch.cancel() and not watch.cancel()
    rt.join_group("counters", one)
    rt.run_until_idle()
    assert len(seen) == 4


def test_who_watches_a_scope_hears_of_all_its_groups(rt: art.Runtime) -> None:
    north: list[art.GroupEvent] = []
    everywhere: list[art.GroupEvent] = []
    rt.watch_scope("north", north.append)
    watch = rt.watch_scope(None, everywhere.append)
    counter = rt.spawn(Counter)
    for scope in ("north", "south"):
        rt.join_group("counters", counter, scope=scope)
    rt.run_until_idle()
    assert [event.scope for event in north] == ["north"] and [event.scope for event in everywhere] == ["north", "south"]
    assert watch.cancel()


def test_a_name_is_watched_over_its_holders(rt: art.Runtime) -> None:
    seen: list[object] = []
    watch = rt.watch_name("boss", lambda event: seen.append(event.actor))
    one, other = rt.spawn(Counter), rt.spawn(Counter)
    rt.run_until_idle()
    assert seen == [None], "at once"
    rt.register("boss", one)
    rt.register("aide", other)
    assert rt.names() == {"aide": other, "boss": one} and list(rt.names()) == ["aide", "boss"]
    rt.run_until_idle()
    one.kill()
    rt.run_until_idle()
    rt.register("boss", other)
    rt.run_until_idle()
    assert seen == [None, one, None, other]
    assert watch.cancel()
    rt.unregister("boss")
    rt.run_until_idle()
    assert len(seen) == 4 and rt.names() == {"aide": other}


def test_restarts_are_watched(rt: art.Runtime) -> None:
    seen: list[art.RestartEvent] = []
    rt.on_error = lambda error, info: None
    counter = rt.supervise(art.Supervision(intensity=art.Intensity(10, 1.0)), Counter)
    watch = rt.watch_restarts(counter, seen.append)
    rt.run_until_idle()
    counter.tell(Counter.fail)
    rt.run_until_idle()
    assert seen == [art.RestartEvent(counter, 1)]
    assert watch.cancel()
    counter.kill()
    rt.run_until_idle()
    assert len(seen) == 1


def test_a_watch_may_tell_an_actor_and_its_failure_goes_to_the_error_hook(rt: art.Runtime) -> None:
    heard: list[object] = []
    errors: list[str] = []
    rt.on_error = lambda error, info: errors.append(str(error))
    recorder = rt.spawn(Recorder, heard)
    rt.watch_group("all", recorder.fwd(Recorder.hear))

    def broken(event: art.GroupEvent) -> None:
        raise ValueError(event.group)

    rt.watch_group("all", broken)
    rt.join_group("all", recorder)
    rt.run_until_idle()
    assert heard == [art.GroupEvent("", "all", recorder, True)] and errors == ["all"]


def test_one_who_waits_for_an_end_may_stop_waiting(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    ended = counter.ended()
    assert ended.cancel()
    counter.kill()
    rt.run_until_idle()
    assert isinstance(ended.exception(), art.AskCancelled)


def test_one_of_a_group_that_has_no_room_keeps_nothing_from_the_others(rt: art.Runtime) -> None:
    counters = [rt.spawn(Counter) for _ in range(3)]
    for counter in counters:
        rt.join_group("all", counter)
    counters[0].set_mailbox(1)
    counters[0].tell(Counter.add, 1)
    with pytest.raises(art.MailboxFull):
        rt.tell_group("all", Counter.add, 1)
    assert [rt.run_until(counter.ask(Counter.add, 0)) for counter in counters[1:]] == [1, 1]
