"""What is claimed: every row, its bar, and which programs execute it.

A row is measured in one of three ways (``How``):

* ``INSTRUCTIONS``: valgrind's callgrind, per operation, as the difference of two run lengths: exact and repeatable.
* ``BYTES``: growth of memory per operation, with the allocator's own overhead.
* ``ALLOCATIONS``: allocations over the whole measured part, after warm-up.

``TIME_ONLY`` rows have no such gate: they appear under ``run.py --time`` alone.

Time has bars as well, as ratios of medians taken interleaved in one run: beside Stakker, and for the bare messages beside the
floor. They are shown, and fail nothing unless asked to: nanoseconds are no gate for continuous integration.
"""

from dataclasses import dataclass
from enum import Enum


STAKKER_BAR = 0.9
"""What a row without a bar of its own may take, as a share of Stakker's time."""


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
    """Which program executes our side: ``rust``, ``c`` or ``cpp``. The peers are always Rust."""
    equal_to: str | None = None
    """This row may cost no more than that one: what waits must not be paid for."""
    equal_times: float = 1.0
    """As often as this what that one costs."""
    time_ops: int | None = 1_000_000
    """Operations of one time sample; ``None`` keeps the row out of the time table."""

    stakker_bar: float | None = STAKKER_BAR
    """The largest share of Stakker's time; ``None`` where Stakker has no counterpart."""
    floor_bar: float | None = None
    """The largest multiple of the floor's time."""
    flat_beside: str | None = None
    """This row may take no longer than that one, but for what the caches do: what waits must not be searched."""
    pinned: bool = True
    """Whether a time sample stays on one core."""
    threads: bool = False
    """Whether more than one thread is at work: then the clock counts, and not what one of them executes."""

    @property
    def cap(self) -> str | None:
        """What another row allows this one, in words."""
        if self.equal_to is None:
            return None
        return f"= {self.equal_to}" if self.equal_times == 1 else f"{self.equal_times:g} × {self.equal_to}"

    @property
    def runs(self) -> str:
        """The workload's name in the programs."""
        return self.workload or self.name


