"""How much of something is allowed, and how long one waits: `Intensity`, `Backoff`, `Rate`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Intensity:
    """How many restarts are allowed before it is given up."""

    restarts: int
    """So many,"""
    period: float
    """within so many seconds."""
    anchored: bool = False
    """False: those of the last period count. True: periods begin with the start, and anew with the first failure after a period's end."""


@dataclass(frozen=True)
class Backoff:
    """How long restarts wait."""

    first: float
    """How many seconds the first one waits,"""
    longest: float
    """and the longest one."""
    factor: float = 2.0
    """How much longer each one waits than the one before; 1.0 or more."""
    jitter: float = 0.0
    """The part of the wait that is random, so that many that failed together do not start together: 0.0 to 1.0."""
    reset: float | None = None
    """Who has been ready for so many seconds begins with the first wait again; None: as many as the longest wait has."""


@dataclass(frozen=True)
class Rate:
    """How much may come in a time."""

    count: int
    """So many,"""
    period: float
    """within so many seconds."""
