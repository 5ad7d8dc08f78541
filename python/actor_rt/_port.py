"""`OutputPort`: an actor's values for whoever subscribes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Generic, Literal, TypeVar, overload

from ._core import PortBase

if TYPE_CHECKING:
    from ._actor import Actor
    from ._core import Ref
    from ._runtime import Runtime

    _S = TypeVar("_S", bound=Actor)
    _U = TypeVar("_U")

_T = TypeVar("_T")


class Subscription:
    """An actor's subscription to a port."""

    __slots__ = ("_number", "_port")

    def __init__(self, port: PortBase, number: int) -> None:
        self._port = port
        self._number = number

    def cancel(self) -> bool:
        """End it; what waits is not delivered any more. False if it has ended."""
        return self._port._unsubscribe(self._number)  # pyright: ignore[reportPrivateUsage]


class OutputPort(PortBase, Generic[_T]):
    """Publishes values to actors that subscribe, in the order in which they did.

    Nobody waits for a slow one: it loses some, as it said, and is told how many those were with the next one it gets. A subscription keeps no actor
    alive.

    >>> class Display(art.Actor):
    ...     def show(self, degrees: int, lost: int) -> None:
    ...         print(f"{degrees} degrees, {lost} lost")
    >>> port: art.OutputPort[int] = art.OutputPort(rt)
    >>> display = rt.spawn(Display)
    >>> subscription = port.subscribe(display, Display.show, capacity=2)
    >>> for degrees in (18, 19, 20, 21):
    ...     _ = port.publish(degrees)
    >>> _ = rt.run_until_idle()
    20 degrees, 2 lost
    21 degrees, 0 lost
    >>> subscription.cancel()
    True
    """

    def __new__(cls, runtime: Runtime) -> OutputPort[_T]:
        """For actors of this runtime."""
        return super().__new__(cls, runtime)

    @overload
    def subscribe(
        self,
        actor: Ref[_S],
        method: Callable[[_S, _T, int], object],
        convert: None = None,
        *,
        capacity: int = 1024,
        overflow: Literal["drop_oldest", "drop_newest", "fail"] = "drop_oldest",
    ) -> Subscription: ...
    @overload
    def subscribe(
        self,
        actor: Ref[_S],
        method: Callable[[_S, _U, int], object],
        convert: Callable[[_T], _U | None],
        *,
        capacity: int = 1024,
        overflow: Literal["drop_oldest", "drop_newest", "fail"] = "drop_oldest",
    ) -> Subscription: ...
    def subscribe(
        self,
        actor: Ref[Any],
        method: Callable[[Any, Any, int], object],
        convert: Callable[[_T], Any] | None = None,
        *,
        capacity: int = 1024,
        overflow: Literal["drop_oldest", "drop_newest", "fail"] = "drop_oldest",
    ) -> Subscription:
        """Subscribe an actor to what is published from now on: `method` gets a value, and how many were lost before it.

        `convert` says in which form the actor wants a value, None for not at all; it is called by whoever publishes. At most `capacity` values wait
        for the actor. Of more the oldest or the newest ones are lost, or the actor fails, since it cannot keep up.
        """
        return Subscription(self, self._subscribe(actor, method, convert, capacity, overflow))

    def publish(self, value: _T) -> int:
        """Queue a value for all who subscribed and want it. Returns how many those are."""
        return self._publish(value)
