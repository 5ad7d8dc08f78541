#!/usr/bin/env python3
"""Writes the tables of README and docs/figures.md from the figures of the last `benches/run.py --all`: nobody copies them by hand.

    benches/publish.py           replaces the tables; each is known by its first heading
    benches/publish.py FIGURES   takes another file than <target>/bench.json

README has the rows of `HEADLINES`, docs/figures.md all of them with their bars. There a figure that misses its bar is marked. One
that was not measured is a dash. Rows of allocations are left out: both pages say that there are none.
"""

import json
import re
import sys
from pathlib import Path

import measure
from tables import number

README = measure.ROOT / "README.md"
FIGURES = measure.ROOT / "docs" / "figures.md"
HEADLINES = [
    "burst",
    "ping",
    "c_burst",
    "c_ping",
    "request",
    "post_one_step_once",
    "spawn_drop",
    "remote_1",
    "timer_add_cancel_100k",
    "timer_fire_and_add_100k",
    "idle_step_100k",
    "actor_memory",
]
"""What a first reader wants to know, the rows in which we are slower than a peer among them."""
TAKEN = "Taken at"
"""How the line begins that says what the figures are of."""
PEERS = [*measure.PEERS[1:], *measure.EXECUTOR_PEERS]
MISSED = " (missed)"


def lines(heads: list[str], body: list[list[str]]) -> list[str]:
    """A table in Markdown, the first column to the left and the others to the right."""
    rule = ["---", *("---:" for _ in heads[1:])]
    return [f"| {' | '.join(cells)} |" for cells in (heads, rule, *body)]


def titled(row: dict) -> str:
    """What the row is called where its unit is not the column's."""
    return row["title"] + (" (bytes)" if row.get("unit") == "bytes" else "")


def share(row: dict, peer: str) -> str:
    """Our time divided by the peer's."""
    ours, other = row["median_ns"].get("ours"), row["median_ns"].get(peer)
    return number(ours / other if ours and other else None, 2 if peer in measure.PEERS else 3)


def headlines(counted: list[dict], timed: list[dict]) -> list[str]:
    """README's table: instructions and shares of time of the chosen rows."""
    instructions = {row["row"]: row for row in counted}
    times = {row["row"]: row for row in timed}
    body = []
    for name in HEADLINES:
        counts_of, time_of = instructions.get(name), times.get(name)
        if counts_of is None and time_of is None:
            continue
        cells = [number((counts_of or {}).get(peer)) for peer in measure.PEERS]
        shares = [share(time_of, peer) if time_of else number(None) for peer in ("stakker", "floor", "tokio")]
        body.append([titled(counts_of or time_of), *cells, *shares])
    return lines(["operation", "ours", "Stakker", "floor", "time / Stakker", "/ floor", "/ tokio"], body)


def counts(records: list[dict]) -> list[str]:
    """Instructions and bytes, beside Stakker and the floor."""
    body = []
    for row in records:
        if row["unit"] == "allocs":
            continue
        bar = row["cap"] or number(row["bar"])
        ours = number(row["ours"]) + ("" if row["passed"] else MISSED)
        body.append([titled(row), ours, bar, number(row["stakker"]), number(row["floor"])])
    return lines(["operation", "ours", "bar", "Stakker", "floor"], body)


def time(records: list[dict]) -> list[str]:
    """Our time as a share of each peer's, with the bar where there is one."""
    body = []
    for row in records:
        bars = {bar["beside"]: bar for bar in row["bars"]}
        # What shall be flat is held against another row of ours.
        flat = all(bar["held"] for beside, bar in bars.items() if beside not in PEERS)
        cells = [row["title"] + ("" if flat else f"{MISSED}: not flat")]
        for peer in PEERS:
            cell = share(row, peer)
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


def native(records: list[dict]) -> list[str]:
    """Our time on each loop as a share of what the loop itself takes for the same."""
    return beside(records, "ours, as a share of", ("loop", "plain"))


def python(records: list[dict]) -> list[str]:
    """Our time from Python as a share of what others take for the same."""
    return beside([row for row in records if row["unit"] == "ns"], "from Python, as a share of", ("peer", "other"))


