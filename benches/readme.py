#!/usr/bin/env python3
"""Writes README's tables from the figures of the last `benches/run.py --all`: nobody copies figures by hand.

    benches/readme.py           replaces the three tables; each is known by its first heading
    benches/readme.py FIGURES   takes another file than <target>/bench.json

A figure that misses its bar is marked, and one that was not measured is a dash. Rows of allocations are left out: README says that
there are none.
"""

import json
import sys
from pathlib import Path

import measure
from tables import number

README = measure.ROOT / "README.md"
PEERS = [*measure.PEERS[1:], *measure.EXECUTOR_PEERS]
MISSED = " (missed)"


def lines(heads: list[str], body: list[list[str]]) -> list[str]:
    """A table in Markdown, the first column to the left and the others to the right."""
    rule = ["---", *("---:" for _ in heads[1:])]
    return [f"| {' | '.join(cells)} |" for cells in (heads, rule, *body)]


def counts(records: list[dict]) -> list[str]:
    """Instructions and bytes, beside Stakker and the floor."""
    body = []
    for row in records:
        if row["unit"] == "allocs":
            continue
        bar = "as idle" if row["equal_to"] else number(row["bar"])
        ours = number(row["ours"]) + ("" if row["passed"] else MISSED)
        title = row["title"] + (" (bytes)" if row["unit"] == "bytes" else "")
        body.append([title, ours, bar, number(row["stakker"]), number(row["floor"])])
    return lines(["operation", "ours", "bar", "Stakker", "floor"], body)


def time(records: list[dict]) -> list[str]:
    """Our time as a share of each peer's, with the bar where there is one."""
    body = []
    for row in records:
        medians = row["median_ns"]
        bars = {bar["beside"]: bar for bar in row["bars"]}
        # What shall be flat is held against another row of ours.
        flat = all(bar["held"] for beside, bar in bars.items() if beside not in PEERS)
        cells = [row["title"] + ("" if flat else f"{MISSED}: not flat")]
        for peer in PEERS:
            ours, other = medians.get("ours"), medians.get(peer)
            cell = number(ours / other if ours and other else None, 2 if peer in measure.PEERS else 3)
            if peer in bars:
                cell += f" of {bars[peer]['bar']}" + ("" if bars[peer]["held"] else MISSED)
            cells.append(cell)
        if set(cells[1:]) != {number(None)}:
            body.append(cells)
    return lines(["our time divided by that of", "Stakker", *PEERS[1:]], body)


def sizes(records: list[dict]) -> list[str]:
    """Size and compile time of a large program, beside Stakker's."""
    body = []
    for row in records:
        ratio = row["ours"] / row["stakker"]
        verdict = "" if ratio <= row["bar"] else MISSED
        body.append([row["figure"], number(row["ours"]), number(row["stakker"]), number(ratio, 2) + verdict, number(row["bar"], 2)])
    return lines(["a program of 100 actors", "ours", "Stakker", "ratio", "bar"], body)


def replaced(text: str, table: list[str]) -> str:
    """`text` with `table` in place of the one that begins with the same heading."""
    before = text.split("\n")
    heading = table[0].split("|")[1]
    found = [place for place, line in enumerate(before) if line.startswith(f"|{heading}|")]
    if len(found) != 1:
        raise SystemExit(f"README has {len(found)} tables with the first heading {heading.strip()!r}, and not one")
    start = end = found[0]
    while before[end].startswith("|"):
        end += 1
    return "\n".join([*before[:start], *table, *before[end:]])


def main() -> None:
    """Reads the figures, replaces the tables."""
    figures = json.loads((Path(sys.argv[1]) if sys.argv[1:] else measure.locate().target / "bench.json").read_text())
    text = README.read_text()
    parts = {"rows": counts, "time": time, "size": sizes}
    missing = [part for part in parts if not figures.get(part, {}).get("records")]
    if missing or len({figures[part]["of"] for part in parts}) != 1:
        raise SystemExit(f"the figures are not those of one run of benches/run.py --all (missing: {missing})")
    for part, write in parts.items():
        text = replaced(text, write(figures[part]["records"]))
    README.write_text(text)


if __name__ == "__main__":
    main()
