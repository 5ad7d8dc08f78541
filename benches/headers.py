"""What the C++ headers cost each file that includes them, in time of the compiler.

Small programs, compiled without optimisation by the system's C++ compiler; beside them one that includes ``<chrono>`` and ``<memory>`` alone,
which nearly every program does. Processor time, the least of several, taken in turns.
"""

import argparse
import resource
import tempfile
from dataclasses import dataclass
from pathlib import Path

from measure import ROOT, Missing, Programs, execute
from tables import number, table, write_json

BAR = 0.5
"""Seconds that a minimal program may take beyond the empty one."""

GATE = 4 / 3
"""How far above its bar it may be where that is gated: seconds are those of this machine, whose other threads slow the processor down."""

EMPTY = "#include <chrono>\n#include <memory>\nint main() {}\n"
MINIMAL = """\
#include <actor_rt.hpp>
struct add {
    static constexpr std::string_view tag_name = "counter.add";
    int amount;
};
struct counter : actor_rt::actor<counter, add> {
    void on(actor_rt::context&, const add& message) { total += message.amount; }
    int total = 0;
};
int main()
{
    actor_rt::runtime rt;
    rt.post(rt.spawn<counter>(), add{1});
    rt.run_until_idle();
}
"""


@dataclass(frozen=True)
class File:
    """One of the files that are compiled."""

    title: str
    text: str
    options: tuple[str, ...] = ("-std=c++17",)
    bar: float | None = None


FILES = [
    File("one actor, one message", MINIMAL, bar=BAR),
    File("the same, with poll.hpp", "#include <actor_rt/poll.hpp>\n" + MINIMAL),
    File("the same, with tree, groups, pool, inspect", "".join(
        f"#include <actor_rt/{name}.hpp>\n" for name in ("tree", "groups", "pool", "inspect")) + MINIMAL),
    File("the same, with coroutine.hpp, C++20", "#include <actor_rt/coroutine.hpp>\n" + MINIMAL, ("-std=c++20",)),
]


def compile_time(place: Path, file: File) -> float:
    """The processor time of compiling it, in seconds."""
    source = place / "file.cpp"
    source.write_text(file.text)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    execute(["c++", *file.options, "-O0", "-I", ROOT / "include", "-c", source, "-o", place / "file.o"])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run_headers(programs: Programs, options: argparse.Namespace) -> int:
    """Measures, prints, writes the JSON; returns how many bars were missed."""
    # Each beside an empty one by the same standard, whose library differs.
    empty = {file.options: File("", EMPTY, file.options) for file in FILES}
    taken: dict[File, list[float]] = {}
    try:
        with tempfile.TemporaryDirectory() as place:
            for _ in range(options.rounds):
                for file in (*empty.values(), *FILES):
                    taken.setdefault(file, []).append(compile_time(Path(place), file))
    except Missing as problem:
        print(f"MISSED  headers: {problem}\n0 held, 1 missed")
        return 1
    records = [
        {"file": file.title, "seconds": min(taken[file]), "empty": min(taken[empty[file.options]]), "bar": file.bar} for file in FILES
    ]
    lines = []
    for one in records:
        beyond = one["seconds"] - one["empty"]
        verdict = "" if one["bar"] is None else "pass" if beyond <= one["bar"] * (GATE if options.gate else 1) else "RED"
        lines.append([one["file"], number(one["seconds"], 2), number(one["empty"], 2), number(beyond, 2), number(one["bar"], 2), verdict])
    print(table(["compile time, s of processor", "file", "empty file", "beyond", "bar", ""], lines))
    write_json(programs, options, "headers", records)
    missed = sum(line[-1] == "RED" for line in lines)
    print(f"{sum(line[-1] == 'pass' for line in lines)} held, {missed} missed")
    return missed
