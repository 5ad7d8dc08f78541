"""Configures and builds a CMake preset, from wherever the clone now lies.

Owns: `binary_directory` and `build`. A build directory remembers the source's absolute path and refuses another one, so a
directory that was made for a clone since moved is removed first.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from lib.checks import Checks
from lib.environment import ROOT


def binary_directory(preset: str) -> Path:
    """Where a configure preset builds, its inherited settings included."""
    presets = json.loads((ROOT / "CMakePresets.json").read_text(encoding="utf-8"))["configurePresets"]
    by_name = {one["name"]: one for one in presets}

    def lookup(name: str) -> str | None:
        one = by_name[name]
        if "binaryDir" in one:
            return str(one["binaryDir"])
        parents = one.get("inherits", [])
        found = [lookup(parent) for parent in ([parents] if isinstance(parents, str) else parents)]
        return next((directory for directory in found if directory), None)

    directory = lookup(preset) or "${sourceDir}/build/${presetName}"
    return Path(directory.replace("${sourceDir}", str(ROOT)).replace("${presetName}", preset))


def build(checks: Checks, preset: str, *targets: str) -> Path | None:
    """Configure and build; each is a check. Returns the build directory, or None after a failure."""
    try:
        directory = binary_directory(preset)
    except (OSError, KeyError, ValueError) as error:
        checks.note(f"CMakePresets.json has the preset {preset}", False, repr(error))
        return None
    cache = directory / "CMakeCache.txt"
    if cache.exists():
        home = re.search(r"^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$", cache.read_text(encoding="utf-8"), re.M)
        if home is None or Path(home[1]) != ROOT:
            shutil.rmtree(directory)
    only = ["--target", *targets] if targets else []
    if checks.run(f"{preset}: configures", ["cmake", "--preset", preset]) and checks.run(
        f"{preset}: builds", ["cmake", "--build", "--preset", preset, *only]
    ):
        return directory
    return None
