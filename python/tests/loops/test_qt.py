"""What is Qt's alone: signals as messages, threads, and which binding it is."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hosts import CHOSEN, HOSTS

import actor_rt as art
from actor_rt import qt

NAME = {"pyside6": "PySide6", "pyqt6": "PyQt6"}[CHOSEN[0]]
core: Any = importlib.import_module(f"{NAME}.QtCore")


@pytest.fixture(autouse=True)
def app() -> Any:
    host: Any = HOSTS[CHOSEN[0]]()
    return host.app


class Heard(art.Actor):
    def __init__(self) -> None:
        self.heard: list[object] = []

    def none(self) -> None:
        self.heard.append("none")

    def one(self, first: object) -> None:
        self.heard.append(first)

    def some(self, first: object, second: object = "default") -> None:
        self.heard.append((first, second))

    def all(self, *rest: object) -> None:
        self.heard.append(rest)

    def report(self) -> list[object]:
        return self.heard


def test_a_signal_is_a_message_with_as_many_arguments_as_the_method_has() -> None:
    class Source(core.QObject):  # type: ignore[misc]
        changed = getattr(core, "Signal", None) or core.pyqtSignal
        changed = changed(int, str)

    with art.Runtime() as rt, qt.attach(rt) as attachment:
        heard = rt.spawn(Heard)
        source: Any = Source()
        for method in (Heard.none, Heard.one, Heard.some, Heard.all):
            source.changed.connect(heard.fwd(method))
        source.changed.emit(7, "seven")
        answer = heard.ask(Heard.report)
        answer.add_done_callback(lambda _: core.QCoreApplication.quit())
        attachment.exec()
        assert answer.result() == ["none", 7, (7, "seven"), (7, "seven")]


def test_a_thread_of_qts_has_a_runtime_of_its_own() -> None:
    answers: list[object] = []

    class Worker(core.QThread):  # type: ignore[misc]
        def run(self) -> None:
            with art.Runtime() as rt, qt.attach(rt):
                heard = rt.spawn(Heard)
                answer = heard.ask(Heard.report)
                answer.add_done_callback(lambda reply: (answers.append(reply.result()), self.quit()))
                self.exec()

    worker: Any = Worker()
    worker.start()
    assert worker.wait(30_000)
    assert answers == [[]]


def test_without_a_loop_it_says_what_is_missing() -> None:
    program = f"""
import {NAME}.QtCore
import actor_rt as art
from actor_rt import qt
with art.Runtime() as rt:
    try:
        qt.attach(rt)
    except RuntimeError as error:
        print(error)
    assert rt.run_until_idle() == 0
    app = {NAME}.QtCore.QCoreApplication([])
    with qt.attach(rt) as attachment:
        print(attachment)
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert "make a QApplication first" in first and f"Qt's loop ({NAME})" in second
    # The other binding would end the process.
    assert done.stderr == ""


def test_an_application_that_is_gone_first_does_no_harm() -> None:
    program = f"""
import signal
import {NAME}.QtCore as core
import actor_rt as art
from actor_rt import qt
app = core.QCoreApplication([])
with art.Runtime() as rt:
    attachment = qt.attach(rt)
    shut = getattr(app, "shutdown", None)
    shut() if shut else __import__("{NAME}.sip").sip.delete(app)
assert rt.closed and signal.set_wakeup_fd(-1) == -1
print("closed")
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout == "closed\n", done.stderr


def test_two_runtimes_hear_of_signals_each_as_long_as_it_is_attached() -> None:
    import os
    import signal
    import threading

    with art.Runtime() as one, art.Runtime() as two:
        first, second = qt.attach(one), qt.attach(two)
        first.detach()
        timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        core.QTimer.singleShot(20_000, core.QCoreApplication.quit)
        with pytest.raises(KeyboardInterrupt):
            second.exec()
        timer.join()
    assert signal.set_wakeup_fd(-1) == -1


if NAME == "PySide6":

    def test_the_example_is_a_window_that_survives_a_failure_and_a_dialog(tmp_path: Path) -> None:
        from PySide6.QtGui import QImage

        example = Path(__file__).parents[2] / "examples" / "qt_window.py"
        picture = tmp_path / "window.png"
        command = [sys.executable, "-X", "dev", "-W", "error", str(example), "--screenshot", str(picture)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        assert re.fullmatch(r"restarts: 0, 0, 1; [1-9]\d* lines exported\n", done.stdout), done.stdout
        image = QImage(str(picture))
        colours = {image.pixel(x, y) for x in range(0, image.width(), 4) for y in range(0, image.height(), 4)}
        assert image.width() >= 500 and image.height() >= 300 and len(colours) > 8