ROWS = [
    Row("burst", "typed post + dispatch, burst", How.INSTRUCTIONS, 65, stakker_bar=0.65, floor_bar=1.5),
    Row("ping", "ping-pong hop", How.INSTRUCTIONS, 55, stakker_bar=0.8, floor_bar=1.5),
    Row("post_by_id", "post by id", How.INSTRUCTIONS, 76, stakker_bar=None),
    Row(
        "tell",
        "message as a value (tell) + dispatch, burst",
        How.INSTRUCTIONS,
        equal_to="burst",
        equal_times=1.2,
        stakker_bar=None,
    ),
    Row("c_burst", "C post + C dispatch, 8 B, burst", How.INSTRUCTIONS, 130, "burst", program="c", stakker_bar=0.8),
    Row("c_ping", "C post + C dispatch, 8 B, ping", How.INSTRUCTIONS, 130, "ping", program="c", stakker_bar=1.6),
    Row(
        "cpp_burst", "C++ post + C++ dispatch, typed, 8 B, burst", How.INSTRUCTIONS, None, "burst", program="cpp",
        equal_to="c_burst", equal_times=1.25, stakker_bar=None,
    ),
    Row(
        "cpp_ping", "C++ post + C++ dispatch, typed, 8 B, ping", How.INSTRUCTIONS, None, "ping", program="cpp",
        equal_to="c_ping", equal_times=1.25, stakker_bar=None,
    ),
    Row("post_one_step_once", "post one, step once", How.INSTRUCTIONS, 130),
    Row("spawn_drop", "spawn + drop", How.INSTRUCTIONS, 450, time_ops=1_000_000, stakker_bar=0.45),
    Row(
        "timer_add_cancel_100k",
        "timer add + cancel, payload, owner, 100k wait",
        How.INSTRUCTIONS,
        220,
        time_ops=200_000,
        stakker_bar=0.1,
        flat_beside="timer_add_cancel_1k",
    ),
    Row("burst_64", "typed post + dispatch, burst, 64 B", How.INSTRUCTIONS, stakker_bar=0.85),
    Row("spawn_drop_batch", "spawn + drop, 1,000 at a time", How.INSTRUCTIONS, time_ops=1_000_000, stakker_bar=0.45),
    Row("ring", "hop around a ring of 100 actors", How.INSTRUCTIONS),
    Row("fan", "message out to 100 workers, and back", How.INSTRUCTIONS),
    Row("request", "request with a Ret, and its answer", How.INSTRUCTIONS),
    Row("prep_flush", "call that waits for its actor to be made", How.INSTRUCTIONS, time_ops=1_000_000),
    Row("wake", "wake, told to the host, taken", How.INSTRUCTIONS, time_ops=1_000_000),
    Row("timer_rearm", "three timers re-armed, one fires", How.INSTRUCTIONS, time_ops=1_000_000),
    Row("timer_fire_and_add_100k", "timer fires and is set anew, 100k wait", How.INSTRUCTIONS, time_ops=200_000),
    Row("idle_step", "step with nothing to do", How.INSTRUCTIONS),
    Row(
        "idle_step_100k",
        "step with nothing to do, 100k actors and timers wait",
        How.INSTRUCTIONS,
        equal_to="idle_step",
        flat_beside="idle_step",
    ),
    Row("actor_memory", "memory per actor, 8 B state, all counted", How.BYTES, 74, ops=100_000, time_ops=None),
    Row("no_alloc_messages", "allocations: post + dispatch", How.ALLOCATIONS, 0, "burst", time_ops=None),
    Row("no_alloc_timer_rearm", "allocations: timer re-arm", How.ALLOCATIONS, 0, "timer_rearm", time_ops=None),
    Row("no_alloc_wake", "allocations: wake", How.ALLOCATIONS, 0, "wake", time_ops=None),
    Row("no_alloc_idle_step", "allocations: spurious step", How.ALLOCATIONS, 0, "idle_step_100k", time_ops=None),
    Row("remote_1", "message from another thread", How.TIME_ONLY, stakker_bar=1.0, pinned=False, threads=True),
    Row("remote_4", "message from four other threads", How.TIME_ONLY, stakker_bar=1.0, pinned=False, threads=True),
    Row(
        "wake_round",
        "message to a loop that sleeps, and answer, one core",
        How.TIME_ONLY,
        time_ops=100_000,
        stakker_bar=None,
        floor_bar=1.1,
        threads=True,
    ),
    Row("timer_add_1k", "timer added, 1k from none on", How.TIME_ONLY, workload="timer_add", time_ops=1_000),
    Row("timer_add_100k", "timer added, 100k from none on", How.TIME_ONLY, workload="timer_add", time_ops=100_000),
    Row("timer_add_1m", "timer added, 1M from none on", How.TIME_ONLY, workload="timer_add", time_ops=1_000_000),
    Row("timer_add_cancel_1k", "timer add + cancel, 1k wait", How.TIME_ONLY, time_ops=200_000, stakker_bar=0.1),
    Row(
        "timer_add_cancel_1m",
        "timer add + cancel, 1M wait",
        How.TIME_ONLY,
        time_ops=200_000,
        stakker_bar=0.1,
        flat_beside="timer_add_cancel_1k",
    ),
    Row(
        "timer_cancel_random_100k",
        "timer cancel of a random one + add, 100k wait",
        How.TIME_ONLY,
        time_ops=200_000,
        stakker_bar=0.2,
    ),
    Row(
        "timer_cancel_random_1m",
        "timer cancel of a random one + add, 1M wait",
        How.TIME_ONLY,
        time_ops=200_000,
        stakker_bar=0.25,
    ),
    # Not counted: how many instructions the difference of two instants takes depends on the moment at which the program began.
    Row("timer_push_out_1k", "timer moved in place, whichever, 1k wait", How.TIME_ONLY, time_ops=200_000),
    Row("timer_push_out_100k", "timer moved in place, whichever, 100k wait", How.TIME_ONLY, time_ops=200_000),
    Row("timer_push_out_1m", "timer moved in place, whichever, 1M wait", How.TIME_ONLY, time_ops=200_000),
    Row("timer_fire_and_add_1k", "timer fires and is set anew, 1k wait", How.TIME_ONLY, time_ops=200_000),
    Row("timer_fire_and_add_1m", "timer fires and is set anew, 1M wait", How.TIME_ONLY, time_ops=200_000),
    *(
        Row(
            f"timer_fire_{kind}_{size}",
            f"timer fires, {size.upper().replace('K', 'k')} at {where}",
            How.TIME_ONLY,
            workload=f"timer_fire_{kind}",
            time_ops=count,
            stakker_bar=bar,
        )
        for kind, where, bar in (("ms_grid", "whole ms", 0.15), ("ns_random", "any ns", 0.3))
        for size, count in (("1k", 1_000), ("100k", 100_000), ("1m", 1_000_000))
    ),
]

GATED = [row for row in ROWS if row.how is not How.TIME_ONLY]
TIMED = [row for row in ROWS if row.time_ops is not None]
