"""Tests of actors: virtual time, probes, an order by chance, and nothing left behind.

    def test_a_reminder_comes_after_an_hour() -> None:
        with testing.VirtualRuntime() as rt:
            inbox = testing.Probe(rt, Inbox)
            rt.spawn(Reminder, inbox.ref)
            rt.advance(3599.0)
            assert not inbox.messages
            rt.advance(1.0)
            inbox.expect(Inbox.remind, "an hour has gone by")

With pytest the fixture `actor_runtime` is such a runtime.
"""

from __future__ import annotations

import gc
import random
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Generic, Iterator, TypeVar

from . import _core
from ._actor import HOOKS, Actor
from ._clock import ManualClock
from ._core import Context, Ref, Reply, Timer
from ._errors import NotReady
from ._failure import ErrorInfo
from ._runtime import Runtime
from ._supervision import Supervisor

if TYPE_CHECKING:
    from typing import Concatenate, ParamSpec

    _P = ParamSpec("_P")

__all__ = ["Failure", "Message", "Probe", "VirtualRuntime", "no_leaks"]

_T = TypeVar("_T")
_A = TypeVar("_A", bound=Actor)
_R = TypeVar("_R")

# The functions of the native half are for this package.
# pyright: reportPrivateUsage=false


@dataclass(frozen=True)
class Failure:
    """An exception that left a handler."""

    error: BaseException
    info: ErrorInfo

    def __str__(self) -> str:
        return f"{self.info}: {self.error!r}"


