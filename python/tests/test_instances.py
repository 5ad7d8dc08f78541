"""What an actor's instance is, and how calls reach it."""

from __future__ import annotations

import abc
import copy
import dataclasses
import gc
from typing import Any

import pytest
from actors import Counter

import actor_rt as art


class Plain:
    def __init__(self) -> None:
        self.count = 0


class Interface(abc.ABC):
    @abc.abstractmethod
    def greet(self) -> str: ...


class First(Interface, art.Actor):
    def greet(self) -> str:
        return "first"


class Last(art.Actor, Interface):
    def greet(self) -> str:
        return "last"


def test_an_actor_is_laid_out_as_a_plain_object_whose_attributes_are_the_fastest() -> None:
    # From 3.13 on a bit says whether attributes lie in the object itself.
    inline = 1 << 2
    for cls in (Counter, First, Last):
        assert (cls.__basicsize__, cls.__dictoffset__) == (Plain.__basicsize__, Plain.__dictoffset__)
        assert cls.__flags__ & inline == Plain.__flags__ & inline


@pytest.mark.parametrize("cls", [Counter, First, Last])
@pytest.mark.parametrize("circle", [False, True])
def test_whatever_its_bases_an_actor_ends_when_nobody_can_reach_it(rt: art.Runtime, cls: type[Any], circle: bool) -> None:
    class Derived(cls):  # type: ignore[misc]
        def keep(self, what: object) -> None:
            self.kept = what

    ref = rt.spawn(Derived)
    if circle:
        ref.tell(Derived.keep, ref)
    rt.run_until_idle()
    assert rt.actors == 1
    del ref
    gc.collect()
    rt.run_until_idle()
    assert rt.actors == 0


def test_a_class_may_have_slots_and_a_setattr_of_its_own(rt: art.Runtime) -> None:
    class Slotted(art.Actor):
        __slots__ = ("count",)

        def __init__(self) -> None:
            self.count = 1

        def get(self) -> int:
            return self.count

    @dataclasses.dataclass(frozen=True)
    class Frozen(art.Actor):
        count: int

        def get(self) -> int:
            return self.count

        def names(self) -> list[str]:
            return [field.name for field in dataclasses.fields(self)]

    slotted, frozen = rt.spawn(Slotted), rt.spawn(Frozen, 2)
    assert (rt.run_until(slotted.ask(Slotted.get)), rt.run_until(frozen.ask(Frozen.get))) == (1, 2)
    assert rt.run_until(frozen.ask(Frozen.names)) == ["count"]


def test_an_instance_is_no_actor_before_it_is_spawned_and_is_never_copied(rt: art.Runtime) -> None:
    class Self(art.Actor):
        def copy(self) -> object:
            return copy.copy(self)

    alone = Self()
    with pytest.raises(art.NotSpawned, match="Runtime.spawn"):
        alone.ctx
    assert repr(alone) == "<Actor Self#0, not spawned>"
    with pytest.raises(TypeError, match="cannot be pickled or copied"):
        rt.run_until(rt.spawn(Self).ask(Self.copy))


class Taker(art.Actor):
    def take(self, *args: object, **named: object) -> tuple[tuple[object, ...], dict[str, object]]:
        return args, named


def test_a_call_has_the_arguments_that_were_given_in_every_form(rt: art.Runtime) -> None:
    taker: Any = rt.spawn(Taker)
    for args, named in [((), {}), ((1,), {}), (tuple(range(300)), {}), ((), {"a": 1}), ((1, 2), {"a": 3, "not a name": 4})]:
        given = args, named
        for how in (taker, taker.sending()):
            assert rt.run_until(how.ask(Taker.take, *args, **named)) == given
        future = taker.remote().ask(Taker.take, *args, **named)
        rt.run_until_idle()
        assert future.result(timeout=0) == given


def test_a_call_without_a_method_is_refused_and_one_of_another_object(rt: art.Runtime) -> None:
    taker: Any = rt.spawn(Taker)
    for how in (taker, taker.sending(), taker.remote()):
        for send in (how.tell, how.ask):
            with pytest.raises(TypeError, match="the first argument is a method"):
                send()
            with pytest.raises(TypeError, match="the first argument is a method"):
                send(method=Taker.take)
            with pytest.raises(TypeError, match=r"a method of the actor's class is wanted"):
                send(1, 2)
    for name in ("tell", "ask"):
        with pytest.raises(TypeError, match="descriptor"):
            getattr(art.Ref, name)(object(), Taker.take)
        with pytest.raises(TypeError, match="descriptor|argument"):
            getattr(art.Ref, name)()
