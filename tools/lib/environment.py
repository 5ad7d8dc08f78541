"""Where things lie in this clone, and the environment every tool and suite runs in.

Owns: the paths (`ROOT`, `TARGET`, `VENV`, `TOOLS`), the versions the gates are pinned to, and `environment()`.
Invariants: every path derives from this file's own place, so the clone may lie anywhere, with spaces in its name; nothing is
written outside the clone but by cargo, pip and rustup into their own caches.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = (ROOT / os.environ.get("CARGO_TARGET_DIR", "target")).resolve()
VENV = ROOT / ".venv"
TOOLS = TARGET / "tools"
OLDEST_CMAKE = TOOLS / "oldest-cmake"

# Any compiler from MINIMUM_RUST on builds the project. Lints, formatting, compile-fail texts and instruction counts change from
# one compiler to the next, so the gates run on GATE_RUST wherever rustup has it or can get it; see `rust_toolchain`.
MINIMUM_RUST = (1, 85)
GATE_RUST = "1.95.0"
# Miri, sanitizers and fuzzing need a nightly: an installed `nightly` serves, otherwise this one is installed.
GATE_NIGHTLY = "nightly-2026-05-20"


def output_of(*command: str, env: dict[str, str] | None = None) -> str:
    """The command's standard output, or an empty string where it is missing or fails."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def rust_version() -> tuple[int, ...]:
    """The version of the `rustc` that plain commands use here; `(0,)` where there is none."""
    found = re.match(r"rustc (\d+)\.(\d+)\.(\d+)", output_of("rustc", "--version"))
    return tuple(int(part) for part in found.groups()) if found else (0,)


@functools.cache
def rust_toolchain() -> str:
    """The toolchain to name in RUSTUP_TOOLCHAIN, or "" to use the machine's own.

    The gates' toolchain is preferred when rustup holds it; a clone without rustup, or with the caller's own choice in
    RUSTUP_TOOLCHAIN, is left alone.
    """
    if "RUSTUP_TOOLCHAIN" in os.environ or shutil.which("rustup") is None:
        return ""
    if ".".join(str(part) for part in rust_version()) == GATE_RUST:
        return ""
    installed = output_of("rustup", "toolchain", "list").splitlines()
    return next((line.split()[0] for line in installed if line.startswith(GATE_RUST + "-")), "")


@functools.cache
def nightly_toolchain() -> str:
    """The nightly for Miri, sanitizers and fuzzing: an installed one, else the pinned name (which setup installs)."""
    installed = [line.split()[0] for line in output_of("rustup", "toolchain", "list").splitlines()]
    for wanted in (GATE_NIGHTLY + "-", "nightly-x86_64", "nightly-aarch64", "nightly-"):
        for name in installed:
            if name.startswith(wanted):
                return name
    return GATE_NIGHTLY


def environment() -> dict[str, str]:
    """A copy of this process's environment with the project's own tools first on the path."""
    env = dict(os.environ)
    env["CARGO_TARGET_DIR"] = str(TARGET)
    env["CBINDGEN"] = str(TOOLS / "bin" / "cbindgen")
    env["PATH"] = os.pathsep.join([str(VENV / "bin"), str(TOOLS / "bin"), env.get("PATH", "")])
    env.setdefault("CARGO_TERM_COLOR", "never")
    # A Python module takes the interpreter's symbols from the process that loads it; to link libpython would ask for headers
    # and a library that a plain interpreter does not have.
    env["PYO3_BUILD_EXTENSION_MODULE"] = "1"
    env["PYTHONUNBUFFERED"] = "1"
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    # A set PYTHONHOME or PYTHONPATH would let modules from outside leak into the project's environments.
    env.pop("PYTHONHOME", None)
    env.pop("PYTHONPATH", None)
    if rust_toolchain():
        env["RUSTUP_TOOLCHAIN"] = rust_toolchain()
    return env
