"""THIRD-PARTY.md names every crate that the C library links."""

from __future__ import annotations

import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class ThirdParty(unittest.TestCase):
    def test_every_crate_of_the_library_has_its_row(self) -> None:
        tree = subprocess.run(
            ["cargo", "tree", "-p", "actor-ffi", "-e", "normal", "--prefix", "none", "-f", "{p}|{l}", "--target", "all", "--locked"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout
        linked = {line.split()[0]: line.split("|")[1] for line in tree.splitlines() if "(/" not in line}
        rows = [line.split("|") for line in (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
        named = {row[1].strip(): row[3].split(",")[0].strip() for row in rows[1:] if "crates.io" in row[2]}
        self.assertEqual(named, linked)


if __name__ == "__main__":
    unittest.main()
