"""THIRD-PARTY.md names every crate that the C library links, python/THIRD-PARTY.md every one of the wheel, with their notices."""

from __future__ import annotations

import json
import re
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WHEEL = ["-p", "actor-rt-python", "--features", "abi3"]


def cargo(*words: str) -> str:
    """What cargo says, by the locked versions."""
    return subprocess.run(["cargo", *words, "--locked"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def linked(*package: str) -> dict[str, str]:
    """Every crate of others that a package links on any system, with its licence. Macros of the compiler's are not linked."""
    tree = cargo("tree", *package, "-e", "normal,no-proc-macro", "--prefix", "none", "-f", "{p}|{l}", "--target", "all")
    lines = (line.removesuffix(" (*)") for line in tree.splitlines() if "(/" not in line)
    return {line.split()[0]: line.split("|")[1] for line in lines}


def named(page: Path) -> dict[str, str]:
    """Every crate that a page has a row of, with its licence."""
    rows = [line.split("|") for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return {row[1].strip(): row[3].split(",")[0].strip() for row in rows[1:] if "crates.io" in row[2]}


class ThirdParty(unittest.TestCase):
    def test_every_crate_of_the_library_has_its_row(self) -> None:
        self.assertEqual(named(ROOT / "THIRD-PARTY.md"), linked("-p", "actor-ffi"))

    def test_every_crate_of_the_wheel_has_its_row(self) -> None:
        self.assertEqual(named(ROOT / "python" / "THIRD-PARTY.md"), linked(*WHEEL))

    def test_every_notice_of_those_crates_is_there(self) -> None:
        # Of this system's crates: only their sources are on this machine for certain.
        host = re.search(r"^host: (.*)$", subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout, re.M)
        assert host
        metadata = json.loads(cargo("metadata", "--format-version=1", "--filter-platform", host[1]))
        places = {(one["name"], one["source"] is not None): Path(one["manifest_path"]).parent for one in metadata["packages"]}
        for page, package in (("THIRD-PARTY.md", ["-p", "actor-ffi"]), ("python/THIRD-PARTY.md", WHEEL)):
            text = (ROOT / page).read_text(encoding="utf-8")
            here = [places[name, True] for name in linked(*package) if (name, True) in places]
            self.assertTrue(here)
            licences = [path for place in here for path in place.glob("*") if path.name.upper() in ("LICENSE", "LICENSE-MIT")]
            self.assertGreaterEqual(len(licences), len(here), page)
            for path in licences:
                for notice in re.findall(r"^\s*(Copyright \(c\).*?)\s*$", path.read_text(encoding="utf-8"), re.M):
                    self.assertIn(notice, text, f"{page} has not the notice of {path}")

    def test_the_wheel_takes_the_licences_that_the_project_has(self) -> None:
        for name in ("LICENSE-MIT", "LICENSE-APACHE"):
            self.assertEqual((ROOT / "python" / name).read_bytes(), (ROOT / name).read_bytes(), name)


if __name__ == "__main__":
    unittest.main()
