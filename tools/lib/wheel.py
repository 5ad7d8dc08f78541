"""The Python wheel, and fresh environments that hold it.

Owns: `build` (target/wheels), `fresh_environment`, and `install` of requirement files. Nothing is ever imported from the source tree: what is tested is what a
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


def fresh_environment(
    checks: Checks, interpreter: Interpreter, place: Path, wheel: Path, *, with_system_packages: bool = False,
) -> Path | None:
    """Make an environment anew with the wheel and nothing else (but for the system's packages); returns its python, or None after a failed check."""
    shutil.rmtree(place, ignore_errors=True)
    python = place / "bin" / "python"
    options = ["--system-site-packages"] if with_system_packages else []
    made = checks.run(f"Python {interpreter.minor}: environment", [interpreter.path, "-m", "venv", *options, place])
    if made and checks.run(f"Python {interpreter.minor}: the wheel installs", [python, "-m", "pip", "install", "-q", wheel]):
        return python
    return None


def install(checks: Checks, python: Path, *lists: Path) -> bool:
    """Install requirement files, exactly as they say; what was fetched once is kept, so that a later run needs no network."""
    store = TARGET / "wheelhouse"

    def install_one(one: Path) -> bool:
        pip: list[str | Path] = [python, "-m", "pip"]
        kept = [*pip, "install", "-q", "--no-deps", "--no-index", "--find-links", store, "-r", one]
        if checks.capture(kept)[0] == 0:
            return checks.note(f"{one.relative_to(ROOT)} installs", True)
        fetched = checks.run(f"{one.relative_to(ROOT)} is fetched", [*pip, "download", "-q", "--no-deps", "-d", store, "-r", one])
        return fetched and checks.run(f"{one.relative_to(ROOT)} installs", kept)

    return all(install_one(one) for one in lists)
