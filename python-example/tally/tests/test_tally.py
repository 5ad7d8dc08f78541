"""A wheel with Rust actors of its own, installed in an environment that has nothing else."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import threading

import pytest
import tally
from tally import Tally, actor_rt
from tally.actor_rt import aio, packed, testing


class Listener(actor_rt.Actor):
    def __init__(self) -> None:
        self.heard: list[str] = []

    @actor_rt.on(packed.Packet)
    def hear(self, packet: packed.Packet) -> None:
        assert packet.tag == packed.tag("tally.new")
        self.heard.append(packet.data.decode())

    def all(self) -> list[str]:
        return self.heard


def test_typed_calls_and_answers() -> None:
    with actor_rt.Runtime() as rt:
        counts = Tally(rt)
        counts.add("to be or not to be")
        counts.add("or so")
        assert rt.run_until(counts.top(2)) == [("be", 2), ("or", 2)]


def test_answers_are_awaited_on_the_loop_that_runs() -> None:
    async def main() -> list[tuple[str, int]]:
        with actor_rt.Runtime() as rt, aio.attach(rt):
            counts = Tally(rt)
            # From a callback of the loop's: nobody of actor_rt is there to tell the loop.
            asyncio.get_running_loop().call_soon(counts.add, "again and again")
            await asyncio.sleep(0)
            return await counts.top(1)

    assert asyncio.run(main()) == [("again", 2)]


def test_python_and_rust_send_to_each_other() -> None:
    with actor_rt.Runtime() as rt:
        counts, listener = Tally(rt), rt.spawn(Listener)
        counts.listen(listener.id)
        counts.native_ref.tell("tally.words", b"one two one")
        rt.run_until_idle()
        assert rt.run_until(listener.ask(Listener.all)) == ["one", "two"]
        listener.stop()
        counts.add("three")
        rt.run_until_idle()


def test_who_asks_one_that_has_ended_is_told() -> None:
    with actor_rt.Runtime() as rt:
        counts = Tally(rt)
        counts.stop()
        rt.run_until_idle()
        asked = counts.top(1)
        rt.run_until_idle()
        assert isinstance(asked.exception(), actor_rt.ReplyDropped)
        assert not counts.native_ref.alive


def test_other_threads_are_refused() -> None:
    with actor_rt.Runtime() as rt:
        counts = Tally(rt)
        errors: list[BaseException] = []

        def work() -> None:
            for use in (lambda: counts.add("x"), lambda: Tally(rt)):
                try:
                    use()
                except actor_rt.WrongThreadError as error:
                    errors.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert len(errors) == 2


def test_closed_runtimes_and_other_objects_are_refused() -> None:
    rt = actor_rt.Runtime()
    rt.close()
    with pytest.raises(actor_rt.ClosedError):
        Tally(rt)
    with pytest.raises(TypeError, match="a Runtime of this module's own copy of actor_rt is wanted"):
        Tally(object())


def test_the_kit_for_tests_is_there_too() -> None:
    with testing.VirtualRuntime() as rt:
        counts = Tally(rt)
        counts.add("tick")
        assert rt.run_until(counts.top(9)) == [("tick", 1)]


def test_nothing_is_left_behind() -> None:
    def once() -> None:
        with actor_rt.Runtime() as rt:
            counts = Tally(rt)
            counts.add("a b c")
            counts.top(1)

    once()
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(100):
        once()
    gc.collect()
    assert len(gc.get_objects()) - before < 50


def test_it_is_a_package_of_its_own() -> None:
    """An installed actor_rt is another one: the two know nothing of each other."""
    assert actor_rt.__name__ == "tally.actor_rt"
    assert actor_rt.ClosedError.__module__ == "tally.actor_rt._errors"
    assert tally.actor_rt is actor_rt
    if importlib.util.find_spec("actor_rt") is None:
        return
    import actor_rt as stock

    with stock.Runtime() as other:
        with pytest.raises(TypeError, match="own copy"):
            Tally(other)
