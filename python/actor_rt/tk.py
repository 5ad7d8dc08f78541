"""Runtimes on Tk's loop, or Tcl's without windows.

    root = tkinter.Tk()
    with Runtime() as rt, tk.attach(rt, root):
        root.mainloop()

An interrupt leaves `mainloop`, also while Tcl sleeps, if nobody else has asked Python to tell of signals (`signal.set_wakeup_fd`).

Where Tcl watches no sockets (on Windows), messages of other threads and interrupts are looked for every few milliseconds.
"""

from __future__ import annotations

import math
import tkinter
from typing import Any, Protocol

from ._pump import TimerPump
from ._pump import attach as _attach
from ._runtime import Runtime
from ._signals import SignalBell

# In milliseconds.
_POLL = 5
_PATIENCE = 5


class HasTk(Protocol):
    """A widget, `tkinter.Tk()` or `tkinter.Tcl()`."""

    @property
    def tk(self) -> Any: ...


def attach(rt: Runtime, root: HasTk) -> Attachment:
    """Have the loop of `root` run `rt` from now on. Attaching again to the same loop does nothing.

    A context manager: leaving it detaches. On the thread that made `root`.
    """
    return _attach(Attachment, rt, root.tk)


class Attachment(TimerPump):
    """A runtime on Tcl's loop, until `detach`."""

    def __init__(self, rt: Runtime, tcl: Any) -> None:
        self._tcl = tcl
        self._soon: list[str | None] = []
        # Commands of our own: an exception that leaves one leaves `mainloop`, where tkinter's print it.
        self._pump_command = f"actor_rt_pump_{id(self)}"
        self._ring_command = f"actor_rt_ring_{id(self)}"
        self._idle_command = f"actor_rt_idle_{id(self)}"
        self._poll_command = f"actor_rt_poll_{id(self)}"
        self._polls: str | None = None
        self._bell: SignalBell | None = None
        super().__init__(rt, tcl)

    def _begin(self) -> None:
        tcl = self._tcl
        tcl.createcommand(self._pump_command, self._pump)
        tcl.createcommand(self._ring_command, self._ring)
        tcl.createcommand(self._idle_command, self._when_idle)
        tcl.createcommand(self._poll_command, self._poll)
        if not hasattr(tcl, "createfilehandler"):
            self._poll()
            return
        tcl.createfilehandler(self._descriptor, tkinter.READABLE, self._readable)
        self._bell = SignalBell()
        if self._bell.descriptor is not None:
            tcl.createfilehandler(self._bell.descriptor, tkinter.READABLE, self._rang)

    def _end(self) -> None:
        tcl = self._tcl
        self._disarm()
        try:
            if self._bell is not None:
                tcl.deletefilehandler(self._descriptor)
                if self._bell.descriptor is not None:
                    tcl.deletefilehandler(self._bell.descriptor)
            for number in (*self._soon, self._polls):
                if number is not None:
                    tcl.call("after", "cancel", number)
            for command in (self._pump_command, self._ring_command, self._idle_command, self._poll_command):
                tcl.deletecommand(command)
        except tkinter.TclError:
            # Its interpreter is gone, and all of this with it.
            pass
        finally:
            if self._bell is not None:
                self._bell.close()

    def _readable(self, _descriptor: object, _mask: int) -> None:
        self._pump()

    def _rang(self, _descriptor: object, _mask: int) -> None:
        # Python calls the signal's handler somewhere in here, and what that raises leaves the loop.
        if self._bell is not None:
            self._bell.clear()

    def _poll(self) -> None:
        self._polls = self._call("after", _POLL, self._poll_command)
        self._pump()

    def _call(self, *words: object) -> str | None:
        try:
            number: str = self._tcl.call(*words)
            return number
        except tkinter.TclError:
            # The loop was destroyed first: nobody pumps any more.
            return None

    def _wake(self) -> None:
        if not self._soon and self._live:
            self._soon = [self._call("after", 0, self._pump_command)]

    def _again(self) -> None:
        # In a moment, and then behind its events and those of the screen, which are idle work, too: an idle call that made the next one would never
        # let Tk's own loops over idle work end. But if it is never idle, not never.
        if not self._soon and self._live:
            self._soon = [
                self._call("after", 1, self._idle_command),
                self._call("after", _PATIENCE, self._pump_command),
            ]

    def _when_idle(self) -> None:
        if self._soon and self._live:
            self._soon.append(self._call("after", "idle", self._pump_command))

    def _pump(self) -> None:
        soon, self._soon = self._soon, []
        for number in soon:
            if number is not None:
                self._call("after", "cancel", number)
        super()._pump()

    def _start_timer(self, delay: float) -> str | None:
        return self._call("after", min(math.ceil(delay * 1000), 2**31 - 1), self._ring_command)

    def _stop_timer(self, timer: str) -> None:
        self._call("after", "cancel", timer)
