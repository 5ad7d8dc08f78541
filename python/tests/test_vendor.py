"""Copies of the Python half, for wheels with a native half of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import actor_rt as art
from actor_rt.vendor import vendor


def test_a_copy_has_the_python_files_and_the_headers_and_not_the_native_half(tmp_path: Path) -> None:
    place = tmp_path / "own" / "actor_rt"
    vendor(place)
    assert (place / "_actor.py").is_file() and (place / "py.typed").is_file() and (place / "include" / "actor_rt.h").is_file()
    assert not list(place.glob("_core*.so")) and not (place / "__pycache__").exists()


def test_an_older_copy_is_made_anew(tmp_path: Path) -> None:
    place = tmp_path / "actor_rt"
    vendor(place)
    (place / "gone_since.py").touch()
    vendor(place)
    assert (place / "_actor.py").is_file() and not (place / "gone_since.py").exists()


def test_what_is_no_copy_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(ValueError, match="is no copy of this package"):
        vendor(tmp_path)
    with pytest.raises(ValueError, match="is no copy of this package"):
        vendor(tmp_path / "precious.txt")
    assert (tmp_path / "precious.txt").read_text() == "mine"


def test_the_package_itself_and_what_it_lies_in_are_left_as_they_are() -> None:
    here = Path(art.__file__).parent
    for place in (here, here.parent):
        with pytest.raises(ValueError, match="has this very package in it"):
            vendor(place)
    assert (here / "_actor.py").is_file()


def test_from_the_command_line(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "actor_rt.vendor", *arguments], capture_output=True, text=True, cwd=tmp_path)

    assert run("own/actor_rt").returncode == 0 and (tmp_path / "own" / "actor_rt" / "_actor.py").is_file()
    assert run(".").returncode == 1 and run().returncode == 2 and run("--help").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own"]
