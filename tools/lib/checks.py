"""A tally of named checks, for the suites that are programs of ours rather than a test runner's.

Owns: `Checks`, which runs commands, prints one line a check and closes with `N passed, N failed`.
Invariants: a check that raises, or whose command is missing, is a failed check; `finish` with no check at all fails.
"""

from __future__ import annotations

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Mapping, NoReturn, Sequence

from lib.counts import Counts, judge
from lib.environment import ROOT, environment


class Checks:
    """Counts checks and prints each as it ends."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0
        self.env = environment()

    def note(self, name: str, good: bool, why: str = "") -> bool:
        """Record one check; `why` is printed only when it failed. Returns `good`."""
        self.passed += good
        self.failed += not good
        print(("ok      " if good else "FAILED  ") + name, flush=True)
        if not good and why.strip():
            print("        " + why.strip().replace("\n", "\n        "), flush=True)
        return good

    def run(
        self, name: str, command: Sequence[str | Path], cwd: Path = ROOT, env: dict[str, str] | None = None,
        limit: float = 900,
    ) -> bool:
        """A check that a command exits with 0; what it printed is shown when it does not."""
        code, text = self.capture(command, cwd, env, limit)
        shown = text[-6000:] if code else ""
        return self.note(name, code == 0, f"$ {' '.join(map(str, command))}\n{shown}\nexit code {code}")

    def suite(
        self, name: str, counter: str, command: Sequence[str | Path], cwd: Path = ROOT,
        env: dict[str, str] | None = None, limit: float = 900,
    ) -> Counts:
        """Run a test runner and add its own counts (see `lib.counts`)."""
        code, text = self.capture(command, cwd, env, limit)
        return self._add(name, judge(counter, code, text), text)

    def suites(
        self, counter: str, commands: Mapping[str, Sequence[str | Path]], cwd: Path = ROOT,
        env: dict[str, str] | None = None, limit: float = 900,
    ) -> None:
        """As `suite` for each of several that do not disturb each other: as many at once as there are processors, in this order."""
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            def timed(command: Sequence[str | Path]) -> tuple[int, str, float]:
                begun = time.monotonic()
                return *self.capture(command, cwd, env, limit), time.monotonic() - begun

            running = {pool.submit(timed, command): name for name, command in commands.items()}
            for done in as_completed(running):
                code, text, seconds = done.result()
                self._add(f"{running[done]} ({seconds:.0f} s)", judge(counter, code, text), text)

    def _add(self, name: str, counts: Counts, text: str) -> Counts:
        self.passed += counts.passed
        self.failed += counts.failed
        print(f"{'FAILED  ' if counts.failed else 'ok      '}{name}: {counts.passed} passed, {counts.failed} failed", flush=True)
        if counts.failed:
            print(text[-12000:], flush=True)
            print("        " + "; ".join(counts.notes), flush=True)
        return counts

    def capture(
        self, command: Sequence[str | Path], cwd: Path = ROOT, env: dict[str, str] | None = None, limit: float = 900
    ) -> tuple[int, str]:
        """Exit code and joined output of a command; 127 where it is missing, 124 where it outlives `limit` seconds."""
        try:
            done = subprocess.run(
                [str(part) for part in command], cwd=cwd, env=env or self.env, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                timeout=limit,
            )
        except OSError as error:
            return 127, str(error)
        except subprocess.TimeoutExpired as late:
            said = late.stdout or b""
            return 124, (said.decode(errors="replace") if isinstance(said, bytes) else said) + f"\nstill running after {limit:.0f} s"
        return done.returncode, done.stdout

    def finish(self) -> NoReturn:
        """Print the closing line and exit: 1 if anything failed or nothing ran."""
        if self.passed + self.failed == 0:
            self.note("at least one check ran", False)
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        raise SystemExit(1 if self.failed else 0)
