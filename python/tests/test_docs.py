"""The examples in the package's docstrings are programs, and say what comes out."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest
from actors import Counter, Recorder

import actor_rt as art

# Those of the native half are examples of test_docstrings; adapters need their loop, and have programs in docs/loops.
ELSEWHERE = {"_core", "glib", "tk", "trio_", "_awaiting_trio"}
MODULES = ["actor_rt", *(f"actor_rt.{name}" for _, name, _ in pkgutil.iter_modules(art.__path__) if name not in ELSEWHERE)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_docstrings_run(name: str, rt: art.Runtime, clock: art.ManualClock) -> None:
    """Besides their module's names they find a runtime with virtual time, and the classes of `actors`."""
    names = {"art": art, "rt": rt, "clock": clock, "Counter": Counter, "Recorder": Recorder}
    assert doctest.testmod(importlib.import_module(name), extraglobs=names).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for name in MODULES for test in finder.find(importlib.import_module(name))]
    assert sum(len(test.examples) for test in found) > 50
