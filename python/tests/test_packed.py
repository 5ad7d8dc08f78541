"""Messages with the layout of a C struct: what they look like in memory, and what is no such message."""

from __future__ import annotations

from typing import Annotated

import pytest
from actors import Counter

import actor_rt as art
from actor_rt import packed


def test_a_layout_is_that_of_c() -> None:
    class Inner(packed.Struct):
        flag: packed.flag
        small: packed.i16

    class Outer(packed.Struct):
        one: packed.u8
        two: packed.f64
        three: Inner
        name: Annotated[bytes, "5s"]

    outer = Outer(1, 2.5, Inner(True, -3), b"hello")
    assert Outer.__size__ == 32 and Outer.unpack(outer.pack()) == outer
    assert outer.pack().hex() == "0100000000000000" "0000000000000440" "0100fdff" "68656c6c6f" "00000000000000"


def test_mistakes_in_a_declaration_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TypeError, match="the field .*Wrong.value is a number of this module"):

        class Wrong(packed.Struct):
            value: int

    monkeypatch.setattr(packed, "tag", lambda name: 1)

    class First(packed.Struct, tag="one.name"):
        pass

    with pytest.raises(TypeError, match="the names 'one.name' and 'another' have the same tag"):

        class Second(packed.Struct, tag="another"):
            pass

    class Part(packed.Struct):
        name: Annotated[bytes, "4s"] = b""

    class Whole(packed.Struct):
        part: Part

    assert Part(b"ab").pack() == b"ab\0\0"
    for code in ("l", "3i", "n", "4x", ""):
        with pytest.raises(TypeError, match="is none of b B h H"):
            type("Wrong", (packed.Struct,), {"__annotations__": {"value": Annotated[int, code]}})
    for kind, value in ((packed.u32, -1), (packed.f32, 1e300), (packed.i64, "x")):
        one = type("One", (packed.Struct,), {"__annotations__": {"value": kind}})
        with pytest.raises(ValueError, match="the field One.value cannot be"):
            one(value).pack()
    with pytest.raises(ValueError, match="the field .*Part.name has 4 bytes, not 5"):
        Part(b"abcde").pack()
    with pytest.raises(TypeError, match="the field .*Whole.part is a .*Part, not b'ab'"):
        Whole(b"ab").pack()  # type: ignore[arg-type]

    with pytest.raises(TypeError, match="is a part of messages"):
        with art.Runtime() as rt:
            rt.native_ref(rt.spawn(Counter)).send(Part())
