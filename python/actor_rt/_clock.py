"""A clock for tests: time moves when told to."""

from __future__ import annotations

import weakref
from typing import Protocol


class _Sleeper(Protocol):
    def _wake(self) -> None: ...


class ManualClock:
    """A clock to hand to `Runtime(clock=…)`.

    clock = ManualClock()
    rt = Runtime(clock=clock)
    clock.advance(1.5)
    rt.run_until_idle()      # what was due within these 1.5 seconds

    A runtime on a host's loop goes on by itself when its clock is moved.
    """

    __slots__ = ("_now", "_sleepers")

    def __init__(self, start: float = 0.0) -> None:
        # In whole nanoseconds, so that time which is added is never lost to a rounding.
        self._now = round(start * 1e9)
        self._sleepers: weakref.WeakSet[_Sleeper] = weakref.WeakSet()

    def __call__(self) -> float:
        """The time in seconds."""
        return self._now / 1e9

    def advance(self, seconds: float) -> None:
        """Move the time forward. On the thread of the runtimes that have it."""
        if not seconds >= 0:
            raise ValueError("time moves forward only")
        self._now += round(seconds * 1e9)
        for sleeper in list(self._sleepers):
            sleeper._wake()

    def _tell(self, sleeper: _Sleeper) -> None:
        self._sleepers.add(sleeper)
