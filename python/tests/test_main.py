"""`python -m actor_rt` and `python -m actor_rt.demo`."""

from __future__ import annotations

import platform
import subprocess
import sys

import actor_rt as art


def run(*arguments: str) -> list[str]:
    command = [sys.executable, "-X", "dev", "-W", "error", "-m", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.splitlines()


def test_it_says_which_versions_and_loops_are_here() -> None:
    lines = run("actor_rt")
    assert lines[0].startswith(f"actor-rt {art.__version__}, built for")
    assert platform.python_version() in lines[1]
    loops = {line.split()[0]: line for line in lines[3:-1]}
    assert set(loops) == {"asyncio", "uvloop", "trio", "anyio", "PySide6", "PyQt6", "GLib", "Tk"}
    assert "with aio.attach(rt)" in loops["asyncio"] and "with aio.attach(rt)" in loops["uvloop"]


def test_the_demo_shows_a_failure_that_is_survived() -> None:
    lines = run("actor_rt.demo", "3.5")
    said = [line.split(maxsplit=3)[2:] for line in lines]
    whos = [who for who, _ in said]
    assert whos.count("till") >= 5, "it opened, failed, and opened again, and sold"
    # It failed twice in three seconds, which is more than the root allows if nobody says otherwise: it was gone then.
    assert sum("opens" in what for _, what in said) == 3 and not any("ActorStopped" in what for _, what in said)
    assert any("KeyError" in what for who, what in said if who == "Edsger")
    assert said[-1][0] == "runtime" and "2 failures were survived" in said[-1][1]
