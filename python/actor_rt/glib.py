"""Runtimes on GLib's loop: GTK, or `GLib.MainLoop` alone (PyGObject).

    loop = GLib.MainLoop()
    with Runtime() as rt, glib.attach(rt):
        loop.run()

The loop is that of the thread's default context, or of `context`. A `KeyboardInterrupt` in a handler leaves `GLib.MainLoop.run`, as one between
handlers does. A `SystemExit` cannot pass PyGObject: it leaves `Attachment.run(loop)`, and waits in `Attachment.interrupt` otherwise.
"""

from __future__ import annotations

import math
import signal
import threading
from typing import Any, Callable

from gi.repository import GLib  # type: ignore  # pyright: ignore

from . import _core
from ._pump import TimerPump
from ._pump import attach as _attach
from ._runtime import Runtime

# The functions of the native half are for this package.
# pyright: reportPrivateUsage=false

# In milliseconds.
_PATIENCE = 5
_GLANCE = 250


def attach(rt: Runtime, context: Any = None) -> Attachment:
    """Have the loops of `context` (a `GLib.MainContext`; default: the thread's) run `rt` from now on.

    Attaching again to the same context does nothing. A context manager: leaving it detaches.
    """
    if context is None:
        context = GLib.MainContext.get_thread_default() or GLib.MainContext.default()
    return _attach(Attachment, rt, context)


class Attachment(TimerPump):
    """A runtime on GLib's loop, until `detach`."""

    interrupt: BaseException | None
    """The last `KeyboardInterrupt` or `SystemExit` that left a handler, for who runs a loop by other means than `run`, which raises it."""

    def __init__(self, rt: Runtime, context: Any) -> None:
        self._context_of_loop = context
        self._watch: Any = None
        self._soon: list[Any] = []
        self._running: Any = None
        self._glances: Any = None
        self.interrupt = None
        super().__init__(rt, context)

    def run(self, loop: Any = None) -> None:
        """Run `loop` (a `GLib.MainLoop`; default: a new one) until its `quit`, or raise what interrupted it."""
        outer, self._running = self._running, loop or GLib.MainLoop.new(self._context_of_loop, False)
        try:
            self._running.run()
        finally:
            self._running = outer
        interrupt, self.interrupt = self.interrupt, None
        if interrupt is not None:
            raise interrupt

    def _source(self, source: Any, priority: int, function: Any) -> Any:
        source.set_priority(priority)
        source.set_callback(function)
        source.attach(self._context_of_loop)
        return source

    def _begin(self) -> None:
        watch = GLib.unix_fd_source_new(self._descriptor, GLib.IOCondition.IN)
        self._watch = self._source(watch, GLib.PRIORITY_DEFAULT, self._guarded(self._pump, True))
        is_default = self._context_of_loop == GLib.MainContext.default()
        if not is_default and threading.current_thread() is threading.main_thread():
            # PyGObject hears of signals in the default context only. In another one Python is run from time to time, and looks.
            glance = GLib.timeout_source_new(_GLANCE)
            self._glances = self._source(glance, GLib.PRIORITY_DEFAULT, self._guarded(bool, True))

    def _end(self) -> None:
        self._disarm()
        self._forget_soon()
        for source in (self._watch, self._glances):
            if source is not None:
                source.destroy()
        self._watch = self._glances = None

    def _guarded(self, function: Callable[[], object], goes_on: bool) -> _core._Guard:
        return _core._Guard(function, self._leave, goes_on)

    def _leave(self, interrupt: BaseException) -> None:
        self.interrupt = interrupt
        if self._running is not None:
            self._running.quit()
        elif isinstance(interrupt, KeyboardInterrupt) and signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            # PyGObject prints what leaves a callback. Of a signal it hears by itself, and leaves its loop with it.
            signal.raise_signal(signal.SIGINT)

    def _wake(self) -> None:
        if not self._soon and self._live:
            self._soon = [self._turn(GLib.idle_source_new(), GLib.PRIORITY_DEFAULT)]

    def _again(self) -> None:
        # In a moment, and then behind its input: an idle source that made the next one would never let a loop over `pending()` end. But if it is
        # never idle, not never.
        if not self._soon and self._live:
            self._soon = [
                self._turn(GLib.timeout_source_new(1), GLib.PRIORITY_DEFAULT_IDLE),
                self._turn(GLib.timeout_source_new(_PATIENCE), GLib.PRIORITY_DEFAULT),
            ]

    def _turn(self, source: Any, priority: int) -> Any:
        return self._source(source, priority, self._guarded(self._pump, False))

    def _forget_soon(self) -> None:
        soon, self._soon = self._soon, []
        for source in soon:
            source.destroy()

    def _pump(self) -> None:
        self._forget_soon()
        super()._pump()

    def _start_timer(self, delay: float) -> Any:
        source = GLib.timeout_source_new(min(math.ceil(delay * 1000), 2**31 - 1))
        return self._source(source, GLib.PRIORITY_DEFAULT, self._guarded(self._ring, False))

    def _stop_timer(self, timer: Any) -> None:
        timer.destroy()
