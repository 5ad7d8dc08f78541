"""The time table: every peer is sampled once a round, so that ratios hold although the machine's speed drifts.

Ratios are ours divided by the other one's: below 1 is faster. They are shown beside their bars; see ``verdict.judge_time``.
"""

import argparse
import statistics
import sys

import measure
from measure import EXECUTOR_PEERS, PEERS, Missing, Programs
from rows import Row
from tables import number, table, write_json
from verdict import Claim, judge_time


def take_samples(programs: Programs, rows: list[Row], rounds: int) -> dict[str, dict[str, list[float]]]:
    """The samples of every row, by row and peer."""
    offered = programs.offered() | {("ours", row.runs) for row in rows if row.program != "rust"}
    samples: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        print(f"  {row.title} …", file=sys.stderr, flush=True)
        # The C and C++ rows execute the workloads of other rows: beside them stands what has a bar.
        candidates = PEERS if row.program != "rust" else [*PEERS, *EXECUTOR_PEERS]
        peers = [peer for peer in candidates if (peer, row.runs) in offered]
        samples[row.name] = {peer: [] for peer in peers}
        for _ in range(rounds):
            for peer in peers:
                try:
                    samples[row.name][peer].append(measure.nanoseconds(programs, peer, row))
                except Missing as problem:
                    print(f"  {peer} {row.name}: {problem}", file=sys.stderr)
    return samples


def judgement(claim: Claim | None, ratio: float | None) -> list[str]:
    """The ratio, its bar and the verdict, as cells; a ratio without bar stands alone."""
    if claim is None:
        return [number(ratio, 2), "", ""]
    return [number(claim.ratio, 2), number(claim.bar, 2), "pass" if claim.held else "RED"]


def run_time(programs: Programs, rows: list[Row], options: argparse.Namespace) -> int:
    """Measures, prints medians and ratios, writes the JSON; returns how many bars were missed."""
    samples = take_samples(programs, rows, options.rounds)
    medians = {
        row: {peer: statistics.median(taken) for peer, taken in peers.items() if taken} for row, peers in samples.items()
    }
    # A row to be flat beside is compared only where both were asked for.
    chosen = {row.name for row in rows}
    claims = [claim for claim in judge_time(rows, medians) if claim.beside in chosen or claim.beside in PEERS]
    by_name = {(claim.row, claim.beside): claim for claim in claims}
    lines, records = [], []
    for row in rows:
        taken = medians[row.name]
        ours = taken.get("ours")
        ratios = {peer: ours / median if ours is not None else None for peer, median in taken.items()}
        lines.append(
            [row.title]
            + [number(taken.get(peer)) for peer in PEERS]
            + judgement(by_name.get((row.name, "stakker")), ratios.get("stakker"))
            + judgement(by_name.get((row.name, "floor")), ratios.get("floor"))
            + [number(ratios.get(peer), 3) for peer in EXECUTOR_PEERS]
        )
        bars = [vars(claim) | {"held": claim.held} for claim in claims if claim.row == row.name]
        records.append({"row": row.name, "title": row.title, "samples": samples[row.name], "median_ns": taken, "bars": bars})
    heads = ["operation", "ours ns", "Stakker ns", "floor ns", "/Stakker", "bar", "", "/floor", "bar", ""]
    print(table([*heads, *(f"/{peer}" for peer in EXECUTOR_PEERS)], lines))
    print()
    for claim in claims:
        if claim.beside not in PEERS:
            print(f"{'pass' if claim.held else 'RED'}  {claim.row} beside {claim.beside}: {number(claim.ratio, 2)} of at most {claim.bar}")
    missed = [claim for claim in claims if not claim.held]
    for claim in missed:
        print(f"MISSED  {claim.row}: {number(claim.ratio, 2)} of {claim.beside}, bar {claim.bar}")
    problems = [problem for problem in (programs.executors_problem, programs.c_problem) if problem]
    for problem in problems:
        print(f"MISSED  {problem}")
    write_json(programs, options, "time", records)
    print(f"{len(claims) - len(missed)} held, {len(missed) + len(problems)} missed")
    return len(missed) + len(problems)
