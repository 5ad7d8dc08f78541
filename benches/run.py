#!/usr/bin/env python3
"""Every performance claim, ours beside the peers, one command.

    benches/run.py              one table, and all figures as JSON in <target>/bench.json
    benches/run.py --gate       each row pass or fail; last line "N passed, N failed"; exit code 1 if a row is red
    benches/run.py --update     also writes better figures into benches/ratchet.json
    benches/run.py --time       nanoseconds as ratios beside Stakker and the floor, for information
    --row NAME                  only this row (repeatable; it cannot be combined with --update)

Needs cargo, valgrind, cc and readelf; Python's standard library only. A row that could not be measured is red.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

import measure
from measure import Missing, Programs
from rows import GATED, TIMED, Row
from verdict import judge, tighten

PEERS = ["ours", "stakker", "floor"]
RATCHET = measure.BENCHES / "ratchet.json"
TIME_ROUNDS = 9


def number(value: float | None, digits: int = 1) -> str:
    """A figure for the table; a dash where there is none."""
    return "–" if value is None else f"{value:,.{digits}f}".removesuffix(".0")


def table(heads: list[str], lines: list[list[str]]) -> str:
    """Columns of equal width, the first to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
    rule = ["-" * width for width in widths]

    def line(cells: list[str]) -> str:
        first, *rest = zip(cells, widths, strict=True)
        return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]).rstrip()

    return "\n".join(map(line, [heads, rule, *lines]))


def peer_rows(programs: Programs) -> set[tuple[str, str]]:
    """Which peer has which workload: the peers need not have all, ours does."""
    listed = measure.execute([programs.target / "release" / "bench", "--list"])
    return {(peer, row) for peer, row in (line.split() for line in listed.splitlines())}


def take_figures(programs: Programs, rows: list[Row]) -> tuple[dict[str, dict[str, float]], dict[str, str]]:
    """All figures by peer and row, and why rows of ours are missing."""
    figures: dict[str, dict[str, float]] = {peer: {} for peer in PEERS}
    problems: dict[str, str] = {}
    offered = peer_rows(programs)
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
        bar = f"= {row.equal_to}" if row.equal_to else number(row.bar)
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
        "equal_to": row.equal_to,
        "ratchet": ratchet.get(row.name),
        "limit": verdict.limit,
        "passed": verdict.passed,
        "reason": verdict.reason,
    }


def run_time(programs: Programs, rows: list[Row], options: argparse.Namespace) -> int:
    """Samples every peer once a round, so that ratios hold although the machine's speed drifts; prints medians."""
    offered = peer_rows(programs) | {("ours", row.runs) for row in rows if row.program == "c"}
    lines, records = [], []
    for row in rows:
        print(f"  {row.title} …", file=sys.stderr, flush=True)
        peers = [peer for peer in PEERS if (peer, row.runs) in offered]
        samples: dict[str, list[float]] = {peer: [] for peer in peers}
        for _ in range(options.rounds):
            for peer in peers:
                try:
                    samples[peer].append(measure.nanoseconds(programs, peer, row))
                except Missing as problem:
                    print(f"  {peer} {row.name}: {problem}", file=sys.stderr)
        medians = {peer: statistics.median(taken) for peer, taken in samples.items() if taken}
        ours = medians.get("ours")
        ratios = [ours / medians[peer] if ours is not None and peer in medians else None for peer in PEERS[1:]]
        cells = [number(medians.get(peer)) for peer in PEERS]
        lines.append([row.title, *cells, *(number(ratio, 2) for ratio in ratios)])
        records.append({"row": row.name, "title": row.title, "samples": samples, "median_ns": medians})
    print(table(["operation, ns", "ours", "Stakker", "floor", "ours/Stakker", "ours/floor"], lines))
    write_json(programs, options, "time", records)
    return 0


def write_json(programs: Programs, options: argparse.Namespace, part: str, records: list[dict]) -> None:
    """Replaces one part of the JSON file and keeps the other; a run of chosen rows is no report and writes only where told."""
    if options.row and options.json is None:
        return
    path = options.json or programs.target / "bench.json"
    content = json.loads(path.read_text()) if path.exists() else {}
    content[part] = records
    content["compiler"] = measure.execute(["rustc", "--version"]).strip()
    path.write_text(json.dumps(content, indent=2) + "\n")
    print(f"  written: {path}", file=sys.stderr)


def main() -> int:
    """Parses the command line and runs what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gate", action="store_true", help="one line a row, exit code 1 on any red")
    parser.add_argument("--update", action="store_true", help="write better figures into the ratchet")
    parser.add_argument("--time", action="store_true", help="nanoseconds, as ratios, for information")
    parser.add_argument("--rounds", type=int, default=TIME_ROUNDS, help="time samples of each peer (%(default)s)")
    parser.add_argument("--row", action="append", help="only this row")
    parser.add_argument("--json", type=Path, help="where to write the figures (<target>/bench.json)")
    options = parser.parse_args()
    if options.update and (options.row or options.time):
        parser.error("--update takes all rows")
    choice = TIMED if options.time else GATED
    unknown = set(options.row or []) - {row.name for row in choice}
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    rows = [row for row in choice if not options.row or row.name in options.row]
    try:
        programs = measure.build()
    except Missing as problem:
        print(f"nothing measured: {problem}\n0 passed, {len(rows)} failed")
        return 1
    return run_time(programs, rows, options) if options.time else run_gate(programs, rows, options)


if __name__ == "__main__":
    sys.exit(main())
