#!/usr/bin/env python3
"""Runs the unit tests of the project's own scripts: every test_*.py beside this file and in benches/."""

from __future__ import annotations

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tools"), str(HERE.parent / "readme")]

if __name__ == "__main__":
    tests = unittest.TestSuite(unittest.TestLoader().discover(str(place)) for place in (HERE, HERE.parents[1] / "benches"))
    sys.exit(0 if unittest.TextTestRunner(verbosity=1).run(tests).wasSuccessful() else 1)
