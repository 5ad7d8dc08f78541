"""A clock for tests: time moves when told to."""

from __future__ import annotations


class ManualClock:
    """A clock to hand to `Runtime(clock=…)`.

    clock = ManualClock()
    rt = Runtime(clock=clock)
    clock.advance(1.5)
    rt.run_until_idle()      # what was due within these 1.5 seconds
    """

    __slots__ = ("_now",)

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def __call__(self) -> float:
        """The time in seconds."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the time forward."""
        if not seconds >= 0:
            raise ValueError("time moves forward only")
        self._now += seconds
