"""A pool of workers, and all that it tells, for the tests of pools."""

from __future__ import annotations

from typing import Any

import actor_rt as art


class Worker(art.Actor):
    """Does jobs. `made` and `seen` outlive its incarnations."""

    def __init__(self, made: list[int], seen: list[tuple[int, object]]) -> None:
        self.number = len(made)
        made.append(self.number)
        self.seen = seen

    def note(self, what: object) -> int:
        self.seen.append((self.number, what))
        return self.number

    async def slowly(self, what: object, seconds: float = 1.0) -> str:
        await self.ctx.sleep(seconds)
        self.seen.append((self.number, what))
        return f"{what} done"

    def fail(self, what: object) -> None:
        self.seen.append((self.number, what))
        raise ValueError(what)

    def fail_until(self, times: int, tries: list[int]) -> int:
        tries.append(1)
        if len(tries) <= times:
            raise OSError(len(tries))
        return len(tries)

    def again_until(self, times: int, tries: list[int]) -> int:
        tries.append(self.number)
        if len(tries) <= times:
            raise art.TryAgain("busy")
        return len(tries)

    def refuse(self) -> None:
        raise art.Refused("not today")

    def left(self) -> float | None:
        return self.ctx.remaining


class World:
    """A runtime with a pool, and all that it tells."""

    def __init__(self, rt: art.Runtime, clock: art.ManualClock, **more: Any) -> None:
        self.rt, self.clock = rt, clock
        self.made: list[int] = []
        self.seen: list[tuple[int, object]] = []
        self.lost: list[art.Discarded] = []
        self.events: list[art.PoolEvent] = []
        rt.on_error = lambda error, info: self.errors.append((type(error).__name__, info.asked))
        self.errors: list[tuple[str, bool]] = []
        spec = art.PoolSpec(on_discard=self.lost.append, on_event=self.events.append, **more)
        self.pool = rt.pool(spec, Worker, self.made, self.seen)
        rt.run_until_idle()

    def at(self, seconds: float) -> None:
        self.rt.run_until_idle()
        self.clock.advance(seconds - self.clock())
        self.rt.run_until_idle()

    def stats(self) -> art.PoolStats:
        return self.rt.run_until(self.pool.stats())

    def whats(self) -> list[object]:
        return [what for _, what in self.seen]


def sized(size: int, **more: Any) -> art.PoolSettings:
    return art.PoolSettings(size=size, **more)
