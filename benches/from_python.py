"""The Python table: actors from the wheel beside asyncio, uvloop, Pykka, the bindings of Qt, and two floors.

The rows are those of `python/rows.py`, one peer and one row a process, sampled as the time table is (`timing.py`): interleaved, medians. The
wheel is the one that an installer takes, the floor (`python/floor`) the least queue of calls that one can write with PyO3.
"""

import argparse
import os
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

import measure
from measure import Missing, Programs, execute, pin_to_last_processor, reading
from tables import number, table, write_json

sys.path.insert(0, str(measure.ROOT / "tools"))
from lib import interpreters, wheel  # noqa: E402
from lib.checks import Checks  # noqa: E402

SOURCES = measure.BENCHES / "python"
ROWS = SOURCES / "rows.py"
PEERS = ["asyncio", "uvloop", "pykka", "PySide6", "PyQt6", "deque", "floor"]


@dataclass(frozen=True)
class PythonRow:
    """One operation."""

    name: str
    title: str
    ops: int = 200_000
    threads: bool = False
    """More than one thread is at work: the clock counts, and no core is chosen."""


TABLE = [
    PythonRow("burst", "tell + dispatch to a method, 1,000 at a time"),
    PythonRow("ping", "hop between two"),
    PythonRow("ask", "ask and await the answer under asyncio", 20_000),
    PythonRow("flood", "message from another thread", 100_000, threads=True),
    PythonRow("timers", "timer add + cancel, 1k wait", 50_000),
]
MEMORY = PythonRow("memory", "memory of an actor beyond its instance", 100_000)
BARS = {
    ("burst", "asyncio"): 1 / 5,
    ("burst", "uvloop"): 1 / 2.5,
    ("burst", "pykka"): 1 / 15,
    ("burst", "floor"): 1.3,
    ("ask", "asyncio"): 0.7,
    ("flood", "asyncio"): 1 / 3,
}
"""The largest share of the peer's time."""
MEMORY_BAR = 500.0
ON_THE_CLOCK = {"pykka"}
"""Whose work is done by another thread than the one that waits for it."""


def environment(programs: Programs) -> Path:
    """The Python that has the wheel, the peers and the floor."""
    place = programs.target / "bench" / "python"
    place.mkdir(parents=True, exist_ok=True)
    found = interpreters.find()
    if not found:
        raise Missing(interpreters.CURE)
    checks = Checks()
    made = wheel.build(checks, found[0], for_one=True)
    python = made and wheel.fresh_environment(checks, found[0], place / "venv", made)
    if not python or not wheel.install(checks, python, SOURCES / "requirements.txt"):
        raise Missing("the environment could not be made")
    execute(["cargo", "build", "--release", "--locked", "--manifest-path", SOURCES / "floor" / "Cargo.toml", "--target-dir", place / "floor"],
            env={**os.environ, "PYO3_PYTHON": str(python)})
    library = place / "floor" / "release" / "libactor_rt_floor.so"
    site = execute([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip()
    (Path(site) / "actor_rt_floor.so").write_bytes(library.read_bytes())
    return python


def sample(python: Path, peer: str, row: PythonRow) -> float:
    """One figure, per operation: nanoseconds, or bytes."""
    on_the_clock = row.threads or peer in ON_THE_CLOCK
    values = reading(execute(
        [python, ROWS, "--peer", peer, "--row", row.name, "--ops", str(row.ops)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, preexec_fn=None if on_the_clock else pin_to_last_processor,
    ))
    if row is MEMORY:
        return values["grown_bytes"] / row.ops
    return values["nanoseconds" if on_the_clock else "processor_nanoseconds"] / row.ops


def run_python(programs: Programs, options: argparse.Namespace) -> int:
    """Measures, prints, writes the JSON; returns how many bars were missed."""
    try:
        python = environment(programs)
        offered = {tuple(line.split()) for line in execute([python, ROWS, "--list"]).splitlines()}
        version = execute([python, ROWS, "--version"]).strip()
    except Missing as problem:
        print(f"MISSED  python: {problem}\n0 held, 1 missed")
        return 1
    missed = [f"{peer} {row}: not to be had here" for row, peer in BARS if (peer, row) not in offered]
    lines, records, held = [], [], 0
    for row in TABLE:
        print(f"  {row.title} …", file=sys.stderr, flush=True)
        peers = ["ours", *(peer for peer in PEERS if (peer, row.name) in offered)]
        taken: dict[str, list[float]] = {peer: [] for peer in peers}
        for _ in range(options.rounds):
            for peer in peers:
                try:
                    taken[peer].append(sample(python, peer, row))
                except Missing as problem:
                    missed.append(f"{peer} {row.name}: {problem}")
        medians = {peer: statistics.median(figures) for peer, figures in taken.items() if figures}
        for peer in peers[1:]:
            ours, other = medians.get("ours"), medians.get(peer)
            ratio = ours / other if ours is not None and other else None
            bar = BARS.get((row.name, peer))
            verdict = "" if bar is None or ratio is None else "pass" if ratio <= bar else "RED"
            held += verdict == "pass"
            if verdict == "RED":
                missed.append(f"{row.name} beside {peer}: {number(ratio, 3)} of its time, bar {number(bar, 3)}")
            lines.append([row.title, peer, number(other), number(ours), number(ratio, 3), number(bar, 3), verdict])
            records.append({"row": row.name, "title": row.title, "unit": "ns", "peer": peer, "other": other, "ours": ours, "bar": bar})
    try:
        own = statistics.median(sample(python, "ours", MEMORY) for _ in range(options.rounds))
        instance = statistics.median(sample(python, "instance", MEMORY) for _ in range(options.rounds))
        beyond = own - instance
        verdict = "pass" if beyond <= MEMORY_BAR else "RED"
        held += verdict == "pass"
        if verdict == "RED":
            missed.append(f"memory: {number(beyond)} bytes beyond an instance, bar {number(MEMORY_BAR)}")
        lines.append([MEMORY.title, "an instance alone", number(instance), number(own), number(beyond), number(MEMORY_BAR), verdict])
        records.append({"row": "memory", "title": MEMORY.title, "unit": "bytes", "peer": "instance", "other": instance, "ours": own, "bar": MEMORY_BAR})
    except Missing as problem:
        missed.append(f"memory: {problem}")
    print(table(["operation", "beside", "its own", "ours", "ratio", "bar", ""], lines))
    for one in missed:
        print(f"MISSED  {one}")
    write_json(programs, options, "python", records, libraries=[version])
    print(f"{held} held, {len(missed)} missed")
    return len(missed)
