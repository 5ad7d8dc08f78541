"""Which mutants survive, and which of them may.

Owns: how tests/mutants/survivors.txt is read and compared with what `cargo-mutants` found out.
Invariants: a mutant is known by its name without line numbers, which several may share, so everything is counted by name. A run of a
share proves what it can: that none of its own survives unlisted, and that no more are listed than can have survived in all.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Outcomes:
    """What became of the mutants that were run: how often each name."""

    caught: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    unviable: Counter[str] = field(default_factory=Counter)

    def ended(self) -> Counter[str]:
        """Those that are no survivors: a test failed, or they do not compile."""
        return self.caught + self.unviable

    def survived(self) -> Counter[str]:
        """Those that no test failed for, among them those that ran on past the limit without one."""
        return self.missed + self.late

    def total(self) -> int:
        """How many mutants were run."""
        return self.caught.total() + self.survived().total() + self.unviable.total()

    def add(self, others: Outcomes) -> None:
        """Takes in those of another run, of other mutants."""
        self.caught += others.caught
        self.missed += others.missed
        self.late += others.late
        self.unviable += others.unviable

    def __str__(self) -> str:
        counts = {"caught": self.caught, "missed": self.missed, "timed out": self.late, "unviable": self.unviable}
        return ", ".join(f"{counter.total()} {word}" for word, counter in counts.items())


def outcomes_in(directory: Path) -> Outcomes:
    """What cargo-mutants left in its directory `mutants.out`. One that ran on past the limit is caught if a test had failed by then."""
    outcomes = Outcomes()
    summaries = {
        "CaughtMutant": outcomes.caught, "MissedMutant": outcomes.missed, "Timeout": outcomes.late, "Unviable": outcomes.unviable,
    }
    written = directory / "outcomes.json"
    runs = json.loads(written.read_text(encoding="utf-8"))["outcomes"] if written.exists() else []
    for run in runs:
        if run["scenario"] == "Baseline":
            continue
        where = summaries[run["summary"]]
        if where is outcomes.late:
            log = (directory / run["log_path"]).read_text(encoding="utf-8", errors="replace")
            where = outcomes.caught if re.search(r"^test .* FAILED$", log, re.M) else where
        where[without_place(run["scenario"]["Mutant"]["name"])] += 1
    return outcomes


def without_place(name: str) -> str:
    """The name of a mutant without line and column, which change with every line above."""
    return re.sub(r"^([^:]+):\d+:\d+:", r"\1:", name)


# Begins the reason of a mutant that runs on for ever. Whether the limit ends it or a test does, such as for want of memory, is chance.
ENDLESS = "never ends: "


@dataclass
class Listed:
    """The list of survivors: how often each name, and what is wrong with it."""

    names: Counter[str] = field(default_factory=Counter)
    endless: Counter[str] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)


def read_survivors(text: str) -> Listed:
    """Reads the list. A line is a name, a tab and the reason; `#` begins a comment."""
    listed = Listed()
    names = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, reason = line.partition("\t")
        if not reason.strip():
            listed.mistakes.append(f"line {number} gives no reason: {name}")
        names.append(name)
        listed.endless[name] += reason.startswith(ENDLESS)
    listed.names.update(names)
    if names != sorted(names):
        listed.mistakes.append("the names are not in order")
    return listed


def unlisted(listed: Listed, outcomes: Outcomes) -> list[str]:
    """Who survived and is not listed."""
    return sorted((outcomes.survived() - listed.names).elements())


def listed_in_vain(listed: Listed, there: Counter[str], outcomes: Outcomes) -> list[str]:
    """Who is listed and cannot survive: it is not among those that are there, or it has been caught."""
    ended = outcomes.ended()
    return sorted((listed.names - (there - ended + (listed.endless & ended))).elements())


def share(wanted: str, usual: str) -> str | None:
    """The shard to ask for: `all` for every mutant, `k/n` for another share than usual, `""` for that. ValueError if it is neither."""
    if wanted == "all":
        return None
    shard = wanted or usual
    number, _, of = shard.partition("/")
    if not (number.isdecimal() and of.isdecimal() and int(number) < int(of)):
        raise ValueError(f"MUTANTS={wanted}: neither `all` nor `k/n` with k below n")
    return shard
