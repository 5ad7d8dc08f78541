"""The Python wheel, and fresh environments that hold it.

Owns: `build` (target/wheels) and `fresh_environment`. Nothing is ever imported from the source tree: what is tested is what a
user installs.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from lib.checks import Checks
from lib.environment import ROOT, TARGET, VENV
from lib.interpreters import Interpreter

WHEELS = TARGET / "wheels"


def build(checks: Checks, interpreter: Interpreter) -> Path | None:
    """Build the wheel; a failure is a failed check and returns None."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    command: list[str | Path] = [
        VENV / "bin" / "maturin", "build", "--release", "--locked", "--compatibility", "linux", "--interpreter", interpreter.path,
        "--manifest-path", ROOT / "python" / "Cargo.toml", "--out", WHEELS,
    ]
    if not checks.run("the wheel builds", command):
        return None
    wheels = sorted(WHEELS.glob("actor_rt-*.whl"))
    names = ", ".join(wheel.name for wheel in wheels)
    if not checks.note("there is one wheel, for every CPython from 3.10 on", len(wheels) == 1 and "-cp310-abi3-" in names, names):
        return None
    return wheels[0]


def fresh_environment(checks: Checks, interpreter: Interpreter, place: Path, wheel: Path) -> Path | None:
    """Make an environment anew with the wheel and nothing else; returns its python, or None after a failed check."""
    shutil.rmtree(place, ignore_errors=True)
    python = place / "bin" / "python"
    made = checks.run(f"Python {interpreter.minor}: environment", [interpreter.path, "-m", "venv", place])
    if made and checks.run(f"Python {interpreter.minor}: the wheel installs", [python, "-m", "pip", "install", "-q", wheel]):
        return python
    return None
