"""The C library as cargo builds it, laid out as an installation would name it.

Owns: `stage`, which fills target/stage/lib with libactor_rt.so and its SONAME. The crate is called actor-ffi, so cargo's file is
libactor_ffi.so; programs link and load it as libactor_rt.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from lib.checks import Checks
from lib.environment import TARGET

DIRECTORY = TARGET / "stage" / "lib"


def stage(checks: Checks) -> Path | None:
    """Build the shared library and return where it lies; a failure is a failed check and returns None."""
    if not checks.run("the C library builds", ["cargo", "build", "--release", "-p", "actor-ffi", "--features", "soname", "--locked"]):
        return None
    built = TARGET / "release" / "libactor_ffi.so"
    code, dynamic = checks.capture(["readelf", "-d", built])
    soname = re.search(r"\(SONAME\).*\[(.*)\]", dynamic) if code == 0 else None
    if not checks.note("the C library's SONAME is libactor_rt.so.1", bool(soname and soname[1] == "libactor_rt.so.1"), dynamic):
        return None
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    DIRECTORY.mkdir(parents=True)
    shutil.copy2(built, DIRECTORY / "libactor_rt.so.1")
    (DIRECTORY / "libactor_rt.so").symlink_to("libactor_rt.so.1")
    return DIRECTORY / "libactor_rt.so.1"
