"""The examples in the package's docstrings are programs, and say what comes out."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import actor_rt as art

MODULES = ["actor_rt", *(f"actor_rt.{module.name}" for module in pkgutil.iter_modules(art.__path__))]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_docstrings_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    assert sum(doctest.testmod(importlib.import_module(name)).attempted for name in MODULES) > 50