def python_bytes(records: list[dict]) -> list[str]:
    """What we take of memory from Python, as such."""
    body = []
    for row in records:
        if row["unit"] == "bytes":
            held = row["bar"] is None or row["ours"] <= row["bar"]
            body.append([row["title"], number(row["ours"]) + ("" if held else MISSED), number(row["bar"])])
    return lines(["from Python, in bytes", "ours", "bar"], body)


def beside(records: list[dict], heading: str, names: tuple[str, str]) -> list[str]:
    """Our time as a share of that of others, a column each, with the bar where there is one; `names` are the keys of who that is, and of their
    time."""
    whom, theirs = names
    loops = list(dict.fromkeys(row[whom] for row in records))
    cells: dict[str, dict[str, str]] = {}
    for row in records:
        ratio = row["ours"] / row[theirs] if row["ours"] and row[theirs] else None
        cell = number(ratio, 2 if ratio is None or ratio >= 0.1 else 3)
        if row["bar"] is not None and ratio is not None:
            cell += f" of {number(row['bar'], 2 if row['bar'] >= 0.1 else 3)}" + ("" if ratio <= row["bar"] else MISSED)
        cells.setdefault(row["title"], {})[row[whom]] = cell
    body = [[title, *(of.get(loop, number(None)) for loop in loops)] for title, of in cells.items()]
    return lines([heading, *loops], body)


def headers(records: list[dict]) -> list[str]:
    """What each file takes the compiler beyond an empty one."""
    body = []
    for row in records:
        beyond = row["seconds"] - row["empty"]
        verdict = "" if row["bar"] is None or beyond <= row["bar"] else MISSED
        body.append([row["file"], number(row["seconds"], 2), number(row["empty"], 2), number(beyond, 2) + verdict, number(row["bar"], 2)])
    return lines(["a C++ file", "seconds", "an empty one", "beyond it", "bar"], body)


def taken(of: str, lock: str, libraries: list[str]) -> str:
    """What the figures are of, and the versions of the peers: those in the text of a lock file, and libraries of C and C++."""
    versions = [re.search(rf'^name = "{peer}"\nversion = "(.+)"$', lock, re.MULTILINE) for peer in ("stakker", *PEERS[2:])]
    peers = [f"{peer} {found.group(1)}" for peer, found in zip(("Stakker", *PEERS[2:]), versions, strict=True) if found]
    return f"{TAKEN} {of}; {', '.join([*peers, *libraries])}."


def replaced(text: str, table: list[str]) -> str:
    """`text` with `table` in place of the one that begins with the same heading."""
    before = text.split("\n")
    heading = table[0].split("|")[1]
    found = [place for place, line in enumerate(before) if line.startswith(f"|{heading}|")]
    if len(found) != 1:
        raise SystemExit(f"the page has {len(found)} tables with the first heading {heading.strip()!r}, and not one")
    start = end = found[0]
    while before[end].startswith("|"):
        end += 1
    return "\n".join([*before[:start], *table, *before[end:]])


def main() -> None:
    """Reads the figures, replaces the tables."""
    figures = json.loads((Path(sys.argv[1]) if sys.argv[1:] else measure.locate().target / "bench.json").read_text())
    parts = {
        "rows": [counts], "time": [time], "size": [sizes], "native": [native], "headers": [headers], "python": [python, python_bytes],
    }
    missing = [part for part in parts if not figures.get(part, {}).get("records")]
    if missing or len({figures[part]["of"] for part in parts}) != 1:
        raise SystemExit(f"the figures are not those of one run of benches/run.py --all (missing: {missing})")
    of = figures["rows"]["of"]
    records = {part: figures[part]["records"] for part in parts}
    page = FIGURES.read_text()
    for part, writers in parts.items():
        for write in writers:
            page = replaced(page, write(records[part]))
    libraries = [*figures["native"]["libraries"], *figures["python"]["libraries"]]
    line = taken(of, (measure.BENCHES / "peers" / "Cargo.lock").read_text(), libraries)
    page, found = re.subn(rf"^{TAKEN}.*$", line, page, flags=re.MULTILINE)
    if found != 1:
        raise SystemExit(f"{FIGURES.name} has {found} lines that begin with {TAKEN!r}, and not one")
    FIGURES.write_text(page)
    README.write_text(replaced(README.read_text(), headlines(records["rows"], records["time"])))


if __name__ == "__main__":
    main()
