"""The libraries in C, C++ and Rust that the tests of mixed languages load: compiled once a run, against the headers of the package under test."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

import actor_rt as art

SOURCES = Path(__file__).parent / "native"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-O1", "-g", "-fPIC", "-shared", "-fvisibility=hidden"]


def build(source: str, place: Path, *options: str) -> Path:
    """The library of one source: `ring.c`, `ring.cpp`, `extension.cpp`; or of the crate `rust`."""
    if source == "rust":
        return build_crate()
    name, language = source.rsplit(".", 1)
    compiler = [os.environ.get("CC", "cc"), "-std=c99"] if language == "c" else [os.environ.get("CXX", "c++"), "-std=c++17"]
    library = place / (f"{name}.so" if name == "extension" else f"lib{name}_{language}.so")
    # Python's own headers are not held to our warnings.
    headers = ["-I", art.get_include(), "-isystem", sysconfig.get_path("include")]
    done = subprocess.run([*compiler, *STRICT, *options, *headers, str(SOURCES / source), "-o", str(library)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return library


def build_crate() -> Path:
    """Where cargo has put the library of the crate in `native/rust`."""
    cargo = ["cargo", "build", "--quiet", "--locked", "--message-format", "json", "--manifest-path", str(SOURCES / "rust" / "Cargo.toml")]
    done = subprocess.run(cargo, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    made = [json.loads(line) for line in done.stdout.splitlines()]
    libraries = [file for one in made if one.get("target", {}).get("name") == "ring_in_rust" for file in one["filenames"]]
    return Path(libraries[0])
