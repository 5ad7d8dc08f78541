"""The C library as cargo builds it, laid out as an installation would name it.

Owns: `stage`, which fills target/stage/lib with libactor_rt.so and its SONAME. It is linked from the static library by cmake/actor_rt.map,
as CMakeLists.txt does it and for the reason given there.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from lib.checks import Checks
from lib.environment import ROOT, TARGET

DIRECTORY = TARGET / "stage" / "lib"


def stage(checks: Checks) -> Path | None:
    """Build the shared library and return where it lies; a failure is a failed check and returns None."""
    if not checks.run("the C library builds", ["cargo", "build", "--release", "-p", "actor-ffi", "--features", "soname", "--locked"]):
        return None
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir(parents=True)
    library = DIRECTORY / "libactor_rt.so.1"
    flags = (ROOT / "cmake" / "shared-library-flags.txt").read_text(encoding="utf-8").splitlines()
    linked = checks.run("the shared library is linked from the static one", [
        "cc", *(flag for flag in flags if flag.startswith("-")), "-o", library, "-Wl,-soname,libactor_rt.so.1",
        f"-Wl,--version-script={ROOT / 'cmake' / 'actor_rt.map'}", TARGET / "release" / "libactor_ffi.a",
        "-lgcc_s", "-lpthread", "-lm", "-ldl", "-lc",
    ])
    if not linked:
        return None
    code, dynamic = checks.capture(["readelf", "-d", library])
    soname = re.search(r"\(SONAME\).*\[(.*)\]", dynamic) if code == 0 else None
    if not checks.note("the C library's SONAME is libactor_rt.so.1", bool(soname and soname[1] == "libactor_rt.so.1"), dynamic):
        return None
    (DIRECTORY / "libactor_rt.so").symlink_to("libactor_rt.so.1")
    return library
