"""Pools: jobs for many workers, each of which gets its next one when it is done with the one before."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Generic, Literal, Mapping, TypeVar, Union, overload

from ._actor import Actor
from ._core import RuntimeBase, _Pool  # pyright: ignore[reportPrivateUsage]
from ._limits import Intensity, Rate
from ._supervision import Supervision

if TYPE_CHECKING:
    from typing import ParamSpec

    from typing_extensions import TypeVarTuple, Unpack

    from ._core import Ref, Reply

    _P = ParamSpec("_P")
    _Ts = TypeVarTuple("_Ts")
    _A = TypeVar("_A", bound=Actor)
    _S = TypeVar("_S", bound=Actor)
    _R = TypeVar("_R")

_W = TypeVar("_W", bound=Actor)

PoolKey = Union[None, str, int, bytes]
"""By what a router chooses: of a kind whose hash is the same in every run."""
JobPriority = Literal["highest", "high", "important", "normal", "best_effort"]
"""How urgent a job is. A more urgent one leaves its queue first; among equals the older one does."""
Reason = Literal["expired", "load_shed", "shutdown", "rate_limited", "worker_lost"]
"""Why a job is not done: it waited longer than it may; there was no room for it, or another one took its place; the pool drains or has ended; the
router's rate was exceeded; a worker had begun it and was lost, or failed."""


@dataclass(frozen=True)
class PoolStats:
    """What a pool has to do now, and what became of the jobs so far.

    Each job that was accepted is done, waits, is being done, or was discarded: `accepted + refused` is `done + queued + running` and all of
    `discarded`.
    """

    size: int
    """Workers."""
    active: int
    """Workers that have a job."""
    queued: int
    """Jobs that wait."""
    running: int
    """Jobs that workers have."""
    available: int
    """How many jobs more could begin at once."""
    accepted: int
    """Jobs accepted."""
    refused: int
    """Jobs not accepted."""
    done: int
    """Jobs done."""
    retried: int
    """Tries of lost jobs that were to be tried again."""
    discarded: Mapping[Reason, int]
    """How many jobs were discarded for each reason, accepted or not."""


@dataclass(frozen=True)
class Job:
    """A job, as `PoolSpec.never_discard` and `PoolSpec.on_discard` see it."""

    key: PoolKey
    """By what its worker is chosen."""
    method: Callable[..., object]
    """The method that is to do it."""
    args: tuple[Any, ...]
    """Its arguments."""
    priority: JobPriority = "normal"
    """How urgent it is; told to `never_discard` only."""
    ttl: float | None = None
    """How many seconds it may wait; told to `never_discard` only."""


@dataclass(frozen=True)
class Discarded:
    """A job that is not done: what `PoolSpec.on_discard` gets."""

    key: PoolKey
    """Its key."""
    job: Job | None
    """The job; None if the lost worker had it."""
    reason: Reason
    """Why."""


@dataclass(frozen=True)
class PoolEvent:
    """What `PoolSpec.on_event` gets."""

    kind: Literal["started", "draining", "stopped", "silent"]
    """`started`: it takes jobs. `draining`: it takes no more. `stopped`: it has ended, in whatever way. `silent`: a worker has a job and gives no
    sign of life (`PoolSettings.silence`)."""
    slot: int | None = None
    """The silent worker's number, from 0."""
    worker: Ref[Any] | None = None
    """The silent worker."""
    silence: float | None = None
    """For how many seconds."""


@dataclass(frozen=True)
class PoolSettings:
    """What can be said of a pool at its start and at any time later, by `Pool.set_settings`."""

    size: int = 1
    """How many workers there are, 1 to a million."""
    in_flight: int = 1
    """How many jobs a worker has at once. A worker is an actor: it begins them one after the other, and holds the next one while a coroutine of the
    one before waits, unless its method is `@reentrant`."""
    discard: Literal["newest", "oldest"] = "newest"
    """Which job goes when more would wait in a queue than the limit: the new one, or the oldest of the least urgent ones."""
    limit: int | Callable[[PoolStats], int] | None = None
    """How many jobs may wait in each queue, the pool's own and those of its workers: a number, 0 for none; None for any; or a function, which is
    asked when it matters."""
    limit_every: float = 1.0
    """How many seconds what such a function said holds."""
    silence: float | None = None
    """After how many seconds a worker that has a job and neither gets one nor is done with one is `silent`; None for never."""
    silence_kills: bool = False
    """Whether it is killed then and another one takes its place; its jobs are lost, or tried again."""


@dataclass(frozen=True)
class PoolSpec:
    """How a pool is made: for `Runtime.pool`. What it calls is called in turns of the pool, and may use the runtime."""

    settings: PoolSettings = PoolSettings()
    """What can be changed later."""
    router: Literal["first_idle", "key_persistent", "sticky", "round_robin"] | Callable[[PoolKey, int], int] = "first_idle"
    """Which worker gets a job: `first_idle`: whoever has least to do. `key_persistent`: the worker of its key. `sticky`: the worker that has jobs of its
    key, else whoever has least to do. `round_robin`: the next one in turn. A function of key and size: the worker with that number, modulo the size."""
    rate: Rate | None = None
    """How many jobs are let through in a time."""
    workers: Supervision = Supervision()
    """How the workers are supervised: back-off, shutdown and intensity count. Each is replaced in place whenever it ends."""
    intensity: Intensity = Intensity(1000, 1.0)
    """How many workers may be replaced before the pool fails."""
    supervision: Supervision = Supervision()
    """How the pool itself is supervised."""
    parent: Ref[Any] | None = None
    """The actor under which it is; None for the runtime."""
    on_discard: Callable[[Discarded], object] | None = None
    """Told of each job that is not done, once."""
    on_event: Callable[[PoolEvent], object] | None = None
    """Told of the pool's life."""
    never_discard: Callable[[Job], bool] | None = None
    """Which jobs are taken past the limit and never go for others. Asked once for each."""
    controller: Callable[[PoolStats], int] | None = None
    """Asked how many workers there are to be; 0 changes nothing. A pool that drains asks no more."""
    control_every: float = 1.0
    """How many seconds pass before it is asked, and asked again."""