class VirtualRuntime(Runtime):
    """A runtime whose time moves when it is told to, and which lets no failure of an actor pass unseen.

    An exception that leaves a handler, and that nobody asked for, fails the block at its end, unless it was expected (`failing`).

    seed: with a number, whose turn it is goes by chance, the same chance for the same number: each actor gets its messages in their order, but
    nothing is said of two actors. A test that holds for many seeds relies on no order that a runtime does not promise.
    """

    def __init__(
        self,
        *,
        seed: int | None = None,
        start: float = 0.0,
        root: Supervisor | None = None,
        ask_within: float | None = None,
        maxlen: int | None = None,
        threads: int | None = None,
        debug: bool | None = None,
    ) -> None:
        super().__init__(root=root, ask_within=ask_within, maxlen=maxlen, threads=threads, debug=debug)
        self._chance = None if seed is None else random.Random(seed)
        self.failures: list[Failure] = []
        """The failures that nobody has expected so far."""
        self.on_error = self._note

    def __new__(cls, *, start: float = 0.0, **settings: Any) -> VirtualRuntime:
        settings.pop("seed", None)
        return super().__new__(cls, clock=ManualClock(start), **settings)

    @property
    def clock(self) -> ManualClock:
        """Its time. `advance` moves it, and runs what is due on the way."""
        clock: Any = self._clock
        return clock  # type: ignore[no-any-return]

    def _note(self, error: BaseException, info: ErrorInfo) -> None:
        if not info.asked:
            self.failures.append(Failure(error, info))

    # -- time ------------------------------------------------------------------------------------------------------------

    def advance(self, seconds: float) -> int:
        """Let so much time pass, and run everything that is due on the way, each at its time. Returns how many messages were handled.

        >>> from actor_rt import testing
        >>> class Alarm(art.Actor):
        ...     def set(self, delay: float) -> None:
        ...         self.ctx.after(delay, Alarm.ring)
        ...
        ...     def ring(self) -> None:
        ...         print(self.ctx.now)
        >>> with testing.VirtualRuntime() as rt:
        ...     alarm = rt.spawn(Alarm)
        ...     for delay in (2.5, 1.0):
        ...         alarm.tell(Alarm.set, delay)
        ...     handled = rt.advance(3.0)
        1.0
        2.5
        """
        if not seconds >= 0:
            raise ValueError("time moves forward only")
        end = self.clock() + seconds
        handled = self.run_until_idle()
        while not self.closed:
            timeout = self.next_timeout()
            left = end - self.clock()
            if timeout is None or timeout > left:
                self.clock.advance(max(left, 0.0))
                # What is due right at the end may be so by a rounding of the clock's only.
                return handled + self.run_until_idle()
            self.clock.advance(timeout)
            handled += self.run_until_idle()
        return handled

    def run_until(self, reply: Reply[_T], within: float = 3600.0) -> _T:
        """Run until the reply has its outcome, time going on from one timer to the next, and return the answer or raise the exception.

        `NotReady` if it has none after `within` seconds, or if nothing is left that could answer.

        >>> from actor_rt import testing
        >>> with testing.VirtualRuntime() as rt:
        ...     rt.run_until(rt.spawn(Counter).ask(Counter.slowly, 5, 1800.0)), rt.now
        (5, 1800.0)
        """
        end = self.clock() + within
        self.run_until_idle()
        while not reply.done() and not self.closed:
            timeout = self.next_timeout()
            if timeout is None or self.clock() + timeout > end:
                raise NotReady(f"the reply has no outcome within {within} s of virtual time, or nothing is left that could answer it")
            self.clock.advance(timeout)
            self.run_until_idle()
        return reply.result()

    def run_until_idle(self) -> int:
        """Run until nothing is left to do now. Returns how many messages were handled; by chance more, as one may have to wait after its turn came."""
        if self._chance is None:
            return super().run_until_idle()
        self._refuse_nested("run_until_idle")
        handled = 0
        idle = False
        while not idle and not self.closed:
            living = _core._living(self)
            held = self._hold_some(living, self._chance)
            # The turns of those that are held come, and are put off until they go on: the others are to have one of theirs meanwhile.
            progress = self.step(max_messages=self._chance.randint(1, 1 + 2 * len(living)))
            if progress.host_calls and not self.closed:
                self.run_host_calls()
            handled += progress.handled
            if self.closed:
                break
            for actor in held:
                _core._let_go(self, actor)
            idle = not held and not progress.handled and self._is_idle(progress)
        return handled

    def _hold_some(self, living: list[Ref[Any]], chance: random.Random) -> list[Ref[Any]]:
        """Have some of the actors wait for their next turn; in one of four cases none, so that all is done some time."""
        if chance.random() < 0.25:
            return []
        return [actor for actor in living if chance.random() < 0.5 and _core._hold_back(self, actor)]

    # -- failures --------------------------------------------------------------------------------------------------------

    @contextmanager
    def failing(self, kind: type[BaseException] = Exception) -> Iterator[list[Failure]]:
        """A block in which an actor fails with such an exception: an AssertionError if none does. What it yields has the failures after it.

        >>> from actor_rt import testing
        >>> with testing.VirtualRuntime() as rt:
        ...     counter = rt.spawn(Counter)
        ...     with rt.failing(ValueError) as failures:
        ...         counter.tell(Counter.fail, "on purpose")
        ...     print(failures[0])
        Counter.fail of <Actor Counter#1>: ValueError('on purpose')
        """
        before = len(self.failures)
        expected: list[Failure] = []
        yield expected
        self.run_until_idle()
        for failure in self.failures[before:]:
            if isinstance(failure.error, kind):
                expected.append(failure)
                self.failures.remove(failure)
        _check(bool(expected), f"no actor failed with {kind.__name__}")

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        super().__exit__(kind, error, trace)
        if error is None and self.failures:
            text = "\n".join(f"  {failure}" for failure in self.failures)
            raise AssertionError(f"actors failed:\n{text}") from self.failures[0].error


@dataclass(frozen=True)
class Message:
    """What a probe was sent."""

    method: str
    """The method's name."""
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [*map(repr, self.args), *(f"{name}={value!r}" for name, value in self.kwargs.items())]
        return f"{self.method}({', '.join(parts)})"


