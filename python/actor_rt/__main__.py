"""`python -m actor_rt`: which versions are here, and which loops a runtime can be attached to."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import platform
import sys
from typing import NamedTuple

from . import __version__, _core


class Loop(NamedTuple):
    """A loop, the module it is in, and how a runtime is attached."""

    name: str
    module: str
    package: str
    attach: str


LOOPS = [
    Loop("asyncio", "asyncio", "", "with aio.attach(rt)"),
    Loop("uvloop", "uvloop", "uvloop", "with aio.attach(rt)"),
    Loop("trio", "trio", "trio", "async with trio_.attach(rt)"),
    Loop("anyio", "anyio", "anyio", "async with anyio_.attach(rt)"),
    Loop("PySide6", "PySide6", "PySide6_Essentials", "with qt.attach(rt)"),
    Loop("PyQt6", "PyQt6", "PyQt6", "with qt.attach(rt)"),
    Loop("GLib", "gi", "PyGObject", "with glib.attach(rt)"),
    Loop("Tk", "tkinter", "", "with tk.attach(rt, root)"),
]


def version(loop: Loop) -> str | None:
    """Its version; None if it is not here. Nothing is imported: one loop's library may end a program that has another's."""
    try:
        if importlib.util.find_spec(loop.module) is None:
            return None
    except (ImportError, ValueError):
        return None
    if not loop.package:
        return platform.python_version()
    try:
        return importlib.metadata.version(loop.package)
    except importlib.metadata.PackageNotFoundError:
        return "version unknown"


def main() -> None:
    """Print it."""
    build = "for every CPython from 3.10 on (abi3)" if ".abi3." in (_core.__file__ or "") else "for this version of CPython"
    print(f"actor-rt {__version__}, built {build}")
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.platform()}, {sys.executable}")
    print("loops:")
    for loop in LOOPS:
        found = version(loop)
        print(f"  {loop.name:<8} {found or 'not installed':<18} {loop.attach if found else ''}".rstrip())
    print("python -m actor_rt.demo shows the library at work")


if __name__ == "__main__":
    main()
