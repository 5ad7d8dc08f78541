"""Messages as values: `on`, `Askable`, `receiver`; and `Function`, an actor that is a function."""

from __future__ import annotations

from typing import Callable, Generic, ParamSpec, TypeVar

from ._actor import Actor

_P = ParamSpec("_P")
_S = TypeVar("_S", bound=Actor)
_M = TypeVar("_M")
_R = TypeVar("_R")
_R_co = TypeVar("_R_co", covariant=True)


class Askable(Generic[_R_co]):
    """The base of messages that have an answer: `ref.ask(message)` is a `Reply` of that type.

    >>> from dataclasses import dataclass
    >>> import actor_rt as art
    >>> @dataclass
    ... class Add(art.Askable[int]):
    ...     n: int
    >>> class Counter(art.Actor):
    ...     count = 0
    ...
    ...     @art.on(Add)
    ...     def add(self, message: Add) -> int:
    ...         self.count += message.n
    ...         return self.count
    >>> with art.Runtime() as rt:
    ...     counter = rt.spawn(Counter)
    ...     counter.send(Add(3))
    ...     rt.run_until(counter.ask(Add(4)))
    7
    """


def on(kind: type[_M]) -> Callable[[Callable[[_S, _M], _R]], Callable[[_S, _M], _R]]:
    """Mark a method: it receives messages of this type, and of types derived from it that have no method of their own.

    `ref.send(message)` and `ref.ask(message)` send to it; as any method it can be told by its name, too. What no method is marked for goes to
    `receive(self, message)`, if the class has that; else sending it is a `TypeError`.
    """

    def mark(method: Callable[[_S, _M], _R]) -> Callable[[_S, _M], _R]:
        kinds: list[type] = [*getattr(method, "__actor_on__", ()), kind]
        setattr(method, "__actor_on__", kinds)
        return method

    return mark


def marked_for(cls: type[Actor]) -> dict[type, str]:
    """The names of the methods that a class has for messages: by names, so that an override is found whether it is marked or not."""
    marked: dict[type, str] = {}
    for base in reversed(cls.__mro__):
        for name, method in vars(base).items():
            for one in getattr(method, "__actor_on__", ()):
                marked[one] = name
    return marked


def receiver(cls: type[Actor], kind: type) -> Callable[..., object]:
    """The method of a class for messages of a type, which is known from here on."""
    marked = marked_for(cls)
    name = next((marked[one] for one in kind.__mro__ if one in marked), "receive")
    found: Callable[..., object] | None = getattr(cls, name, None)
    if found is None:
        known = ", ".join(sorted(one.__qualname__ for one in marked)) or "none"
        raise TypeError(
            f"{cls.__qualname__} receives no {kind.__qualname__}: mark a method of it with @art.on({kind.__qualname__}), or give it a "
            f"receive(self, message) (known: {known})"
        )
    cls.__actor_receives__[kind] = found
    return found


class Function(Actor, Generic[_P, _R]):
    """An actor that is a function: it calls that with what it is sent.

    >>> import actor_rt as art
    >>> with art.Runtime() as rt:
    ...     shout = rt.spawn(art.Function, lambda text: print(text.upper()))
    ...     shout.send("hello")
    ...     shout.tell(art.Function.call, "again")
    ...     handled = rt.run_until_idle()
    HELLO
    AGAIN
    """

    def __init__(self, function: Callable[_P, _R]) -> None:
        self._function = function

    def call(self, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Call the function."""
        return self._function(*args, **kwargs)

    def receive(self: Function[[_M], _R], message: _M) -> _R:
        """Call the function with a message."""
        return self._function(message)
