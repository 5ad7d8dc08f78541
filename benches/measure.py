"""Builds the programs and takes figures from them: instructions, bytes, allocations, time.

A figure is either a number or a ``Missing`` with the reason: nothing here turns a failure into a figure.
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rows import How, Row

BENCHES = Path(__file__).resolve().parent
ROOT = BENCHES.parent

PEERS = ["ours", "stakker", "floor"]
"""The peers of the program ``bench``."""
EXECUTOR_PEERS = ["tokio", "actix", "ractor", "kameo"]
"""Those of ``bench-peers``, which has a lock file of its own."""
EXECUTOR_OPS = 100_000
"""The longest time sample of theirs: one operation takes as long as ten or a hundred of ours."""


class Missing(Exception):
    """A figure that could not be taken."""


def execute(command: list[str | Path], **options) -> str:
    """Runs a command to its end and returns its output; any failure is a ``Missing``."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, **options)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise Missing(str(problem)) from problem
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        first = next((line for line in lines if line.startswith("error")), lines[-1] if lines else "no message")
        raise Missing(f"{Path(command[0]).name}: exit code {done.returncode}: {first}")
    return done.stdout


@dataclass
class Programs:
    """The built programs; the problems say why one could not be built."""

    target: Path
    c_problem: str = ""
    executors_problem: str = "not built"

    def command(self, peer: str, row: Row, ops: int, counting: bool = False) -> list[str | Path]:
        """The command that executes ``row`` on ``peer``."""
        if peer == "ours" and row.program != "rust":
            if self.c_problem:
                raise Missing(self.c_problem)
            return [self.target / "bench" / f"messages-{row.program}", "--row", row.runs, "--ops", str(ops)]
        if peer in EXECUTOR_PEERS:
            if self.executors_problem:
                raise Missing(self.executors_problem)
            program = self.target / "release" / "bench-peers"
        else:
            program = self.target / "release" / ("bench-memory" if counting else "bench")
        return [program, "--peer", peer, "--row", row.runs, "--ops", str(ops)]

    def offered(self) -> set[tuple[str, str]]:
        """Which peer has which workload: the peers need not have all, ours does."""
        names = ["bench"] if self.executors_problem else ["bench", "bench-peers"]
        listed = "".join(execute([self.target / "release" / name, "--list"]) for name in names)
        return {(peer, row) for peer, row in (line.split() for line in listed.splitlines())}


def locate() -> Programs:
    """Where the programs will be; nothing is built."""
    metadata = execute(["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=ROOT)
    return Programs(Path(json.loads(metadata)["target_directory"]))


def processor() -> str:
    """The processor's name, as far as the system tells it."""
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1) if found else platform.machine()


def stamp() -> str:
    """What the figures are of: commit, compiler and processor."""
    try:
        commit = execute(["git", "describe", "--always", "--dirty", "--exclude=*"], cwd=ROOT).strip()
    except Missing:
        commit = "no commit"
    return f"{commit}, {execute(['rustc', '--version']).strip()}, {processor()}"


def build(programs: Programs, executors: bool) -> None:
    """Builds everything in release; ours must build, the one in C and that of the executors may be reported as missing."""
    cargo = ["cargo", "build", "--release", "--quiet", "--locked"]
    execute([*cargo, "-p", "actor-rt-benches"], cwd=ROOT)
    if executors:
        try:
            execute([*cargo, "--target-dir", programs.target], cwd=BENCHES / "peers")
            programs.executors_problem = ""
        except Missing as problem:
            programs.executors_problem = f"bench-peers: {problem}"
    try:
        execute([*cargo, "-p", "actor-ffi", "--features", "soname"], cwd=ROOT)
        build_c(programs.target)
    except Missing as problem:
        programs.c_problem = f"C and C++ programs: {problem}"


def build_c(target: Path) -> None:
    """Links the C program and the C++ one against the shared library as an application would: by its SONAME, through the PLT."""
    folder = target / "bench"
    folder.mkdir(exist_ok=True)
    built = target / "release" / "libactor_ffi.so"
    soname = re.search(r"\(SONAME\).*\[(.+)\]", execute(["readelf", "-d", built]))
    for name in {"libactor_rt.so", soname.group(1) if soname else "libactor_ffi.so"}:
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(built)
    for language, compiler, standard in (("c", os.environ.get("CC", "cc"), "c11"), ("cpp", os.environ.get("CXX", "c++"), "c++17")):
        execute(
            [compiler, f"-std={standard}", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'include'}"]
            + [BENCHES / language / f"messages.{language}", "-o", folder / f"messages-{language}"]
            + [f"-L{folder}", "-lactor_rt", f"-Wl,-rpath,{folder}"]
        )


def reading(output: str) -> dict[str, int]:
    """The ``name value`` lines a program prints."""
    return {name: int(value) for name, value in (line.split() for line in output.splitlines())}


def instructions(programs: Programs, peer: str, row: Row) -> float:
    """Instructions per operation: set-up, warm-up and teardown cancel in the difference of two run lengths."""

    def total(ops: int) -> int:
        with tempfile.TemporaryDirectory() as folder:
            profile = Path(folder) / "callgrind.out"
            execute(
                ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={profile}"] + programs.command(peer, row, ops)
            )
            found = re.search(r"^(?:totals|summary): (\d+)", profile.read_text(), re.MULTILINE)
        if found is None:
            raise Missing("callgrind wrote no total")
        return int(found.group(1))

    return (total(2 * row.ops) - total(row.ops)) / row.ops


def counted(programs: Programs, peer: str, row: Row) -> float:
    """Bytes per operation, or allocations over the whole run."""
    values = reading(execute(programs.command(peer, row, row.ops, counting=True)))
    return values["grown_bytes"] / row.ops if row.how is How.BYTES else float(values["allocations"])


def figure(programs: Programs, peer: str, row: Row) -> float:
    """The gated figure of one row on one peer."""
    return instructions(programs, peer, row) if row.how is How.INSTRUCTIONS else counted(programs, peer, row)


def pin_to_last_processor() -> None:
    """Keeps a time sample on one core, where the system has such a call."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def nanoseconds(programs: Programs, peer: str, row: Row) -> float:
    """One time sample, per operation.

    A row of one thread counts the time which that thread has executed, where the system tells it: on a machine that is shared a
    long sample is interrupted and a short one is not, which would be taken for speed. The others count what the clock says.
    """
    ops = row.time_ops or row.ops
    if peer in EXECUTOR_PEERS:
        ops = min(ops, EXECUTOR_OPS)
    values = reading(execute(programs.command(peer, row, ops), preexec_fn=pin_to_last_processor if row.pinned else None))
    clock = "processor_nanoseconds" if sys.platform == "linux" and not row.threads else "nanoseconds"
    if values.get(clock, 0) <= 0:
        # Never the other clock instead: a ratio of the two says nothing.
        raise Missing(f"{peer} {row.name}: no {clock}")
    return values[clock] / ops
