"""The Python wheels, and fresh environments that hold one.

Owns: `build` (target/wheels), `sdist`, `fresh_environment`, and `install` of requirement files. Nothing is ever imported from the source tree: what is
tested is what a user installs.

There are two kinds of wheels: one for every CPython from 3.10 on, by its stable ABI (abi3), and one for each version, which is faster and which
installers take where there is one.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from lib.checks import Checks
from lib.environment import ROOT, TARGET, VENV
from lib.interpreters import Interpreter

WHEELS = TARGET / "wheels"
MATURIN = VENV / "bin" / "maturin"
MANIFEST = ROOT / "python" / "Cargo.toml"


def build(checks: Checks, interpreter: Interpreter, *, for_one: bool = False) -> Path | None:
    """Build the wheel for every CPython, or that for this one's version; a failure is a failed check and returns None."""
    place, tags, options = WHEELS / "abi3", "cp310-abi3", ["--features", "abi3"]
    if for_one:
        version = "cp{0}{1}".format(*interpreter.version)
        place, tags, options = WHEELS / version, f"{version}-{version}", []
    shutil.rmtree(place, ignore_errors=True)
    command: list[str | Path] = [
        MATURIN, "build", "--release", "--locked", "--compatibility", "linux", "--interpreter", interpreter.path, *options,
        "--manifest-path", MANIFEST, "--out", place,
    ]
    if not checks.run(f"{tags}: the wheel builds", command):
        return None
    made = sorted(place.glob("actor_rt-*.whl"))
    names = ", ".join(wheel.name for wheel in made)
    return made[0] if checks.note(f"{tags}: there is one wheel", len(made) == 1 and f"-{tags}-" in names, names) else None


def build_own(checks: Checks, interpreter: Interpreter, crate: Path) -> Path | None:
    """Build the wheel of a crate with actors of its own, with the checks of a debug build."""
    place = WHEELS / crate.name
    shutil.rmtree(place, ignore_errors=True)
    command: list[str | Path] = [
        MATURIN, "build", "--locked", "--compatibility", "linux", "--interpreter", interpreter.path, "--manifest-path", crate / "Cargo.toml",
        "--out", place,
    ]
    if not checks.run(f"{crate.name}: the wheel builds", command):
        return None
    made = sorted(place.glob("*.whl"))
    return made[0] if checks.note(f"{crate.name}: there is one wheel", len(made) == 1, str(made)) else None


def sdist(checks: Checks) -> Path | None:
    """Pack the sources of the wheels."""
    place = WHEELS / "sdist"
    shutil.rmtree(place, ignore_errors=True)
    if not checks.run("the sources are packed", [MATURIN, "sdist", "--manifest-path", MANIFEST, "--out", place]):
        return None
    made = sorted(place.glob("actor_rt-*.tar.gz"))
    return made[0] if checks.note("there is one archive of them", len(made) == 1, str(made)) else None


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
