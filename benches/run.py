#!/usr/bin/env python3
"""Every performance claim, ours beside the peers, one command.

    benches/run.py              one table, and all figures as JSON in <target>/bench.json
    benches/run.py --gate       each row pass or fail; last line "N passed, N failed"; exit code 1 if a row is red
    benches/run.py --update     also writes better figures into benches/ratchet.json
    benches/run.py --time       nanoseconds, as ratios beside the peers and the floor; last line "N held, M missed"
    benches/run.py --size       code size and compile time of a program of 100 actors, beside Stakker's
    benches/run.py --native     what loops cost by themselves and with actors on them, in C++
    benches/run.py --headers    what the C++ headers cost the compiler
    benches/run.py --python     Python's actors beside asyncio, uvloop, Pykka and Qt's bindings
    benches/run.py --all        all six tables
    --row NAME                  only this row (repeatable; it cannot be combined with --update)

A missed bar of --time, --size, --native, --headers or --python is shown, and is exit code 1 only together with --gate. `make deep` gates so the sizes,
with the compile time, and the headers, which have to miss their bar by a third then; run time is not steady enough to gate a change by itself.

Needs cargo, valgrind, cc, readelf and strip; Python's standard library only, but for --python, whose peers it installs. A row that could not be measured is red.
"""

import argparse
import json
import sys
from pathlib import Path

import from_python
import headers
import measure
import native
import size
import timing
from measure import PEERS, Missing, Programs
from rows import GATED, TIMED, Row
from tables import forget, number, table, write_json
from verdict import judge, tighten

RATCHET = measure.BENCHES / "ratchet.json"
TIME_ROUNDS = 5


def take_figures(programs: Programs, rows: list[Row]) -> tuple[dict[str, dict[str, float]], dict[str, str]]:
    """All figures by peer and row, and why rows of ours are missing."""
    figures: dict[str, dict[str, float]] = {peer: {} for peer in PEERS}
    problems: dict[str, str] = {}
    offered = programs.offered()
    for row in rows:
        print(f"  {row.title} …", file=sys.stderr, flush=True)
        for peer in PEERS:
            if peer != "ours" and (peer, row.runs) not in offered:
                continue
            try:
                figures[peer][row.name] = measure.figure(programs, peer, row)
            except Missing as problem:
                problems[row.name if peer == "ours" else f"{peer} {row.name}"] = str(problem)
    return figures, problems


def run_gate(programs: Programs, rows: list[Row], options: argparse.Namespace) -> int:
    """Measures, prints, writes the JSON; returns the exit code."""
    ratchet: dict[str, float] = json.loads(RATCHET.read_text())
    figures, problems = take_figures(programs, rows)
    verdicts = {row.name: judge(row, figures["ours"], ratchet, problems.get(row.name), options.update) for row in rows}
    lines = []
    for row in rows:
        verdict = verdicts[row.name]
        cells = [number(figures[peer].get(row.name)) for peer in PEERS]
        bar = row.cap or number(row.bar)
        best = number(ratchet.get(row.name), 2)
        lines.append([row.title, row.how.value, cells[0], bar, cells[1], cells[2], best, "pass" if verdict.passed else "RED"])
    print(table(["operation", "unit", "ours", "bar", "Stakker", "floor", "ratchet", "verdict"], lines))
    print()
    failed = [row for row in rows if not verdicts[row.name].passed]
    for row in rows if options.gate else failed:
        verdict = verdicts[row.name]
        print(f"pass  {row.name}" if verdict.passed else f"FAIL  {row.name}: {verdict.reason}")
    peers_missing = {name: reason for name, reason in problems.items() if name not in verdicts}
    for name, reason in peers_missing.items():
        print(f"FAIL  {name}: {reason}")
    write_json(programs, options, "rows", [row_record(row, figures, ratchet, verdicts[row.name]) for row in rows])
    if options.update:
        passed = {name: value for name, value in figures["ours"].items() if verdicts[name].passed}
        RATCHET.write_text(json.dumps(tighten(GATED, passed, ratchet), indent=2) + "\n")
    red = len(failed) + len(peers_missing)
    print(f"{len(rows) - len(failed)} passed, {red} failed")
    return 1 if red else 0


def row_record(row, figures, ratchet, verdict) -> dict:
    """One row for the JSON."""
    return {
        "row": row.name,
        "title": row.title,
        "unit": row.how.value,
        **{peer: figures[peer].get(row.name) for peer in PEERS},
        "bar": row.bar,
        "cap": row.cap,
        "ratchet": ratchet.get(row.name),
        "limit": verdict.limit,
        "passed": verdict.passed,
        "reason": verdict.reason,
    }


def main() -> int:
    """Parses the command line and runs what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gate", action="store_true", help="one line a row, exit code 1 on any red")
    parser.add_argument("--update", action="store_true", help="write better figures into the ratchet")
    parser.add_argument("--time", action="store_true", help="nanoseconds, as ratios beside the peers")
    parser.add_argument("--size", action="store_true", help="code size and compile time beside Stakker's")
    parser.add_argument("--native", action="store_true", help="loops by themselves and with actors on them")
    parser.add_argument("--headers", action="store_true", help="what the C++ headers cost the compiler")
    parser.add_argument("--python", action="store_true", help="Python's actors beside other ways to send in Python")
    parser.add_argument("--all", action="store_true", help="counts, then time, then size, then loops, then headers, then Python")
    parser.add_argument("--rounds", type=int, default=TIME_ROUNDS, help="time samples of each peer (%(default)s)")
    parser.add_argument("--row", action="append", help="only this row")
    parser.add_argument("--json", type=Path, help="where to write the figures (<target>/bench.json)")
    options = parser.parse_args()
    time, size_too = options.time or options.all, options.size or options.all
    loops, includes = options.native or options.all, options.headers or options.all
    python = options.python or options.all
    counts = options.all or not (time or size_too or loops or includes or python)
    if options.update and (options.row or not counts):
        parser.error("--update takes all rows of the counts")
    known = {row.name for row in (GATED if counts else []) + (TIMED if time else [])}
    unknown = set(options.row or []) - known
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    gated, timed = ([row for row in rows if not options.row or row.name in options.row] for rows in (GATED, TIMED))
    try:
        programs = measure.locate()
        if options.all and not options.row:
            forget(programs, options)
        if counts or time:
            measure.build(programs, executors=time)
        code = run_gate(programs, gated, options) if counts else 0
        missed = 0
        if time:
            print()
            missed += timing.run_time(programs, timed, options)
        if size_too:
            print()
            missed += size.run_size(programs, options)
        if loops:
            print()
            missed += native.run_native(programs, options)
        if includes:
            print()
            missed += headers.run_headers(programs, options)
        if python:
            print()
            missed += from_python.run_python(programs, options)
    except Missing as problem:
        print(f"not measured: {problem}\n0 passed, {len(gated)} failed")
        return 1
    return 1 if code or (missed and options.gate) else 0


if __name__ == "__main__":
    sys.exit(main())
