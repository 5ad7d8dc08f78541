"""A window on actors: PySide6, one thread, and nothing of the window that stops while the actors work.

    python qt_window.py                          the window
    python qt_window.py --screenshot FILE        plays a user for two seconds, takes a picture, and ends

Parsers read lines, one of them a line that it cannot read whenever the button says so: it fails, and its supervisor brings it back. A counter of
their work is a bar for each. The exporter works in another thread, and asks in a dialog first, in which everything goes on.
"""

from __future__ import annotations

import argparse
import random
import sys
import time

import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QApplication, QHBoxLayout, QLabel, QMessageBox, QProgressBar, QPushButton, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget,
)  # fmt: skip

import actor_rt as art
from actor_rt import qt

NAMES = ["alpha", "beta", "gamma"]


class Parser(art.Actor):
    """Reads a line every now and then."""

    def __init__(self, name: str, board: art.Ref[Board], chance: random.Random) -> None:
        self.name = name
        self.board = board
        self.chance = chance

    def on_started(self) -> None:
        self.board.tell(Board.alive, self.name, True)
        self.ctx.every(0.02, Parser.read, "key = value")

    def read(self, line: str) -> None:
        key, _, value = line.partition(" = ")
        if not value:
            raise ValueError(f"no value in {line!r}")
        self.board.tell(Board.parsed, self.name, self.chance.randrange(1, 6))


class Board(art.Actor):
    """What the window shows. Its handlers run on the window's own thread, and may touch it."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.lines = dict.fromkeys(NAMES, 0)
        self.restarts = dict.fromkeys(NAMES, -1)

    def parsed(self, name: str, lines: int) -> None:
        self.lines[name] += lines
        self.window.show_lines(name, self.lines[name])

    def alive(self, name: str, alive: bool) -> None:
        self.restarts[name] += alive
        self.window.show_state(name, "works" if alive else "has failed", self.restarts[name])

    def total(self) -> int:
        return sum(self.lines.values())


class Exporter(art.Actor):
    """Asks first, and writes then, in another thread."""

    def __init__(self, window: Window, board: art.Ref[Board]) -> None:
        self.window = window
        self.board = board

    async def export(self) -> None:
        button = await self.ctx.host_call(self.window.ask, "Export what there is?")
        if button == QMessageBox.StandardButton.Yes:
            total = await self.board.ask(Board.total)
            self.window.say("exporting …")
            self.window.say(await self.ctx.offload(self.write, total))
        else:
            self.window.say("not exported")

    @staticmethod
    def write(total: int) -> str:
        time.sleep(0.3)
        return f"{total} lines exported"


class Window(QWidget):
    """A table, a bar for each parser, two buttons and a line of text."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Actors on Qt's loop")
        self.resize(560, 300)
        self.table = QTableWidget(len(NAMES), 3)
        self.table.setHorizontalHeaderLabels(["parser", "state", "restarts"])
        self.table.horizontalHeader().setStretchLastSection(True)
        self.bars: dict[str, QProgressBar] = {}
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        for row, name in enumerate(NAMES):
            self.table.setItem(row, 0, QTableWidgetItem(name))
            bar = QProgressBar()
            bar.setMaximum(500)
            bar.setFormat(f"{name}: %v lines")
            self.bars[name] = bar
            layout.addWidget(bar)
        self.crash = QPushButton("Give gamma a line that it cannot read")
        self.export = QPushButton("Export")
        self.text = QLabel("")
        buttons = QHBoxLayout()
        for one in (self.crash, self.export, self.text):
            buttons.addWidget(one)
        layout.addLayout(buttons)
        self.box: QMessageBox | None = None

    def show_lines(self, name: str, lines: int) -> None:
        self.bars[name].setMaximum(max(500, lines))
        self.bars[name].setValue(lines)

    def show_state(self, name: str, state: str, restarts: int) -> None:
        row = NAMES.index(name)
        self.table.setItem(row, 1, QTableWidgetItem(state))
        self.table.setItem(row, 2, QTableWidgetItem(str(restarts)))

    def say(self, text: str) -> None:
        self.text.setText(text)

    def ask(self, question: str) -> QMessageBox.StandardButton:
        """A modal dialog, with a loop of its own."""
        yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
        self.box = QMessageBox(QMessageBox.Icon.Question, "Export", question, yes | no, self)
        button = QMessageBox.StandardButton(self.box.exec())
        self.box = None
        return button


def play_a_user(window: Window, app: QApplication, picture: str) -> None:
    """Press the buttons, and take a picture of what comes of it."""

    def answer() -> None:
        assert window.box is not None, "the dialog is open"
        window.box.button(QMessageBox.StandardButton.Yes).click()

    def take() -> None:
        window.grab().save(picture)
        app.quit()

    QTimer.singleShot(600, window.crash.click)
    QTimer.singleShot(800, window.export.click)
    QTimer.singleShot(1000, answer)
    QTimer.singleShot(2000, take)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--screenshot", metavar="FILE")
    given = arguments.parse_args()
    app = QApplication(sys.argv[:1])
    window = Window()
    root = art.Supervisor(children=art.Intensity(100, 1.0))

    def failed(error: BaseException, info: art.ErrorInfo) -> None:
        window.say(str(error))
        if isinstance(info.actor, Parser):
            board.tell(Board.alive, info.actor.name, False)

    with art.Runtime(root=root, on_error=failed) as rt, qt.attach(rt) as attachment:
        board = rt.spawn(Board, window)
        chance = random.Random(7)
        care = art.Supervision(restart="permanent", backoff=art.Backoff(0.2, 1.0))
        parsers = {name: rt.supervise(care, Parser, name, board, chance) for name in NAMES}
        exporter = rt.spawn(Exporter, window, board)
        window.crash.clicked.connect(lambda: parsers["gamma"].tell(Parser.read, "a line without a value"))
        window.export.clicked.connect(exporter.fwd(Exporter.export))
        window.show()
        if given.screenshot:
            play_a_user(window, app, given.screenshot)
        attachment.exec()
        restarts = [window.table.item(row, 2).text() for row in range(len(NAMES))]
        print(f"restarts: {', '.join(restarts)}; {window.text.text()}")
    # Before the application: left to the interpreter's exit it may go after that, which ends the process.
    shiboken6.delete(window)


if __name__ == "__main__":
    main()
