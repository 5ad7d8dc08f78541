"""The fuzz target of the C API calls every function that there is, and looks at each status."""

from __future__ import annotations

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "tests" / "fuzz" / "fuzz_targets" / "c_api").rglob("*.rs"))


class Fuzz(unittest.TestCase):
    def test_every_function_is_called(self) -> None:
        called = {name for path in SOURCES for name in re.findall(r"\b(art_\w+)\(", path.read_text(encoding="utf-8"))}
        symbols = (ROOT / "tests" / "abi" / "symbols.txt").read_text(encoding="utf-8").splitlines()
        exported = {line.split()[0] for line in symbols if line and not line.startswith("#")}
        self.assertEqual(exported - called, set())

    def test_every_status_is_held_against_the_header(self) -> None:
        header = (ROOT / "include" / "actor_rt.h").read_text(encoding="utf-8")
        with_status = set(re.findall(r"^ART_API art_status (art_\w+)\(", header, re.M))
        self.assertTrue(with_status)
        for path in SOURCES:
            text = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
            plain = set(re.findall(r"(?<!status!\()(?<!call!\()\b(art_\w+)\(", text))
            self.assertEqual(plain & with_status, set(), f"{path.name}: call it as status!({{name}}(…)) or call!({{name}}(…))")


if __name__ == "__main__":
    unittest.main()
