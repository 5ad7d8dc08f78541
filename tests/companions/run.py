#!/usr/bin/env python3
"""The suite `companions`: the crates that are published for Stakker, built on this runtime.

`Cargo.toml` here patches Stakker by the crate in `stakker/`, and `wants/` names the companions. Their sources come from cargo's own cache.
Checked: that cargo has put our crate in Stakker's place everywhere; that all companions compile, examples included; that their own
unit tests pass; that two of their examples do what their texts say, a TCP server met by real clients, a terminal program in a real
terminal; and a program of our own that logs.
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tools"))

from lib.checks import Checks  # noqa: E402
from lib.environment import TARGET  # noqa: E402

COMPANIONS = ["stakker_async_await", "stakker_log", "stakker_mio", "stakker_tui"]
PLACE = TARGET / "companions"
# The port that the example server listens on; its source says so.
PORT = 7777
LIMIT = 60.0


def sources(checks: Checks) -> dict[str, Path]:
    """Where cargo keeps the companions' sources, by name."""
    code, text = checks.capture(["cargo", "metadata", "--locked", "--format-version", "1"], HERE)
    if not checks.note("cargo fetches the companions", code == 0, text[-3000:]):
        return {}
    packages = json.loads(text[text.index("{"):])["packages"]
    ours = [package for package in packages if package["name"] == "stakker"]
    checks.note(
        "there is one stakker, and it is ours",
        len(ours) == 1 and Path(ours[0]["manifest_path"]) == HERE / "stakker" / "Cargo.toml" and ours[0]["source"] is None,
        str([package["manifest_path"] for package in ours]),
    )
    return {p["name"]: Path(p["manifest_path"]).parent for p in packages if p["name"] in COMPANIONS}


def depends_on_ours(checks: Checks) -> None:
    """A patch that cargo ignores is no more than a warning: ask who depends on what took Stakker's place."""
    code, text = checks.capture(["cargo", "tree", "--locked", "--invert", "stakker"], HERE)
    dependants = set(re.findall(r"─ (\w+) v", text))
    good = code == 0 and text.startswith("stakker v0.2.99 (") and dependants >= set(COMPANIONS)
    checks.note("every companion depends on ours", good, text)


def workspace(found: dict[str, Path]) -> Path:
    """A workspace with the companions' sources as members, so that their tests and examples can be built."""
    shutil.rmtree(PLACE / "sources", ignore_errors=True)
    place = PLACE / "sources"
    place.mkdir(parents=True)
    for name, source in found.items():
        shutil.copytree(source, place / name)
        # It says which registry the source came from, which is no longer so.
        (place / name / ".cargo-ok").unlink(missing_ok=True)
        # Locks of their own would only be in the way.
        (place / name / "Cargo.lock").unlink(missing_ok=True)
    members = json.dumps(sorted(found))
    patches = "\n".join(
        [f"stakker = {{ path = {json.dumps(str(HERE / 'stakker'))} }}"] + [f"{name} = {{ path = {json.dumps(name)} }}" for name in found]
    )
    (place / "Cargo.toml").write_text(
        f"[workspace]\nresolver = \"2\"\nmembers = {members}\n\n[patch.crates-io]\n{patches}\n", encoding="utf-8"
    )
    shutil.copy(HERE / "Cargo.lock", place)
    return place


def read_until(stream: int, wanted: str, seen: str = "") -> str:
    """Read from a descriptor until a text has come, or time is up."""
    end = time.monotonic() + LIMIT
    while wanted not in seen and time.monotonic() < end:
        ready, _, _ = select.select([stream], [], [], end - time.monotonic())
        if not ready:
            break
        try:
            got = os.read(stream, 65536)
        except OSError:  # a terminal whose other end is closed
            break
        if not got:
            break
        seen += got.decode(errors="replace")
    return seen


def server(checks: Checks, program: Path) -> None:
    """The echo server of stakker_mio: three clients, one of which ends its own session, one the server."""
    process = subprocess.Popen([program], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    output = process.stdout.fileno()
    try:
        said = read_until(output, "Listening")
        if not checks.note("the echo server listens", "Listening" in said, f"{said}\nis port {PORT} taken?"):
            return
        clients = [socket.create_connection(("127.0.0.1", PORT), LIMIT) for _ in range(3)]
        for number, client in enumerate(clients):
            client.sendall(f"hello {number}".encode())
        echoes = [client.recv(100).decode() for client in clients]
        checks.note("it echoes to each client what it sent", echoes == ["hello 0", "hello 1", "hello 2"], str(echoes))
        clients[0].sendall(b"!")
        ended = b"".join(iter(lambda: clients[0].recv(100), b""))
        clients[1].sendall(b"still there")
        checks.note("a session that ends leaves the others alone", clients[1].recv(100) == b"still there", str(ended))
        clients[2].sendall(b"%")
        said = read_until(output, "Shutdown:", said)
        code = process.wait(LIMIT)
        checks.note("it shuts down when a session fails with its error", code == 0 and "Aborted" in said, f"{said}\nexit code {code}")
        for client in clients:
            client.close()
    except (OSError, subprocess.TimeoutExpired) as error:
        checks.note("the echo server serves its clients", False, str(error))
    finally:
        process.kill()
        process.wait()


def terminal(checks: Checks, program: Path) -> None:
    """The key test of stakker_tui, in a terminal: it shows the names of keys, and ends at Ctrl-C."""
    process, ear = pty.fork()
    if process == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(program, [str(program)])
    try:
        import fcntl
        import struct
        import termios

        fcntl.ioctl(ear, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        shown = read_until(ear, "Ctrl-C to exit")
        checks.note("the terminal program draws its page", "Ctrl-C to exit" in shown, repr(shown[-500:]))
        os.write(ear, b"\x1b[15~")
        shown = read_until(ear, "F5")
        checks.note("it names a key that was pressed", "F5" in shown, repr(shown[-500:]))
        os.write(ear, b"\x03")
        read_until(ear, "\0never")
        _, status = os.waitpid(process, 0)
        process = 0
        checks.note("it ends at Ctrl-C", os.waitstatus_to_exitcode(status) == 0, f"status {status}")
    finally:
        if process:
            os.kill(process, 9)
            os.waitpid(process, 0)
        os.close(ear)


def main() -> None:
    checks = Checks()
    checks.env["CARGO_TARGET_DIR"] = str(PLACE / "build")
    found = sources(checks)
    depends_on_ours(checks)
    checks.note("all companions are there", sorted(found) == COMPANIONS, str(sorted(found)))
    checks.suite("a program that logs with stakker_log", "cargo", ["cargo", "test", "--locked", "--workspace"], HERE)
    if found:
        place = workspace(found)
        if checks.run("the companions compile, examples included", ["cargo", "build", "--offline", "--workspace", "--examples"], place):
            checks.suite("their own unit tests", "cargo", ["cargo", "test", "--offline", "--workspace", "--lib"], place)
            examples = PLACE / "build" / "debug" / "examples"
            server(checks, examples / "echo_server")
            terminal(checks, examples / "test1")
    checks.finish()


if __name__ == "__main__":
    main()
