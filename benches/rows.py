"""What is claimed: every row, its bar, and which programs execute it.

A row is measured in one of three ways (``How``):

* ``INSTRUCTIONS``: valgrind's callgrind, per operation, as the difference of two run lengths: exact and repeatable.
* ``BYTES``: growth of memory per operation, with the allocator's own overhead.
* ``ALLOCATIONS``: allocations over the whole measured part, after warm-up.

``TIME_ONLY`` rows have no gate: they appear under ``run.py --time``, as a ratio beside Stakker.
"""

from dataclasses import dataclass
from enum import Enum


class How(Enum):
    """What a row counts."""

    INSTRUCTIONS = "instr"
    BYTES = "bytes"
    ALLOCATIONS = "allocs"
    TIME_ONLY = "time"


@dataclass(frozen=True)
class Row:
    """One claim. ``bar`` is the largest figure allowed; without one only the ratchet holds the row."""

    name: str
    title: str
    how: How
    bar: float | None = None
    workload: str | None = None
    """The workload's name in the programs; the row's own name unless given."""
    ops: int = 20_000
    """The shorter run length; the longer one is twice that. A multiple of 1,000."""
    program: str = "rust"
    """Which program executes our side: ``rust`` or ``c``. The peers are always Rust."""
    equal_to: str | None = None
    """This row may cost no more than that one: what waits must not be paid for."""
    time_ops: int | None = 1_000_000
    """Operations of one time sample; ``None`` keeps the row out of the time table."""

    @property
    def runs(self) -> str:
        """The workload's name in the programs."""
        return self.workload or self.name


ROWS = [
    Row("burst", "typed post + dispatch, burst", How.INSTRUCTIONS, 65),
    Row("ping", "ping-pong hop", How.INSTRUCTIONS, 55),
    Row("post_by_id", "post by id", How.INSTRUCTIONS, 76),
    Row("c_burst", "C post + C dispatch, 8 B, burst", How.INSTRUCTIONS, 130, workload="burst", program="c"),
    Row("c_ping", "C post + C dispatch, 8 B, ping", How.INSTRUCTIONS, 130, workload="ping", program="c"),
    Row("post_one_step_once", "post one, step once", How.INSTRUCTIONS, 130),
    Row("spawn_drop", "spawn + drop", How.INSTRUCTIONS, 450, time_ops=200_000),
    Row("timer_add_cancel_100k", "timer add + cancel, payload, owner, 100k wait", How.INSTRUCTIONS, 220, time_ops=200_000),
    Row("burst_64", "typed post + dispatch, burst, 64 B", How.INSTRUCTIONS),
    Row("spawn_drop_batch", "spawn + drop, 1,000 at a time", How.INSTRUCTIONS, time_ops=200_000),
    Row("ring", "hop around a ring of 100 actors", How.INSTRUCTIONS),
    Row("fan", "message out to 100 workers, and back", How.INSTRUCTIONS),
    Row("request", "request with a Ret, and its answer", How.INSTRUCTIONS),
    Row("prep_flush", "call that waits for its actor to be made", How.INSTRUCTIONS, time_ops=200_000),
    Row("wake", "wake, told to the host, taken", How.INSTRUCTIONS, time_ops=200_000),
    Row("timer_rearm", "three timers re-armed, one fires", How.INSTRUCTIONS, time_ops=200_000),
    Row("idle_step", "step with nothing to do", How.INSTRUCTIONS),
    Row("idle_step_100k", "step with nothing to do, 100k actors and timers wait", How.INSTRUCTIONS, equal_to="idle_step"),
    Row("actor_memory", "memory per actor, 8 B state, all counted", How.BYTES, 74, ops=100_000, time_ops=None),
    Row("no_alloc_messages", "allocations: post + dispatch", How.ALLOCATIONS, 0, workload="burst", time_ops=None),
    Row("no_alloc_timer_rearm", "allocations: timer re-arm", How.ALLOCATIONS, 0, workload="timer_rearm", time_ops=None),
    Row("no_alloc_wake", "allocations: wake", How.ALLOCATIONS, 0, workload="wake", time_ops=None),
    Row("no_alloc_idle_step", "allocations: spurious step", How.ALLOCATIONS, 0, workload="idle_step_100k", time_ops=None),
    Row("timer_add_cancel_1k", "timer add + cancel, 1k wait", How.TIME_ONLY, time_ops=200_000),
    Row("timer_add_cancel_1m", "timer add + cancel, 1M wait", How.TIME_ONLY, time_ops=200_000),
    Row("timer_cancel_random_100k", "timer cancel of a random one + add, 100k wait", How.TIME_ONLY, time_ops=200_000),
    Row("timer_cancel_random_1m", "timer cancel of a random one + add, 1M wait", How.TIME_ONLY, time_ops=200_000),
    Row("timer_fire_ms_grid", "timer fires, deadlines on a ms grid", How.TIME_ONLY, time_ops=100_000),
    Row("timer_fire_ns_random", "timer fires, deadlines at any ns", How.TIME_ONLY, time_ops=100_000),
]

GATED = [row for row in ROWS if row.how is not How.TIME_ONLY]
TIMED = [row for row in ROWS if row.time_ops is not None]
