"""Actors in other languages, as `Runtime` has them: `NativeRef`, `Library`, `get_include`; and what those say to Python's."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from . import _core, packed
from ._core import RuntimeBase, _NativeBase
from ._errors import ActorRtError
from ._messages import Askable, marked_for
from .packed import Packet, Struct

if TYPE_CHECKING:
    from ._actor import Actor
    from ._core import Ref, Reply

# The functions of the native half are this file's alone.
# pyright: reportPrivateUsage=false

_R = TypeVar("_R")
logger = logging.getLogger("actor_rt")
Buffer = bytes | bytearray | memoryview


class NativeRef(_NativeBase):
    """A reference to an actor in another language, or to any by its id. Keeps nothing alive.

    A message is a tag and bytes. Best declare it, as `actor_rt.packed` says.
    """

    def tell(self, tag: str | int, data: Buffer = b"") -> None:
        """Send a message: the name that its receiver knows it by (or the tag of that name), and its bytes. Never blocks.

        More than 1,024 bytes are lent to the receiver, not copied: do not change them until it lets them go, usually when it has handled the
        message. In the wheel for all versions of Python that holds for `bytes` alone. Raises as `Ref.tell`.
        """
        self._tell(_tag(tag), data)

    def send(self, message: Struct) -> None:
        """Send a message that is declared in `actor_rt.packed`, with a tag."""
        self._tell(_tag_of(message), message.pack())

    @overload
    def ask(self, message: Askable[_R], /, *, within: float | None = None) -> Reply[_R]: ...
    @overload
    def ask(self, tag: str | int, data: Buffer = b"", /, *, within: float | None = None) -> Reply[bytes]: ...
    def ask(self, message: Any, data: Buffer = b"", /, *, within: float | None = None) -> Reply[Any]:
        """Send a message and return the reply: that of a declared message as what it says, else bytes.

        within: how many seconds that may take; then the reply's outcome is `AskTimeout`.
        """
        if isinstance(message, Struct):
            reply = self._ask(_tag_of(message), message.pack(), within)
            return reply.map(type(message).__answer__.read)
        return self._ask(_tag(message), data, within)


class Library:
    """A shared library with actors: what `Runtime.load_library` returns. It stays loaded until the process ends."""

    def __init__(self, runtime: RuntimeBase, path: str | os.PathLike[str]) -> None:
        self._runtime = runtime
        self.path: str = os.fspath(path)
        if os.path.exists(self.path):
            # A bare name would be looked for where the system keeps libraries.
            self.path = os.path.abspath(self.path)
        # Few programs need it.
        import ctypes

        # With the interpreter's lock held, as all that the runtime calls.
        library = ctypes.PyDLL(self.path)
        try:
            spawn = library.actor_rt_spawn
        except AttributeError:
            raise ActorRtError(
                f"{self.path} has no function actor_rt_spawn: a library with actors exports that, as actor_rt/library.h says"
            ) from None
        spawn.restype = ctypes.c_int32
        pointer, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
        spawn.argtypes = [pointer, pointer, text, size, text, size, ctypes.POINTER(ctypes.c_uint64), text, size]
        self._spawn = spawn
        self._number = ctypes.c_uint64
        self._text = ctypes.create_string_buffer

    def spawn(self, kind: str, argument: Struct | Buffer = b"") -> NativeRef:
        """Make an actor of this kind, with what the library wants to know for that.

        ValueError: the library has no such kind. `ActorRtError`: it could not make one; the text says why.
        """
        api, runtime = _core._addresses(self._runtime)
        name, data = kind.encode(), bytes(packed.to_bytes(argument))
        made, why = self._number(), self._text(512)
        status = self._spawn(api, runtime, name, len(name), data, len(data), made, why, len(why))
        if status == _NOT_FOUND:
            raise ValueError(f"{self.path} has no actor {kind!r}")
        if status != 0:
            said = why.value.decode(errors="replace")
            raise ActorRtError(
                f"{self.path} could not make a {kind!r}: {f'{said}; ' if said else ''}{_core._status_text(status)} [{status}]"
            )
        return NativeRef(self._runtime, made.value)

    def __repr__(self) -> str:
        return f"<Library {self.path}>"


class Natives(RuntimeBase):
    """What a `Runtime` has for actors in other languages."""

    def native_ref(self, actor: int | str | Ref[Any]) -> NativeRef:
        """The actor with this id, or with this name (`register`, or `art_name_register` in C), whatever language it is in; or a Python actor, as
        other languages see it.

        ValueError: that is no id of this runtime's, or nobody has the name.
        """
        if isinstance(actor, str):
            found = _core._whereis(self, actor)
            if found == 0:
                raise ValueError(f"no actor has the name {actor!r}")
            actor = found
        return NativeRef(self, actor if isinstance(actor, int) else actor.id)

    def load_library(self, path: str | os.PathLike[str]) -> Library:
        """Load a shared library with actors in C, C++ or Rust, as `actor_rt/library.h` says. OSError: there is no such library."""
        _core._addresses(self)
        return Library(self, path)

    def capsule(self) -> Any:
        """The runtime for other languages in this process: a `PyCapsule` named "actor_rt.Runtime" that has an `art_python`.

        `actor_rt/python.h` and `actor_rt/python.hpp` (see `get_include`) say what to do with it. Keep the capsule as long as you use what is in
        it: calls that come when the runtime is closed are refused then. Python stays the runtime's host.
        """
        return _core._capsule(self)


def get_include() -> str:
    """Where the headers for C and C++ are: a folder for `-I`.

    >>> from pathlib import Path
    >>> import actor_rt as art
    >>> (Path(art.get_include()) / "actor_rt" / "python.h").is_file()
    True
    """
    return str(Path(__file__).parent / "include")


_NOT_FOUND = -7


def _tag(tag: str | int) -> int:
    if isinstance(tag, str):
        return packed.tag(tag)
    if not isinstance(tag, int):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a message is a name (or its tag) and bytes, not {tag!r}: what is declared in actor_rt.packed goes by send and ask")
    return tag


def _tag_of(message: Struct) -> int:
    if not isinstance(message, Struct):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"{message!r} is no message that is declared in actor_rt.packed; for a name and bytes there are tell and ask")
    if message.__tag__ == 0:
        name = type(message).__qualname__
        raise TypeError(f'{name} is a part of messages, and no message: class {name}(packed.Struct, tag="...") gives it a tag')
    return message.__tag__


# -- what other languages say to Python's actors -------------------------------------------------------------------------


def received(actor: Actor, tag: int, data: bytes, sender: int, status: int) -> Struct | Packet:
    """A message of another language as a value: of the class that the actor has a method for, be it declared where it may, or a `Packet`."""
    cls = type(actor)
    kind: type[Struct] | None = cls.__actor_packets__.get(tag) or _kind_of(cls, tag)
    return Packet(tag, data, sender, status) if kind is None else kind.unpack(data)


def _kind_of(cls: type[Actor], tag: int) -> type[Struct] | None:
    """Found once for each class and tag that it knows."""
    methods = marked_for(cls)
    # The last one is that of the class that is derived most.
    kinds = [kind for kind in methods if issubclass(kind, Struct) and kind.__tag__ == tag != 0]
    if not kinds and tag in packed.KNOWN:
        # Of a message that is declared elsewhere, if there is a method for its base, or for anything.
        known = packed.KNOWN[tag][1]
        others = Packet in methods and not hasattr(cls, "receive") and not any(base in methods for base in known.__mro__)
        kinds = [] if others else [known]
    if not kinds:
        return None
    cls.__actor_packets__[tag] = kinds[-1]
    return kinds[-1]


def misunderstood(actor: Actor, tag: int, sender: int, error: BaseException) -> None:
    """A message of another language means nothing to an actor."""
    name = packed.KNOWN[tag][0] if tag in packed.KNOWN else f"tag {tag:#x}"
    logger.warning("%r was sent a message (%s, from %#x) that it does not understand: %s", actor, name, sender, error)


def answer(message: object, value: object) -> Buffer:
    """The bytes of an answer to another language."""
    if isinstance(message, Struct):
        return type(message).__answer__.write(value)
    return packed.to_bytes(value)


_LEVELS = {1: logging.ERROR, 2: logging.WARNING, 3: logging.INFO, 4: logging.DEBUG}


def said(level: int, text: str) -> None:
    """What C's host would find in its log."""
    logger.log(_LEVELS.get(level, logging.DEBUG), "%s", text)
