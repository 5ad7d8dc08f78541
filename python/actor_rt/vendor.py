"""Copies the Python half of this package: for wheels with Rust actors of their own, which bring a native half of their own.

    python -m actor_rt.vendor python/tally/actor_rt

That is `tally.actor_rt` then, beside the module `tally.actor_rt._core` of the wheel. It does not touch an installed `actor_rt`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent


def vendor(place: Path) -> None:
    """Copy the files to a folder, which is made new."""
    if (place / "__init__.py").is_file() and not (place / "_actor.py").is_file():
        raise SystemExit(f"{place} is another package: name a folder of its own")
    shutil.rmtree(place, ignore_errors=True)
    # Not the native half: that is the wheel's own.
    shutil.copytree(HERE, place, ignore=shutil.ignore_patterns("__pycache__", "_core*.so", "_core*.pyd"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    vendor(Path(sys.argv[1]))
    print(f"{sys.argv[1]}: actor_rt's Python files; say import .actor_rt there, not actor_rt")
