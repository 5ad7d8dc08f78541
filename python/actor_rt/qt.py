"""Runtimes on Qt's loop, in PySide6 and in PyQt6.

    app = QApplication([])
    with Runtime() as rt, qt.attach(rt) as attachment:
        counter = rt.spawn(Counter)
        button.clicked.connect(counter.fwd(Counter.add))
        attachment.exec()

The binding is the one that the program has imported. The loop is that of the thread: the application's, or a `QThread`'s.

`attachment.exec()` runs the application's loop, and raises what interrupted it. `app.exec()` is as good but for that: Qt loses interrupts, and
PyQt6 ends the process by them, so that a `KeyboardInterrupt` or a `SystemExit` in a handler leaves the loop, and waits in
`Attachment.interrupt`. Ctrl-C is heard of while Qt sleeps, if the runtime is attached in the main thread and nobody else has asked Python to
tell of signals (`signal.set_wakeup_fd`).

Dialogs that block are for `ctx.host_call`: `await self.ctx.host_call(QMessageBox.question, window, "Title", "Sure?")`.
"""

from __future__ import annotations

import math
import threading
from typing import Any, Callable

from . import _core
from ._pump import TimerPump
from ._pump import attach as _attach
from ._qt_binding import qt_core
from ._runtime import Runtime
from ._signals import SignalBell

# The functions of the native half are for this package.
# pyright: reportPrivateUsage=false


def attach(rt: Runtime, *, signals: bool = True) -> Attachment:
    """Have the loop of this thread run `rt` from now on. Attaching again does nothing.

    signals: whether Ctrl-C is to be heard of while Qt sleeps; only in the main thread, and unless somebody else has asked for that.
    A context manager: leaving it detaches.
    """
    core = qt_core()
    dispatcher = core.QAbstractEventDispatcher.instance()
    if dispatcher is None:
        raise RuntimeError("there is no loop of Qt's in this thread: make a QApplication first, or a QThread")
    return _attach(Attachment, rt, _Loop(core, dispatcher, signals))


class _Loop:
    """A thread's loop; two of the same are equal."""

    def __init__(self, core: Any, dispatcher: Any, signals: bool) -> None:
        self.core = core
        self.dispatcher = dispatcher
        self.signals = signals

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Loop) and other.dispatcher is self.dispatcher

    def __hash__(self) -> int:
        return id(self.dispatcher)

    def __repr__(self) -> str:
        return f"Qt's loop ({self.core.__name__.split('.')[0]})"


def _watch(core: Any, descriptor: int, called: _core._Guard) -> Any:
    """A notifier that calls this when the descriptor is readable."""
    notifier = core.QSocketNotifier(descriptor, core.QSocketNotifier.Type.Read)
    notifier.activated.connect(called)
    return notifier


def _unwatch(notifier: Any) -> None:
    notifier.setEnabled(False)
    notifier.activated.disconnect()
    # Now, and not when it is collected: that may be on another thread. Bindings keep what is connected, and that keeps us.
    notifier.deleteLater()


class _Ear:
    """Hears of signals for all attachments of the main thread: Python tells one socket of them, and Qt watches one once."""

    def __init__(self) -> None:
        self._attachments: list[Attachment] = []
        self._bell: SignalBell | None = None
        self._notifier: Any = None

    def add(self, attachment: Attachment, core: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        self._attachments.append(attachment)
        if self._bell is None:
            self._bell = SignalBell()
            if self._bell.descriptor is not None:
                self._notifier = _watch(core, self._bell.descriptor, _core._Guard(self._bell.clear, self._leave, False))

    def _leave(self, interrupt: BaseException) -> None:
        self._attachments[-1]._leave(interrupt)

    def remove(self, attachment: Attachment) -> None:
        if attachment not in self._attachments:
            return
        self._attachments.remove(attachment)
        if self._attachments or self._bell is None:
            return
        bell, notifier = self._bell, self._notifier
        self._bell = self._notifier = None
        try:
            if notifier is not None:
                _unwatch(notifier)
        except RuntimeError:
            # The application was gone first.
            pass
        finally:
            bell.close()


class Attachment(TimerPump):
    """A runtime on Qt's loop, until `detach`."""

    interrupt: BaseException | None
    """The `KeyboardInterrupt` or `SystemExit` that left a handler and the loop, for who runs the loop by other means than `exec`."""

    def __init__(self, rt: Runtime, loop: _Loop) -> None:
        self._qt = loop.core
        self._hears_signals = loop.signals
        self.interrupt = None
        super().__init__(rt, loop)

    def exec(self) -> int:
        """Run the application's loop. Returns its exit code, or raises what interrupted it."""
        code: int = self._qt.QCoreApplication.instance().exec()
        interrupt, self.interrupt = self.interrupt, None
        if interrupt is not None:
            raise interrupt
        return code

    def _begin(self) -> None:
        core = self._qt
        self._notifier = _watch(core, self._descriptor, self._guarded(self._pump))
        self._soon = core.QTimer()
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._guarded(self._pump))
        self._alarm = core.QTimer()
        self._alarm.setSingleShot(True)
        self._alarm.setTimerType(core.Qt.TimerType.PreciseTimer)
        self._alarm.timeout.connect(self._guarded(self._ring))
        if self._hears_signals:
            _ear.add(self, core)

    def _end(self) -> None:
        _ear.remove(self)
        try:
            _unwatch(self._notifier)
            for timer in (self._soon, self._alarm):
                timer.stop()
                timer.timeout.disconnect()
                timer.deleteLater()
        except RuntimeError:
            # The application was gone first, and took them along.
            pass

    def _guarded(self, function: Callable[[], object]) -> _core._Guard:
        return _core._Guard(function, self._leave, False)

    def _leave(self, interrupt: BaseException) -> None:
        self.interrupt = interrupt
        thread = self._qt.QThread.currentThread()
        # Of a nested loop too: a dialog that is open is left with the application.
        thread.exit(130 if isinstance(interrupt, KeyboardInterrupt) else 1)

    def _wake(self) -> None:
        if self._live and not self._soon.isActive():
            self._soon.start()

    def _pump(self) -> None:
        if self._live:
            self._soon.stop()
        super()._pump()

    def _start_timer(self, delay: float) -> object:
        self._alarm.start(min(math.ceil(delay * 1000), 2**31 - 1))
        return self._alarm

    def _stop_timer(self, timer: object) -> None:
        self._alarm.stop()


_ear = _Ear()
