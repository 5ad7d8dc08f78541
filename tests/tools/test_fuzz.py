"""The fuzz target of the C API calls every function that there is."""

from __future__ import annotations

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Fuzz(unittest.TestCase):
    def test_every_function_is_called(self) -> None:
        sources = (ROOT / "tests" / "fuzz" / "fuzz_targets" / "c_api").rglob("*.rs")
        called = {name for path in sources for name in re.findall(r"\b(art_\w+)\(", path.read_text(encoding="utf-8"))}
        symbols = (ROOT / "tests" / "abi" / "symbols.txt").read_text(encoding="utf-8").splitlines()
        exported = {line.split()[0] for line in symbols if line and not line.startswith("#")}
        self.assertEqual(exported - called, set())


if __name__ == "__main__":
    unittest.main()
