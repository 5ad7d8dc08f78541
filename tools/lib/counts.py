"""Reads how many tests a suite ran out of what it printed.

Owns: one `count_*` function per kind of output, and `judge`, which turns a suite's exit code and counts into a verdict.
Invariants: a test that was ignored, skipped, filtered out or expected to fail counts as failed, and so does a suite that ran
nothing: an absent check never reads as a passed one. A suite that exits with an error has at least one failure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Callable

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass
class Counts:
    """How many tests passed and failed; `notes` say in words why something counts as failed."""

    passed: int = 0
    failed: int = 0
    notes: list[str] = field(default_factory=list)

    def fail(self, how_many: int, note: str) -> None:
        """Add failures with their reason; zero adds nothing."""
        if how_many > 0:
            self.failed += how_many
            self.notes.append(f"{how_many} {note}")


def count_exit(text: str) -> Counts:
    """A tool that is one check: `judge` adds the failure if it exits with an error."""
    del text
    return Counts(passed=1)


def count_cargo(text: str) -> Counts:
    """Every `test result:` line of libtest (one per test binary and one per crate's documentation)."""
    counts = Counts()
    line = re.compile(
        r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored; (\d+) measured; (\d+) filtered out", re.M
    )
    for passed, failed, ignored, _measured, filtered in line.findall(text):
        counts.passed += int(passed)
        counts.fail(int(failed), "failed")
        counts.fail(int(ignored), "ignored")
        counts.fail(int(filtered), "filtered out")
    return counts


def count_pytest(text: str) -> Counts:
    """Every closing line of pytest, such as `=== 5 passed, 1 skipped in 0.10s ===`."""
    counts = Counts()
    for summary in re.findall(r"^=*\s*((?:\d+ \w+,? ?)+) in [\d.:hms ()]+s?\b.*$", text, re.M):
        for number, word in re.findall(r"(\d+) (\w+)", summary):
            if word == "passed":
                counts.passed += int(number)
            elif word in ("failed", "error", "errors", "skipped", "xfailed", "xpassed", "deselected"):
                counts.fail(int(number), word)
    return counts


def count_unittest(text: str) -> Counts:
    """The `Ran N tests` and `OK (skipped=1)` or `FAILED (failures=1, errors=2)` lines of Python's unittest."""
    counts = Counts()
    ran = sum(int(number) for number in re.findall(r"^Ran (\d+) tests? in", text, re.M))
    for details in re.findall(r"^(?:OK|FAILED) \((.*)\)$", text, re.M):
        for word, number in re.findall(r"([a-z ]+)=(\d+)", details):
            counts.fail(int(number), word.strip())
    counts.passed = max(ran - counts.failed, 0)
    return counts


def count_ctest(text: str) -> Counts:
    """The line `N% tests passed, M tests failed out of K`; tests that did not run or were disabled are failures."""
    counts = Counts()
    for failed, total in re.findall(r"^\d+% tests passed, (\d+) tests? failed out of (\d+)", text, re.M):
        counts.passed += int(total) - int(failed)
        counts.fail(int(failed), "failed")
    skipped = len(re.findall(r"\*\*\*(?:Skipped|Not Run \(Disabled\))", text))
    # ctest counts a skipped test as passed and leaves a disabled one out of the total.
    skipped_as_passed = len(re.findall(r"\*\*\*Skipped", text))
    counts.passed -= min(skipped_as_passed, counts.passed)
    counts.fail(skipped, "skipped or disabled")
    return counts


def count_tally(text: str) -> Counts:
    """The project's own closing line `N passed, N failed`; the last one counts."""
    counts = Counts()
    lines = re.findall(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", text, re.M)
    if lines:
        passed, failed, skipped = lines[-1]
        counts.passed = int(passed)
        counts.fail(int(failed), "failed")
        counts.fail(int(skipped or 0), "skipped")
    return counts


COUNTERS: dict[str, Callable[[str], Counts]] = {
    "exit": count_exit,
    "cargo": count_cargo,
    "pytest": count_pytest,
    "unittest": count_unittest,
    "ctest": count_ctest,
    "tally": count_tally,
}


def judge(counter: str, exit_code: int, text: str) -> Counts:
    """The verdict on a finished suite: its own counts, and a failure for an error exit or for having run nothing."""
    counts = COUNTERS[counter](_COLOUR.sub("", text))
    if counter == "exit" and exit_code != 0:
        counts.passed = 0
    if exit_code != 0 and counts.failed == 0:
        counts.fail(1, f"error: exit code {exit_code}")
    if counts.passed + counts.failed == 0:
        counts.fail(1, "suite that ran no test")
    return counts
