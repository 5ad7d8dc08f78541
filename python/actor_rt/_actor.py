"""`Actor`, of which users derive their classes."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Callable, NoReturn, TypeVar

from ._cause import StopCause
from ._core import _abandon, _context, _describe, _refuse_to_pickle  # pyright: ignore[reportPrivateUsage]

if TYPE_CHECKING:
    from typing import Awaitable

    from typing_extensions import Self

    from ._core import Context
    from ._lifecycle import ChildEvent, Escalation, Exit, Reaction, SystemMessage
    from .packed import Struct

_F = TypeVar("_F", bound=Callable[..., object])


def reentrant(method: _F) -> _F:
    """Mark a method: its message is handled even while a coroutine of the actor waits.

    Its own coroutine holds no other message up either. It passes the bound of the mailbox, and is lost if the actor is restarted before it.
    """
    setattr(method, "__actor_reentrant__", True)
    return method


class Actor:
    """The base of all actors. A method is called by sending it: `ref.tell(Counter.add, 3)`.

    `self.ctx` holds the timers, the actor's own reference and more. It is there from `__init__` on.

    The methods below are hooks: what a class defines of them is called, and one that defines none of them pays for none. A hook is a turn as a
    message's is, and passes those that wait, also if the actor waits in a coroutine; what it raises fails the actor. Those that return
    nothing may be coroutines.

    >>> import actor_rt as art
    >>> class Boss(art.Actor):
    ...     def __init__(self) -> None:
    ...         self.worker = self.ctx.supervise(art.Supervision(), Worker)
    ...
    ...     def on_child(self, event: art.ChildEvent) -> None:
    ...         print(event.kind, event.child == self.worker, repr(event.cause and event.cause.error))
    >>> class Worker(art.Actor):
    ...     def fail(self) -> None:
    ...         raise ValueError("a fault")
    >>> with art.Runtime(clock=art.ManualClock(), on_error=lambda error, info: None) as rt:
    ...     boss = rt.spawn(Boss)
    ...     worker, = boss.children()
    ...     worker.tell(Worker.fail)
    ...     handled = rt.run_until_idle()
    started True None
    restarted True ValueError('a fault')
    """

    __actor_overrides__: dict[Callable[..., object], Callable[..., object]] = {}
    __actor_hooks__: int = 0
    __actor_has_reentrant__: bool = False
    __actor_receives__: dict[type, Callable[..., object]] = {}
    __actor_packets__: dict[int, type[Struct]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # `Base.add` sent to a `Sub` that overrides it calls `Sub.add`: found by the function, once per class.
        overrides: dict[Callable[..., object], Callable[..., object]] = {}
        for base in cls.__mro__[1:]:
            # What an actor has anyway is not sent. Interfaces may come after it.
            if base in (Actor, object):
                continue
            for name, method in vars(base).items():
                if callable(method) and not name.startswith("__"):
                    effective = getattr(cls, name)
                    if effective is not method and callable(effective):
                        overrides[method] = effective
        cls.__actor_overrides__ = overrides
        cls.__actor_receives__ = {}
        cls.__actor_packets__ = {}
        cls.__actor_hooks__ = sum(1 << bit for bit, name in enumerate(HOOKS) if _has_hook(cls, name))
        methods = (method for base in cls.__mro__ for method in vars(base).values())
        cls.__actor_has_reentrant__ = any(hasattr(method, "__actor_reentrant__") for method in methods)
        if cls.on_stop is not Actor.on_stop and not hasattr(cls, "__del__"):
            setattr(cls, "__del__", _finalize)

    if TYPE_CHECKING:

        @property
        def ctx(self) -> Context[Self]:
            """What the actor may do: timers, its own reference, its runtime."""
            ...

    else:
        # Without a frame of Python's in between.
        ctx = property(_context)

    def __repr__(self) -> str:
        return _describe(self)

    def __reduce__(self) -> NoReturn:
        _refuse_to_pickle(self)

    def on_prepare(self) -> Awaitable[None] | None:
        """What it takes to be ready, after `__init__` and before the first message, in one turn or, as a coroutine, in several.

        Messages wait meanwhile. A supervised actor is not ready before it is done: its supervisor waits for it, `Supervision.start_timeout`
        counts, and an exception is a failed start, which is restarted, except the first one.
        """

    def on_started(self) -> Awaitable[None] | None:
        """It is ready: before its first message, and if it is supervised, that holds from here on. Called for each incarnation."""

    def on_restart(self, cause: StopCause) -> Awaitable[None] | None:
        """It takes the place of an incarnation that ended for this reason. Called after `__init__` and before `on_started`."""

    def on_stop(self, cause: StopCause) -> Awaitable[None] | None:
        """It ends: called once, except by `Ref.kill`, when its children have ended.

        As a coroutine it may take several turns: its timers and what it waits for still come, messages do not, its other coroutines have
        ended. If the tree ends it, that may take as long as `Supervision.shutdown` says, and 5 seconds if nobody supervises it; then it is killed.
        After `Ref.stop` a supervised one takes as long as it takes. If it has failed, and when the runtime is closed, nothing is waited for: it gets as far as its first wait, and is closed there.
        """

    def on_child(self, event: ChildEvent) -> Awaitable[None] | None:
        """A child has started, was restarted, or has ended for good. Not told while the actor is ending itself."""

    def child_escalated(self, event: ChildEvent) -> Escalation | None:
        """A child has failed too often, and is gone. What is to become of this actor? None is "restart". Not a coroutine."""

    def on_system(self, message: SystemMessage) -> Reaction | None:
        """Something is said to it that is said to any actor. What is to follow? None is "usual". Not a coroutine.

        After "handled" a ping has no answer, and who is to terminate lives on.
        """

    def on_timer(self, number: int, ticks: int) -> Awaitable[None] | None:
        """The timer of this number has ticked (`Context.start_timer`, `Context.start_interval`), and so often: more than once if somebody was
        late."""

    def on_run(self) -> float | None:
        """No message waits, and all other work of the step is done: called after `Context.keep_running`. Not a coroutine.

        Returns in how many seconds it is to be called again (0: in the next step), or None: not before `keep_running` is called again.
        """

    def on_exit(self, exit: Exit) -> Awaitable[None] | None:
        """One that it is linked to has ended. A class that has this hook is told, orderly ends too; any other fails with it."""


# By their bits, as in src/lifecycle.rs.
HOOKS = (
    "on_prepare",
    "on_started",
    "on_restart",
    "on_stop",
    "on_child",
    "child_escalated",
    "on_system",
    "on_timer",
    "on_run",
    "on_exit",
)


def _has_hook(cls: type[Actor], name: str) -> bool:
    hook = getattr(cls, name)
    # Any other on_stop is called at the end itself, and costs nothing before.
    return hook is not getattr(Actor, name) and (name != "on_stop" or inspect.iscoroutinefunction(hook))


def _finalize(self: Actor) -> None:
    # Nobody can reach the actor any more. Its end, with its hook, is queued; the runtime holds it until then.
    _abandon(self)
