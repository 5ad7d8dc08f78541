"""Messages as values: `send`, `Askable`, `on`, `receive`; and actors that are functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from actors import Recorder

import actor_rt as art


@dataclass(frozen=True)
class Add(art.Askable[int]):
    n: int


class AddTwice(Add):
    pass


@dataclass(frozen=True)
class Rename:
    name: str


class Counter(art.Actor):
    def __init__(self) -> None:
        self.count = 0
        self.names: list[object] = []

    @art.on(Add)
    def add(self, message: Add) -> int:
        self.count += message.n
        return self.count

    @art.on(Rename)
    def rename(self, message: Rename) -> None:
        self.names.append(message.name)

    def report(self) -> list[object]:
        return self.names


class Doubling(Counter):
    def add(self, message: Add) -> int:
        self.count += 2 * message.n
        return self.count

    @art.on(str)
    def name(self, message: str) -> None:
        self.names.append(message)


class Catching(Counter):
    def receive(self, message: object) -> str:
        self.names.append(("caught", message))
        return "caught"


def test_a_value_goes_to_the_method_for_its_type(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    counter.send(Add(1))
    counter.send(Rename("one"))
    counter.tell(Counter.add, Add(1))
    assert rt.run_until(counter.ask(Add(3))) == 5
    assert rt.run_until(counter.ask(AddTwice(1))) == 6, "a derived type has its base's method"
    assert rt.run_until(counter.ask(Counter.report)) == ["one"]
    assert rt.run_until(counter.sending(ttl=1.0).ask(Add(1))) == 7
    counter.sending().send(Add(1))
    remote = counter.remote()
    remote.send(Add(1))
    answer = remote.ask(Add(1))
    rt.run_until_idle()
    assert answer.result() == 10


def test_an_override_needs_no_mark_and_adds_its_own(rt: art.Runtime) -> None:
    doubling = rt.spawn(Doubling)
    assert rt.run_until(doubling.ask(Add(3))) == 6
    doubling.send("plain")
    rt.run_until_idle()
    assert rt.run_until(doubling.ask(Counter.report)) == ["plain"]


def test_what_no_method_is_for_goes_to_receive_or_is_refused_where_it_is_sent(rt: art.Runtime) -> None:
    catching, counter = rt.spawn(Catching), rt.spawn(Counter)
    catching.send(7)
    rt.run_until_idle()
    assert rt.run_until(catching.ask(Counter.report)) == [("caught", 7)]
    for send in (counter.send, counter.sending().send, counter.remote().send):
        with pytest.raises(TypeError, match=r"Counter receives no int: mark a method of it with @art.on\(int\).*known: Add, Rename"):
            send(7)

    @dataclass
    class Unknown(art.Askable[int]):
        pass

    with pytest.raises(TypeError, match="receives no"):
        counter.ask(Unknown())
    anything: Any = counter
    for wrong in (lambda: anything.ask(7), lambda: anything.ask(Add(1), 2), lambda: anything.tell(Add(1))):
        with pytest.raises(TypeError, match="a method of the actor's class is wanted"):
            wrong()


def test_a_function_is_an_actor(rt: art.Runtime) -> None:
    double = rt.spawn(art.Function, lambda n: 2 * n)
    assert rt.run_until(double.ask(art.Function.call, 21)) == 42
    heard: list[object] = []
    recorder = rt.spawn(Recorder, heard)
    double.ask(art.Function.call, 4).forward(recorder.fwd(Recorder.hear))
    rt.run_until_idle()
    assert heard == [8]

    async def later(delay: float) -> str:
        return f"after {delay}"

    assert rt.run_until(rt.spawn(art.Function, later).ask(art.Function.call, 1.0)) == "after 1.0"
