"""Copies the Python half of this package: for wheels with Rust actors of their own, which bring a native half of their own.

    python -m actor_rt.vendor python/tally/actor_rt

That is `tally.actor_rt` then, beside the native module of the wheel. It does not touch an installed `actor_rt`.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

HERE = Path(__file__).absolute().parent


def vendor(place: Path) -> None:
    """Copy the files to a folder: a new or an empty one, or one with an older copy. ValueError for another one, which is left as it is."""
    there = place.resolve()
    is_copy = (there / "_actor.py").is_file() and (there / "_errors.py").is_file() and (there / "vendor.py").is_file()
    # By its name, and where its files lie in truth, if those are links.
    own = {HERE, HERE.resolve(), Path(__file__).resolve().parent}
    if any(there == one or there in one.parents for one in own):
        raise ValueError(f"{place} has this very package in it: name a folder for the copy")
    if there.exists() and not is_copy and (not there.is_dir() or any(there.iterdir())):
        raise ValueError(f"{place} is there, and is no copy of this package: name a folder of its own, as tally/actor_rt")
    if is_copy:
        shutil.rmtree(there)
    # Not the native half: that is the wheel's own.
    shutil.copytree(HERE, there, ignore=shutil.ignore_patterns("__pycache__", "_core*.so", "_core*.pyd"), dirs_exist_ok=True)


def main() -> None:
    """The command."""
    about = "Copies actor_rt's Python files, for a wheel with a native half of its own."
    parser = argparse.ArgumentParser(prog="python -m actor_rt.vendor", description=about)
    parser.add_argument("place", type=Path, help="the folder to make, as python/tally/actor_rt")
    place: Path = parser.parse_args().place
    try:
        vendor(place)
    except ValueError as error:
        raise SystemExit(str(error)) from None
    print(f"{place}: actor_rt's Python files; import that copy in your package, not actor_rt")


if __name__ == "__main__":
    main()
