"""The native table: what a loop costs by itself, and with actors on it, through the C++ wrapper and the loop's adapter.

Each program of ``benches/native`` has the same rows twice, plain and as ``ours_…``: the same loop in the same process image, so that
nothing but the runtime differs. What is no loop stands beside ours on libuv. Sampled as the time table is (``timing.py``): interleaved, each
sample a process of its own, medians. What other libraries have no counterpart for is a dash.
"""

import argparse
import os
import statistics
import sys
from dataclasses import dataclass, field

import measure
from measure import Missing, Programs, execute, pin_to_last_processor, reading
from tables import number, table, write_json


@dataclass(frozen=True)
class Loop:
    """One program, and how it is asked."""

    title: str
    program: str
    env: dict[str, str] = field(default_factory=dict, hash=False)
    on: "Loop | None" = None
    """Whose figures of ours are beside it, if its program has none."""


@dataclass(frozen=True)
class NativeRow:
    """One operation."""

    name: str
    title: str
    ops: int = 200_000
    unit: str = "ns"
    threads: bool = False
    """More than one thread is at work: the clock counts, and no core is chosen."""
    one_core: bool = False
    """All threads on one core, whatever `threads` says."""
    plain: str = ""
    """What the programs call it, if not by its name."""
    ours: str = ""
    """What of ours stands beside it, if not the same."""

    def workload(self, ours: bool) -> str:
        """What a program is asked for."""
        plain = self.plain or self.name
        return f"ours_{self.ours or plain}" if ours else plain


LIBUV = Loop("libuv", "uv")
LOOPS = [
    LIBUV,
    Loop("GLib", "glib"),
    Loop("asio", "asio"),
    Loop("Boost.Asio", "boost_asio"),
    Loop("Qt", "qt"),
    Loop("Qt without GLib", "qt", {"QT_NO_GLIB": "1"}),
    Loop("std::deque of functions", "std_deque", on=LIBUV),
    Loop("CAF, one worker", "caf", on=LIBUV),
]
ROWS = [
    NativeRow("burst", "post + dispatch on the loop's thread, 1,000 at a time"),
    NativeRow("burst_event", "the same by an event of one's own", ours="burst"),
    NativeRow("ping", "hop between two"),
    NativeRow("timers_1k", "timer add + cancel, 1k wait", 50_000),
    NativeRow("timers_100k", "timer add + cancel, 100k wait", 50_000),
    NativeRow("deadlines_1k", "the same at a time that the loop has read, 1k wait", 50_000, plain="timers_1k", ours="deadlines_1k"),
    NativeRow("deadlines_100k", "the same at a time that the loop has read, 100k wait", 50_000, plain="timers_100k", ours="deadlines_100k"),
    NativeRow("producers_1", "message from another thread", threads=True),
    NativeRow("producers_4", "message from four other threads", threads=True),
    NativeRow("wake", "from another thread to a loop that sleeps, one core", 1_000, threads=True, one_core=True),
    NativeRow("wake_two", "the same on two cores", 1_000, threads=True, plain="wake"),
    NativeRow("spawn", "made and ended, 1,000 at a time", 100_000),
    NativeRow("memory", "memory, 8 B state", 100_000, unit="bytes"),
]
BARS = {
    ("Qt", "burst"): 1 / 50,
    ("Qt without GLib", "burst"): 1 / 15,
    ("GLib", "burst"): 1 / 40,
    ("asio", "burst"): 1 / 4,
    ("libuv", "timers_1k"): 0.3,
    ("libuv", "timers_100k"): 0.3,
    ("libuv", "deadlines_1k"): 0.3,
    ("libuv", "deadlines_100k"): 0.3,
    ("libuv", "producers_1"): 1.0,
    ("libuv", "producers_4"): 1.0,
}
"""The largest share of the loop's own time."""
CLOCK_ONLY = {"caf"}
"""Whose work is done by another thread than the one that waits for it."""


def build(programs: Programs) -> dict[str, set[str]]:
    """Builds the programs, and says which rows each has."""
    folder = programs.target / "bench" / "native"
    execute(["cmake", "-S", measure.ROOT, "-B", folder, "-DCMAKE_BUILD_TYPE=Release", "-DACTOR_RT_BUILD_BENCHES=ON"])
    execute(["cmake", "--build", folder, "--target", "native_benches", "--parallel", "2"])
    return {name: set(execute([path(programs, name), "--list"]).split()) for name in {loop.program for loop in LOOPS}}


def path(programs: Programs, program: str) -> str:
    """Where a program lies."""
    return str(programs.target / "bench" / "native" / "benches" / "native" / f"native_{program}")


def sample(programs: Programs, loop: Loop, row: NativeRow, ours: bool) -> float:
    """One figure, per operation."""
    pinned = row.one_core or not (row.threads or loop.program in CLOCK_ONLY)
    values = reading(execute(
        [path(programs, loop.program), "--row", row.workload(ours), "--ops", str(row.ops)],
        env={**os.environ, **loop.env}, preexec_fn=pin_to_last_processor if pinned else None,
    ))
    if row.unit == "bytes":
        return values["grown_bytes"] / row.ops
    clock = "nanoseconds" if row.threads or loop.program in CLOCK_ONLY else "processor_nanoseconds"
    return values[clock] / row.ops


def run_native(programs: Programs, options: argparse.Namespace) -> int:
    """Measures, prints, writes the JSON; returns how many bars were missed."""
    try:
        offered = build(programs)
    except Missing as problem:
        print(f"MISSED  native: {problem}\n0 held, 1 missed")
        return 1
    versions = sorted({execute([path(programs, loop.program), "--version"]).strip() for loop in LOOPS})
    lines, records, held, missed = [], [], 0, []
    for row in ROWS:
        print(f"  {row.title} …", file=sys.stderr, flush=True)
        having = [loop for loop in LOOPS if row.workload(False) in offered[loop.program]]
        # Ours once on each loop, whoever stands beside it.
        wanted = [(loop, False) for loop in having] + [(loop, True) for loop in dict.fromkeys(loop.on or loop for loop in having)]
        taken: dict[tuple[Loop, bool], list[float]] = {}
        for _ in range(options.rounds):
            for loop, ours in wanted:
                if row.workload(ours) not in offered[loop.program]:
                    continue
                try:
                    taken.setdefault((loop, ours), []).append(sample(programs, loop, row, ours))
                except Missing as problem:
                    missed.append(f"{row.name} on {loop.title}: {problem}")
        for loop in having:
            both = (taken.get(side) for side in ((loop, False), (loop.on or loop, True)))
            plain, ours = (statistics.median(figures) if figures else None for figures in both)
            ratio = ours / plain if ours is not None and plain else None
            bar = BARS.get((loop.title, row.name))
            verdict = "" if bar is None or ratio is None else "pass" if ratio <= bar else "RED"
            held += verdict == "pass"
            if verdict == "RED":
                missed.append(f"{row.name} on {loop.title}: {number(ratio, 3)} of its own, bar {number(bar, 3)}")
            lines.append([row.title, loop.title, number(plain), number(ours), number(ratio, 3), number(bar, 3), verdict])
            records.append({"row": row.name, "title": row.title, "unit": row.unit, "loop": loop.title, "plain": plain, "ours": ours, "bar": bar})
    print(table(["operation", "loop", "by itself", "with actors", "ratio", "bar", ""], lines))
    for one in missed:
        print(f"MISSED  {one}")
    write_json(programs, options, "native", records, libraries=versions)
    print(f"{held} held, {len(missed)} missed")
    return len(missed)