class Pool(Generic[_W]):
    """A pool of workers: what `Runtime.pool` returns.

    It lives until it is drained or stopped, fails, or the runtime is closed, whether anybody can reach it or not.
    """

    __slots__ = ("_core", "_settings", "__weakref__")

    def __init__(self, core: _Pool, settings: PoolSettings) -> None:
        self._core = core
        self._settings = settings

    @overload
    def submit(
        self: Pool[_S],
        method: Callable[[_S, Unpack[_Ts]], Awaitable[_R]],
        /,
        *args: Unpack[_Ts],
        key: PoolKey = None,
        priority: JobPriority = "normal",
        ttl: float | None = None,
        retries: int = 0,
    ) -> Reply[_R]: ...
    @overload
    def submit(
        self: Pool[_S],
        method: Callable[[_S, Unpack[_Ts]], _R],
        /,
        *args: Unpack[_Ts],
        key: PoolKey = None,
        priority: JobPriority = "normal",
        ttl: float | None = None,
        retries: int = 0,
    ) -> Reply[_R]: ...
    # mypy takes no `*args: Any` for an overload's `*args: Unpack[...]`.
    def submit(  # type: ignore[misc]
        self,
        method: Callable[..., Any],
        /,
        *args: Any,
        key: PoolKey = None,
        priority: JobPriority = "normal",
        ttl: float | None = None,
        retries: int = 0,
    ) -> Reply[Any]:
        """Have `method(*args)` done by a worker. The reply is the job's answer: what the method returns, or raises.

        A worker that raises fails, as any actor does, and is replaced; the job is tried again `retries` times. `raise Refused` is an answer, and
        `raise TryAgain` fails the try alone. `JobDiscarded` says that the job was not done, and why. `ttl` is how many seconds it may wait. The
        method's arguments are given by their places.

        >>> spec = art.PoolSpec(settings=art.PoolSettings(size=2), router="key_persistent")
        >>> pool = rt.pool(spec, Counter)
        >>> replies = [pool.submit(Counter.add, n, key="ada", retries=1) for n in (1, 2, 3)]
        >>> _ = rt.run_until_idle()
        >>> [reply.result() for reply in replies]
        [1, 3, 6]
        """
        reply = self._core.submit(method, args, key, priority, ttl, retries, True)
        assert reply is not None
        return reply

    def tell(
        self: Pool[_S],
        method: Callable[[_S, Unpack[_Ts]], object],
        /,
        *args: Unpack[_Ts],
        key: PoolKey = None,
        priority: JobPriority = "normal",
        ttl: float | None = None,
        retries: int = 0,
    ) -> None:
        """The same for a job whose answer nobody wants. What becomes of it `PoolSpec.on_discard` hears, and the error hook."""
        self._core.submit(method, args, key, priority, ttl, retries, False)

    def stats(self) -> Reply[PoolStats]:
        """What the pool has to do, and what became of the jobs so far, after all that was submitted before.

        >>> pool = rt.pool(art.PoolSpec(), Counter)
        >>> pool.tell(Counter.slowly, 1)
        >>> pool.tell(Counter.add, 1)
        >>> stats = rt.run_until(pool.stats())
        >>> stats.running, stats.queued
        (1, 1)
        """
        return self._core.stats()

    @property
    def settings(self) -> PoolSettings:
        """What was said of it last."""
        return self._settings

    def set_settings(self, settings: PoolSettings) -> Reply[int]:
        """Change what is said of it. The reply gets how many workers there are."""
        reply = self._core.set_settings(settings)
        self._settings = settings
        return reply

    def set_size(self, size: int) -> Reply[int]:
        """Change how many workers there are; the reply gets that number.

        Of those that are too many the busy ones do what they have begun, and end. What waits for a certain worker is routed anew.
        """
        reply = self._core.set_size(size)
        self._settings = dataclasses.replace(self._settings, size=size)
        return reply

    def drain(self) -> None:
        """Take no more jobs, and end when all that were accepted are done or gone."""
        self._core.drain()

    def stop(self) -> None:
        """End the pool and its workers; what waits is discarded."""
        self._core.stop()

    def kill(self) -> None:
        """End the pool and its workers without their `on_stop`."""
        self._core.kill()

    def ended(self) -> Reply[None]:
        """A reply that comes when the pool has ended."""
        return self._core.ended()

    def workers(self) -> list[Ref[_W]]:
        """The workers. Those of a pool that was just made come to be in the next step."""
        return self._core.workers()

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._core.alive

    def __repr__(self) -> str:
        return f"<Pool of {self._settings.size}>"


class Pools(RuntimeBase):
    """What a `Runtime` has for pools."""

    def pool(self, spec: PoolSpec, cls: Callable[_P, _A], /, *args: _P.args, **kwargs: _P.kwargs) -> Pool[_A]:
        """Make a pool whose workers are `cls(*args, **kwargs)`, each made in a later step, and anew whenever one has ended."""
        return Pool(self._pool(spec, cls, *args, **kwargs), spec.settings)
