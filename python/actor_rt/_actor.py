"""`Actor`, of which users derive their classes."""

from __future__ import annotations

from typing import Any, Callable, TypeVar

from ._cause import StopCause
from ._core import ActorBase

_F = TypeVar("_F", bound=Callable[..., object])


def reentrant(method: _F) -> _F:
    """Mark a method: its message is handled even while a coroutine of the actor waits.

    Its own coroutine holds no other message up either.
    """
    setattr(method, "__actor_reentrant__", True)
    return method


class Actor(ActorBase):
    """The base of all actors. A method is called by sending it: `ref.tell(Counter.add, 3)`.

    `self.ctx` holds the timers, the actor's own reference and more. It is there from `__init__` on.
    """

    __slots__ = ()
    __actor_overrides__: dict[Callable[..., object], Callable[..., object]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # `Base.add` sent to a `Sub` that overrides it calls `Sub.add`: found by the function, once per class.
        overrides: dict[Callable[..., object], Callable[..., object]] = {}
        for base in cls.__mro__[1:]:
            if base is Actor:
                break
            for name, method in vars(base).items():
                if callable(method) and not name.startswith("__"):
                    effective = getattr(cls, name)
                    if effective is not method and callable(effective):
                        overrides[method] = effective
        cls.__actor_overrides__ = overrides
        if cls.on_stop is not Actor.on_stop and not hasattr(cls, "__del__"):
            setattr(cls, "__del__", _finalize)

    def on_stop(self, cause: StopCause) -> None:
        """Called once when the actor ends, except by `Ref.kill`. Not a coroutine."""


def _finalize(self: Actor) -> None:
    # Nobody can reach the actor any more. Its end, with its hook, is queued; the runtime holds it until then.
    self._abandon()
