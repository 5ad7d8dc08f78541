"""Messages with the layout of a C struct: what actors in other languages send, and understand.

    class Add(packed.Struct, tag="counter.add"):
        amount: packed.i64

`tag` is the name that the other side knows the message by, and the fields are those of its struct, in their order, aligned as a C compiler
aligns them. In C++ that is

    struct add {
        static constexpr std::string_view tag_name = "counter.add";
        std::int64_t amount;
    };
"""

from __future__ import annotations

import re
import struct
import sys
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, Callable, ClassVar, get_args, get_origin, get_type_hints

from ._messages import Askable

if TYPE_CHECKING:
    from types import FrameType

    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Callable[[Any], Any]:
        return lambda cls: cls


i8 = Annotated[int, "b"]
u8 = Annotated[int, "B"]
i16 = Annotated[int, "h"]
u16 = Annotated[int, "H"]
i32 = Annotated[int, "i"]
u32 = Annotated[int, "I"]
i64 = Annotated[int, "q"]
u64 = Annotated[int, "Q"]
f32 = Annotated[float, "f"]
f64 = Annotated[float, "d"]
flag = Annotated[bool, "?"]
"""A `bool` of C's."""


def tag(name: str) -> int:
    """The number by which messages of this name are known: as `art_tag` in C, and `actor_ffi::tag` in Rust.

    >>> from actor_rt import packed
    >>> hex(packed.tag("counter.add"))
    '0x6dfbac2c7328f102'
    """
    number = 0xCBF29CE484222325
    for byte in name.encode():
        number = (number ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return number & 0x7FFFFFFFFFFFFFFF


@dataclass_transform(frozen_default=True)
class Struct:
    """The base of such messages. What is derived from it is a frozen dataclass; one that has an answer is derived from `Askable`, too: of a
    number of this module, of another `Struct`, of `bytes`, or of `None`.

    A field is a number of this module, another `Struct`, or so many bytes: `Annotated[bytes, "16s"]`.

    >>> import actor_rt as art
    >>> from actor_rt import packed
    >>> class Point(packed.Struct):
    ...     x: packed.i16
    ...     y: packed.i32
    >>> class Distance(packed.Struct, art.Askable[packed.f64], tag="map.distance"):
    ...     to: Point
    >>> Distance(Point(1, 2)).pack().hex(" ", 4)
    '01000000 02000000'
    >>> Distance.unpack(bytes.fromhex("0100000002000000")).to.y
    2
    """

    __tag__: ClassVar[int] = 0
    __size__: ClassVar[int] = 0
    __alignment__: ClassVar[int] = 1
    __layout__: ClassVar[struct.Struct] = struct.Struct("")
    __parts__: ClassVar[tuple[tuple[str, Value], ...]] = ()
    __answer__: ClassVar[Answer]

    def __init_subclass__(cls, tag: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        hints = get_type_hints(cls, localns=_names_of(cls), include_extras=True)
        dataclass(frozen=True)(cls)
        code, at, alignment, parts = "=", 0, 1, []
        for one in fields(cls):  # type: ignore[arg-type]
            value = Value(f"the field {cls.__qualname__}.{one.name}", hints[one.name])
            gap = -at % value.alignment
            code += f"{gap}x{value.code}" if gap else value.code
            at += gap + value.size
            alignment = max(alignment, value.alignment)
            parts.append((one.name, value))
        gap = -at % alignment
        cls.__layout__ = struct.Struct(f"{code}{gap}x" if gap else code)
        cls.__size__, cls.__alignment__, cls.__parts__ = at + gap, alignment, tuple(parts)
        cls.__answer__ = Answer(cls)
        cls.__tag__ = _know(cls, tag) if tag else 0

    def pack(self) -> bytes:
        """Its bytes, as C has them. ValueError or TypeError for a value that does not fit its field, which the text names.

        Bytes that are fewer than their field has are followed by zeros.
        """
        values = [value.write(getattr(self, name)) for name, value in self.__parts__]
        try:
            return self.__layout__.pack(*values)
        except (struct.error, OverflowError):
            for (_, part), value in zip(self.__parts__, values):
                part.check(value)
            raise

    @classmethod
    def unpack(cls, data: bytes | memoryview) -> Self:
        """The message with these bytes. `ValueError` if there are more or fewer than it has."""
        if len(data) != cls.__size__:
            raise ValueError(f"a {cls.__qualname__} has {cls.__size__} bytes, not {len(data)}")
        values = cls.__layout__.unpack(data)
        return cls(*(part.kind.unpack(value) if part.kind else value for (_, part), value in zip(cls.__parts__, values)))


@dataclass(frozen=True)
class Packet:
    """A message of another language that no `Struct` is known for. An actor that marks a method with `@on(Packet)` gets those."""

    tag: int
    data: bytes
    sender: int = 0
    """The id of the actor that sent it (`Runtime.native_ref`); 0 for none."""
    status: int = 0
    """What it says of an outcome, in messages of the runtime's own."""


class Value:
    """How one value lies in memory."""

    kind: type[Struct] | None
    code: str
    size: int
    alignment: int

    def __init__(self, what: str, hint: Any) -> None:
        self._what = what
        self.kind = None
        if isinstance(hint, type) and issubclass(hint, Struct):
            self.kind, self.code, self.size, self.alignment = hint, f"{hint.__size__}s", hint.__size__, hint.__alignment__
            return
        if get_origin(hint) is not Annotated or not isinstance(get_args(hint)[1], str):
            raise TypeError(f"{what} is a number of this module (packed.u32 ...), another Struct or Annotated[bytes, '16s'], not {hint!r}")
        self.code = get_args(hint)[1]
        if not re.fullmatch(r"[bBhHiIqQfd?]|[0-9]+s", self.code):
            raise TypeError(f"{what}: {self.code!r} is none of b B h H i I q Q f d ? and 16s, the formats of `struct` that are alike everywhere")
        self.size = struct.calcsize(self.code)
        # A character before it is followed by what the alignment needs.
        self.alignment = struct.calcsize(f"@c{self.code}") - self.size

    def write(self, value: Any) -> Any:
        """The value as `struct` takes it."""
        if self.kind is not None:
            if not isinstance(value, self.kind):
                raise TypeError(f"{self._what} is a {self.kind.__qualname__}, not {value!r}")
            return value.pack()
        if isinstance(value, (bytes, bytearray)) and len(value) > self.size:
            raise ValueError(f"{self._what} has {self.size} bytes, not {len(value)}")
        return value

    def check(self, value: Any) -> None:
        """ValueError for a value that does not fit."""
        try:
            struct.pack(f"={self.code}", value)
        except (struct.error, OverflowError) as error:
            raise ValueError(f"{self._what} cannot be {value!r}: {error}") from None


class Answer:
    """How the answer to a message is written and read: as its class says by `Askable`, else as bytes."""

    def __init__(self, cls: type[Struct]) -> None:
        self._name = cls.__qualname__
        self._type: Any = bytes
        self._is_said = False
        for base in getattr(cls, "__orig_bases__", ()):
            if get_origin(base) is Askable:
                self._type, self._is_said = get_args(base)[0], True
        if self._type not in (bytes, None, type(None)):
            value = Value(f"the answer to {cls.__qualname__}", self._type)
            self._layout = struct.Struct(f"={value.code}")

    def write(self, value: Any) -> bytes | bytearray | memoryview:
        """The bytes of an answer."""
        if self._type in (bytes, None, type(None)):
            if self._is_said and (value is None) != (self._type is not bytes):
                raise TypeError(f"the answer to {self._name} is {'bytes' if self._type is bytes else 'None'}, not {value!r}")
            return to_bytes(value)
        if isinstance(self._type, type):
            if not isinstance(value, self._type):
                raise TypeError(f"the answer to {self._name} is a {self._type.__qualname__}, not {value!r}")
            return to_bytes(value)
        try:
            return self._layout.pack(value)
        except struct.error as error:
            raise TypeError(f"the answer to {self._name} is a number of its size, not {value!r}: {error}") from None

    def read(self, data: bytes) -> Any:
        """The answer with these bytes. `ValueError` if there are more or fewer than it has."""
        if self._type is bytes:
            return data
        if self._type in (None, type(None)):
            return None
        if isinstance(self._type, type) and issubclass(self._type, Struct):
            return self._type.unpack(data)
        if len(data) != self._layout.size:
            raise ValueError(f"the answer to {self._name} has {self._layout.size} bytes, not {len(data)}")
        return self._layout.unpack(data)[0]


def to_bytes(value: Any) -> bytes | bytearray | memoryview:
    """The bytes of a value that says itself how it is written."""
    if isinstance(value, Struct):
        return value.pack()
    if value is None:
        return b""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return value
    raise TypeError(f"other languages get bytes, a packed.Struct or None, not {value!r}")


KNOWN: dict[int, tuple[str, type[Struct]]] = {}
"""All messages by their tags: the name, and the class that was declared first. Others may declare the same message for themselves."""


def _know(cls: type[Struct], name: str) -> int:
    number = tag(name)
    known, _ = KNOWN.setdefault(number, (name, cls))
    if known != name:
        raise TypeError(f"the names {known!r} and {name!r} have the same tag: give one of the messages another name")
    return number


def _names_of(cls: type) -> dict[str, Any]:
    """What is known where the class is made: in a function, what its fields name need not be of its module."""
    # Behind this function and __init_subclass__.
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__") != cls.__module__:
        frame = frame.f_back
    return {} if frame is None else {**frame.f_globals, **frame.f_locals}
