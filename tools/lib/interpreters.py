"""The CPython interpreters of this machine, for testing one wheel in several versions.

Owns: `find`, which lists one interpreter a minor version, newest first, and `install`, which tries to bring one more.
Invariants: only CPython from 3.10 on that can make a virtual environment is listed; each was run, none is guessed by its name.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
from pathlib import Path
from typing import Callable, NamedTuple

from lib.environment import TARGET, VENV, output_of

OLDEST = (3, 10)
OLDEST_TEXT = "3.10"
NEEDED = 2
# What uv calls the versions to try; it keeps them inside the clone.
WANTED = ("3.10", "3.13")
MANAGED = TARGET / "pythons"
CURE = (
    "install another CPython and put it on the path, for example with `uv python install 3.10`, pyenv, "
    "or a package such as python3.10-venv"
)
SYSTEM_CURE = "install the system's python3-gi, python3-tk and python3-venv: tools/setup does where there is apt"
_ASK = "import sys, ensurepip, venv; print(sys.implementation.name, *sys.version_info[:3])"


class Interpreter(NamedTuple):
    """One interpreter that was run."""

    version: tuple[int, int, int]
    path: Path

    @property
    def minor(self) -> str:
        """Such as `3.12`."""
        return f"{self.version[0]}.{self.version[1]}"


def _candidates() -> list[str]:
    places = [directory for directory in os.environ.get("PATH", "").split(os.pathsep) if directory]
    # The project's own environment is no interpreter of the machine, and pyenv's shims answer by another name's version.
    places = [place for place in places if not place.startswith(str(VENV)) and "/shims" not in place]
    places += ["/usr/bin", "/usr/local/bin"]
    patterns = [f"{glob.escape(place)}/python3*" for place in places]
    homes = [os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv")) + "/versions/*"]
    homes += [str(Path.home() / ".local/share/uv/python/cpython-*"), f"{glob.escape(str(MANAGED))}/cpython-*"]
    patterns += [f"{home}/bin/python3" for home in homes]
    named = re.compile(r"python3(\.\d+)?$")
    return [path for pattern in patterns for path in sorted(glob.glob(pattern)) if named.search(path)]


def find() -> list[Interpreter]:
    """One interpreter of each minor version from 3.10 on, newest first."""
    found: dict[tuple[int, int], Interpreter] = {}
    for path in _candidates():
        answer = output_of(path, "-I", "-c", _ASK).split()
        if len(answer) != 4 or answer[0] != "cpython":
            continue
        version = (int(answer[1]), int(answer[2]), int(answer[3]))
        if version >= OLDEST:
            found.setdefault(version[:2], Interpreter(version, Path(path)))
    return sorted(found.values(), reverse=True)


def system() -> Interpreter | None:
    """The system's own Python, if it has the bindings of GLib and of Tk."""
    answer = output_of("/usr/bin/python3", "-I", "-c", f"import gi, tkinter; {_ASK}").split()
    if len(answer) != 4 or answer[0] != "cpython":
        return None
    version = (int(answer[1]), int(answer[2]), int(answer[3]))
    return Interpreter(version, Path("/usr/bin/python3")) if version >= OLDEST else None


def install(run: Callable[..., bool], become_root: list[str] | None) -> None:
    """Try to bring one more version: the distribution's own packages first, then uv's builds into the clone."""
    have = {interpreter.minor for interpreter in find()}
    if shutil.which("apt-cache") and become_root is not None:
        for minor in range(10, 20):
            name = f"python3.{minor}"
            if f"3.{minor}" not in have and output_of("apt-cache", "show", f"{name}-venv"):
                apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
                if run([*apt, "install", "-y", "--no-install-recommends", name, f"{name}-venv"]) and len(find()) >= NEEDED:
                    return
    # No link in the user's own directories, and no cache there.
    uv = [str(VENV / "bin" / "uv"), "python", "install", "--no-bin", "--no-cache"]
    for version in WANTED:
        if version not in have and run(uv + [version], UV_PYTHON_INSTALL_DIR=str(MANAGED)):
            if len(find()) >= NEEDED:
                return
