"""How a loop that sleeps outside of Python hears of signals.

Python's own handler of a signal writes a byte to a socket, whichever thread receives it (`signal.set_wakeup_fd`). A loop that watches the
other end runs some Python then, in which Python calls the handler of the program's.
"""

from __future__ import annotations

import signal
import socket
import threading


class SignalBell:
    """Rings when a signal has come, in the main thread, and unless somebody else has asked for that."""

    def __init__(self) -> None:
        self._ear: socket.socket | None = None
        self._knob: socket.socket | None = None
        if threading.current_thread() is not threading.main_thread():
            return
        ear, knob = socket.socketpair()
        ear.setblocking(False)
        knob.setblocking(False)
        older = signal.set_wakeup_fd(knob.fileno(), warn_on_full_buffer=False)
        if older != -1:
            signal.set_wakeup_fd(older)
            ear.close()
            knob.close()
            return
        self._ear, self._knob = ear, knob

    @property
    def descriptor(self) -> int | None:
        """What to watch; None if there is nothing."""
        return None if self._ear is None else self._ear.fileno()

    def clear(self) -> None:
        """It has rung, and was heard."""
        if self._ear is not None:
            try:
                self._ear.recv(4096)
            except BlockingIOError:
                pass

    def close(self) -> None:
        """When it is watched no more."""
        if self._ear is None or self._knob is None:
            return
        # Before the descriptor is closed, or Python would write to the next one of its number.
        latest = signal.set_wakeup_fd(-1)
        if latest != self._knob.fileno():
            signal.set_wakeup_fd(latest)
        self._ear.close()
        self._knob.close()
        self._ear = self._knob = None