class Probe(Generic[_A]):
    """Stands for an actor of a class: it notes what it is sent, does nothing of it, and answers what it was told to.

    >>> from actor_rt import testing
    >>> class Shop(art.Actor):
    ...     def __init__(self, stock: art.Ref[Counter]) -> None:
    ...         self.stock = stock
    ...
    ...     async def buy(self) -> str:
    ...         return "sold" if await self.stock.ask(Counter.add, -1) >= 0 else "sold out"
    >>> with testing.VirtualRuntime() as rt:
    ...     stock = testing.Probe(rt, Counter)
    ...     stock.answer(Counter.add, -1)
    ...     rt.run_until(rt.spawn(Shop, stock.ref).ask(Shop.buy))
    ...     stock.expect(Counter.add, -1)
    ...     stock.messages
    'sold out'
    []
    """

    def __init__(self, rt: Runtime, cls: type[_A]) -> None:
        self.messages: list[Message] = []
        """What it was sent, and `expect` has not taken, in order."""
        self._answers: dict[str, Callable[..., Any]] = {}
        self._cls = cls
        names = [name for name in dir(cls) if not name.startswith("__") and callable(getattr(cls, name)) and not hasattr(Actor, name)]
        methods: dict[str, Any] = {name: self._noting(name) for name in names}
        # What is sent as a value comes here where the class has no method for it, and is noted with its own.
        methods.setdefault("receive", self._noting("receive"))
        stands = type(f"{cls.__name__}Probe", (cls,), {"__init__": lambda self: None, **{name: getattr(Actor, name) for name in HOOKS}, **methods})
        self.ref: Ref[_A] = rt.spawn(stands)
        """To hand to the actors under test."""

    def _noting(self, name: str) -> Callable[..., Any]:
        def note(_: Actor, *args: Any, **kwargs: Any) -> Any:
            self.messages.append(Message(name, args, kwargs))
            answer = self._answers.get(name)
            return answer(*args, **kwargs) if answer is not None else None

        note.__qualname__ = f"{self._cls.__qualname__}.{name}"
        return note

    def answer(self, method: Callable[Concatenate[_A, _P], _R], answer: _R | BaseException | Callable[_P, _R]) -> None:
        """What it answers from now on: a value, an exception that it raises (and survives), or what a function makes of the arguments."""
        self._answers[method.__name__] = _answering(answer)

    def expect(self, method: Callable[Concatenate[_A, _P], object], /, *args: _P.args, **kwargs: _P.kwargs) -> None:
        """Take the next message, which must be this one: an AssertionError if not."""
        wanted = Message(method.__name__, args, dict(kwargs))
        _check(bool(self.messages), f"expected {wanted}, and nothing has come")
        _check(self.messages[0] == wanted, f"expected {wanted}, and {self.messages[0]} has come")
        del self.messages[0]

    def expect_nothing(self) -> None:
        """Nothing has come that was not expected: an AssertionError if something has."""
        _check(not self.messages, "nothing was expected, and there came " + ", ".join(map(str, self.messages)))


def _answering(answer: Any) -> Callable[..., Any]:
    from ._errors import Refused

    if isinstance(answer, BaseException):

        def refuse(*_: Any, **__: Any) -> Any:
            if isinstance(answer, Refused):
                raise answer
            # It is the answer, and the probe lives on. Made without its `__init__`, which may take other arguments than those it keeps.
            kind = type("Refused" + type(answer).__name__, (Refused, type(answer)), {})
            refusal = kind.__new__(kind, *answer.args)
            refusal.__dict__.update(answer.__dict__)
            raise refusal from answer

        return refuse
    if callable(answer):
        return answer  # type: ignore[no-any-return]
    return lambda *_, **__: answer


@contextmanager
def no_leaks() -> Iterator[None]:
    """A block after which nothing is left of the runtimes that were made in it, nor of their actors, replies and timers.

    An AssertionError names what is. What the caller keeps in variables of its own counts: make it in a function.

    >>> from actor_rt import testing
    >>> def test() -> None:
    ...     with testing.VirtualRuntime() as rt:
    ...         rt.run_until(rt.spawn(Counter).ask(Counter.add, 1))
    >>> with testing.no_leaks():
    ...     test()
    """
    kinds = (Runtime, Actor, Ref, Reply, Timer, Context)

    def living() -> dict[int, object]:
        gc.collect()
        return {id(one): one for one in gc.get_objects() if issubclass(type(one), kinds)}

    # Kept, so that no number is used twice meanwhile.
    before = living()
    yield
    left = [one for number, one in living().items() if number not in before]
    _check(not left, "left behind: " + ", ".join(sorted(map(repr, left))))


def _check(holds: bool, text: str) -> None:
    # Not by `assert`, which python -O leaves out.
    if not holds:
        raise AssertionError(text)
