"""Asking several actors at once, and asking once for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Awaitable, Callable, Generic, Hashable, Iterable, TypeVar, overload

from ._core import RuntimeBase

if TYPE_CHECKING:
    from typing_extensions import TypeVarTuple, Unpack

    from ._actor import Actor
    from ._core import Ref, Reply

    _Ts = TypeVarTuple("_Ts")
    _S = TypeVar("_S", bound=Actor)
    _R = TypeVar("_R")

_K = TypeVar("_K", bound=Hashable)
_T = TypeVar("_T")


# mypy takes no `*args: Any` for an overload's `*args: Unpack[...]`: hence the comments at the implementations.
class Asking(RuntimeBase):
    """What a `Runtime` has for asking several actors at once."""

    @overload
    def ask_all(
        self,
        actors: Iterable[Ref[_S]],
        method: Callable[[_S, Unpack[_Ts]], Awaitable[_R]],
        /,
        *args: Unpack[_Ts],
        within: float | None = None,
    ) -> Reply[list[_R | BaseException]]: ...
    @overload
    def ask_all(
        self,
        actors: Iterable[Ref[_S]],
        method: Callable[[_S, Unpack[_Ts]], _R],
        /,
        *args: Unpack[_Ts],
        within: float | None = None,
    ) -> Reply[list[_R | BaseException]]: ...
    def ask_all(  # type: ignore[misc]
        self,
        actors: Iterable[Ref[Any]],
        method: Callable[..., Any],
        /,
        *args: Any,
        within: float | None = None,
    ) -> Reply[Any]:
        """Ask several actors the same. The reply gets the outcome of each, in their order: its answer, or its exception.

        With `within` that is the outcome after so many seconds at the most. Withdrawing the reply withdraws all asks.

        >>> counters = [rt.spawn(Counter, start) for start in (1, 2, 3)]
        >>> rt.run_until(rt.ask_all(counters, Counter.add, 10))
        [11, 12, 13]
        """
        return self._gather(_asked(actors, method, args, within), 0)

    @overload
    def ask_first(
        self,
        actors: Iterable[Ref[_S]],
        method: Callable[[_S, Unpack[_Ts]], Awaitable[_R]],
        /,
        *args: Unpack[_Ts],
        within: float | None = None,
    ) -> Reply[_R]: ...
    @overload
    def ask_first(
        self,
        actors: Iterable[Ref[_S]],
        method: Callable[[_S, Unpack[_Ts]], _R],
        /,
        *args: Unpack[_Ts],
        within: float | None = None,
    ) -> Reply[_R]: ...
    def ask_first(  # type: ignore[misc]
        self,
        actors: Iterable[Ref[Any]],
        method: Callable[..., Any],
        /,
        *args: Any,
        within: float | None = None,
    ) -> Reply[Any]:
        """Ask several actors the same. The reply gets the first answer, and the other asks are withdrawn; `NoQuorum` if none answers.

        >>> counters = [rt.spawn(Counter, start) for start in (1, 2, 3)]
        >>> counters[0].kill()
        >>> rt.run_until(rt.ask_first(counters, Counter.add, 10, within=1.0))
        12
        """
        return self._gather(_asked(actors, method, args, within), -1)

    @overload
    def ask_quorum(
        self,
        answers: int,
        actors: Iterable[Ref[_S]],
        method: Callable[[_S, Unpack[_Ts]], Awaitable[_R]],
        /,
        *args: Unpack[_Ts],
        within: float | None = None,
    ) -> Reply[list[_R | BaseException]]: ...
    @overload
    def ask_quorum(
        self,
        answers: int,
        actors: Iterable[Ref[_S]],
        method: Callable[[_S, Unpack[_Ts]], _R],
        /,
        *args: Unpack[_Ts],
        within: float | None = None,
    ) -> Reply[list[_R | BaseException]]: ...
    def ask_quorum(  # type: ignore[misc]
        self,
        answers: int,
        actors: Iterable[Ref[Any]],
        method: Callable[..., Any],
        /,
        *args: Any,
        within: float | None = None,
    ) -> Reply[Any]:
        """Ask several actors the same until so many have answered. The reply gets the outcome of each, in their order.

        Those that were not waited for are `AskCancelled`. `NoQuorum` as soon as so many answers cannot be had any more.

        >>> counters = [rt.spawn(Counter, start) for start in (1, 2, 3)]
        >>> rt.run_until(rt.ask_quorum(2, counters, Counter.add, 10))
        [11, 12, AskCancelled('the ask was withdrawn')]
        """
        if answers < 1:
            raise ValueError("a quorum is of 1 or more answers")
        return self._gather(_asked(actors, method, args, within), answers)


def _asked(
    actors: Iterable[Ref[Any]], method: Callable[..., Any], args: tuple[object, ...], within: float | None
) -> list[Reply[Any]]:
    return [actor.ask(method, *args).within(within) for actor in actors]


class Coalesce(Generic[_K, _T]):
    """Many who ask the same at once, and one who finds it out: kept by an actor in its state.

    Whoever asks for the same before there is an answer gets the same answer, and that is asked for once:

    >>> class Names(art.Actor):
    ...     def __init__(self, store: art.Ref[Counter]) -> None:
    ...         self.store = store
    ...         self.asked: art.Coalesce[int, int] = art.Coalesce()
    ...
    ...     def name(self, id: int) -> art.Reply[int]:
    ...         return self.asked.join(id, lambda: self.store.ask(Counter.add, 1))
    >>> names = rt.spawn(Names, rt.spawn(Counter))
    >>> replies = [names.ask(Names.name, 7) for _ in range(3)]
    >>> _ = rt.run_until_idle()
    >>> [reply.result() for reply in replies]
    [1, 1, 1]
    """

    def __init__(self) -> None:
        self._open: dict[_K, Reply[_T]] = {}

    def join(self, key: _K, ask: Callable[[], Reply[_T]]) -> Reply[_T]:
        """The reply that everybody waits for who wants this; the first one calls `ask` for it.

        A handler may return it: then its asker gets that outcome, an exception too.
        """
        known = self._open.get(key)
        if known is None or known.done():
            known = self._open[key] = ask()
            known.add_done_callback(lambda reply: self._forget(key, reply))
        # A reply of each one's own: who withdraws it withdraws nobody else's.
        return known._copy()  # pyright: ignore[reportPrivateUsage]

    def fail(self, key: _K) -> bool:
        """Withdraw what is asked for: everybody who waits for it gets `AskCancelled`. False if nobody does."""
        known = self._open.pop(key, None)
        return known is not None and known.cancel()

    def __contains__(self, key: object) -> bool:
        """Whether somebody waits for this."""
        return key in self._open

    def __len__(self) -> int:
        """How many things are asked for."""
        return len(self._open)

    def _forget(self, key: _K, reply: Reply[_T]) -> None:
        if self._open.get(key) is reply:
            del self._open[key]
