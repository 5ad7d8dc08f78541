"""The real loops under test, each as a `Host`: how it is run, left, asked for a callback, and nested.

`LOOPS` in the environment says which ones (`asyncio,uvloop` if it does not): some cannot be in one process, and some are in one Python of the
machine only.
"""

from __future__ import annotations

import os
from typing import Any, Callable, ContextManager

import actor_rt as art
from actor_rt._pump import Pump

Begin = Callable[[Pump], None]
LIMIT = 30.0


class Host:
    """A loop. What `run` runs ends with `quit`."""

    loses_system_exit = False

    def run(self, rt: art.Runtime, begin: Begin) -> None:
        """Run the loop with `rt` attached, from `begin(attachment)` on, until `quit`."""
        raise NotImplementedError

    def quit(self) -> None:
        raise NotImplementedError

    def later(self, seconds: float, function: Callable[[], object]) -> None:
        raise NotImplementedError

    def nested(self, done: Callable[[], bool]) -> bool:
        """Run the loop inside of itself until `done()`. False if it cannot."""
        return False

    def run_ready(self) -> None:
        """Run what is ready in the loop, and come back: what programs do to have the screen drawn. Nothing where a loop has no such thing."""

    def attach(self, rt: art.Runtime) -> ContextManager[Pump] | None:
        """Attach in the running loop; None if that takes a block of its own."""
        return None


class OnAsyncio(Host):
    def __init__(self) -> None:
        import asyncio

        self.asyncio = asyncio
        self.loop: Any = None
        self.done: Any = None

    def new_loop(self) -> Any:
        return self.asyncio.new_event_loop()

    def run(self, rt: art.Runtime, begin: Begin) -> None:
        from actor_rt import aio

        async def main() -> None:
            with aio.attach(rt) as attachment:
                begin(attachment)
                await self.done.wait()
            # Handlers that still wait are the loop's tasks.
            for task in self.asyncio.all_tasks() - {self.asyncio.current_task()}:
                task.cancel()
            await self.asyncio.sleep(0)

        self.loop, self.done = self.new_loop(), self.asyncio.Event()
        try:
            task = self.loop.create_task(main())
            try:
                self.loop.run_until_complete(task)
            except BaseException:
                task.cancel()
                with_end = self.asyncio.gather(task, return_exceptions=True)
                self.loop.run_until_complete(with_end)
                raise
        finally:
            self.loop.close()

    def quit(self) -> None:
        self.done.set()

    def later(self, seconds: float, function: Callable[[], object]) -> None:
        self.loop.call_later(seconds, function)

    def attach(self, rt: art.Runtime) -> ContextManager[Pump]:
        from actor_rt import aio

        return aio.attach(rt)


class OnUvloop(OnAsyncio):
    def new_loop(self) -> Any:
        import uvloop

        return uvloop.new_event_loop()


class OnTrio(Host):
    def __init__(self) -> None:
        import trio

        self.trio = trio
        self.nursery: Any = None

    def attached(self, rt: art.Runtime) -> Any:
        from actor_rt import trio_

        return trio_.attach(rt)

    def run(self, rt: art.Runtime, begin: Begin) -> None:
        async def main() -> None:
            async with self.attached(rt) as attachment, self.trio.open_nursery() as self.nursery:
                begin(attachment)
                await self.trio.sleep_forever()

        try:
            self.trio.run(main)
        except BaseException as error:
            # Of the nursery above.
            while getattr(error, "exceptions", None):
                error = error.exceptions[0]  # type: ignore[attr-defined]
            raise error from None

    def quit(self) -> None:
        self.nursery.cancel_scope.cancel()

    def later(self, seconds: float, function: Callable[[], object]) -> None:
        async def wait() -> None:
            await self.trio.sleep(seconds)
            function()

        self.nursery.start_soon(wait)


class OnAnyioOnTrio(OnTrio):
    def attached(self, rt: art.Runtime) -> Any:
        from actor_rt import anyio_

        return anyio_.attach(rt)


class OnAnyioOnAsyncio(OnAsyncio):
    def run(self, rt: art.Runtime, begin: Begin) -> None:
        import anyio

        from actor_rt import anyio_

        async def main() -> None:
            self.loop, self.done = self.asyncio.get_running_loop(), self.asyncio.Event()
            async with anyio_.attach(rt) as attachment:
                begin(attachment)
                await self.done.wait()

        anyio.run(main, backend="asyncio")


class OnTk(Host):
    """Without windows: the loop is Tcl's."""

    def __init__(self) -> None:
        import tkinter

        self.root: Any = tkinter.Tcl()

    def attach(self, rt: art.Runtime) -> ContextManager[Pump]:
        from actor_rt import tk

        return tk.attach(rt, self.root)

    def run(self, rt: art.Runtime, begin: Begin) -> None:
        with self.attach(rt) as attachment:
            self.later(0.0, lambda: begin(attachment))
            # As long as there are more than -1 windows: until `quit`.
            self.root.tk.mainloop(-1)

    def command(self, function: Callable[[], object]) -> str:
        name = f"callback_{id(function)}"

        def once() -> None:
            self.root.tk.deletecommand(name)
            function()

        self.root.tk.createcommand(name, once)
        return name

    def quit(self) -> None:
        self.root.tk.quit()

    def later(self, seconds: float, function: Callable[[], object]) -> None:
        self.root.tk.call("after", round(seconds * 1000), self.command(function))

    def nested(self, done: Callable[[], bool]) -> bool:
        while not done():
            self.root.tk.dooneevent(0)
        return True


    def run_ready(self) -> None:
        self.root.tk.call("update", "idletasks")
        self.root.tk.call("update")


class OnTkWindows(OnTk):
    """With windows, in `mainloop`."""

    def __init__(self) -> None:
        import tkinter

        self.root = tkinter.Tk()

    def run(self, rt: art.Runtime, begin: Begin) -> None:
        with self.attach(rt) as attachment:
            self.later(0.0, lambda: begin(attachment))
            self.root.mainloop()

    def quit(self) -> None:
        self.root.quit()

    def nested(self, done: Callable[[], bool]) -> bool:
        import tkinter

        variable = tkinter.BooleanVar(self.root)

        def look() -> None:
            if done():
                variable.set(True)
            else:
                self.later(0.001, look)

        self.later(0.0, look)
        self.root.wait_variable(variable)
        return True


class OnGLib(Host):
    def __init__(self) -> None:
        from gi.repository import GLib  # type: ignore[import-untyped, unused-ignore]

        self.glib: Any = GLib
        self.context: Any = GLib.MainContext.default()
        self.loop: Any = None

    def attach(self, rt: art.Runtime) -> ContextManager[Pump]:
        from actor_rt import glib

        return glib.attach(rt, self.context)

    def run(self, rt: art.Runtime, begin: Begin) -> None:
        self.loop = self.glib.MainLoop.new(self.context, False)
        attachment: Any = self.attach(rt)
        with attachment:
            self.later(0.0, lambda: begin(attachment))
            attachment.run(self.loop)

    def quit(self) -> None:
        self.loop.quit()

    def later(self, seconds: float, function: Callable[[], object]) -> None:
        source = self.glib.timeout_source_new(round(seconds * 1000))
        source.set_callback(lambda _: bool(function()) and False)
        source.attach(self.context)

    def nested(self, done: Callable[[], bool]) -> bool:
        while not done():
            self.context.iteration(True)
        return True


    def run_ready(self) -> None:
        while self.context.pending():
            self.context.iteration(False)


class OnGLibsOtherContext(OnGLib):
    def __init__(self) -> None:
        super().__init__()
        self.context = self.glib.MainContext.new()


class OnQt(Host):
    def __init__(self) -> None:
        import importlib

        self.core: Any = importlib.import_module(f"{self.binding()}.QtCore")
        self.app: Any = self.core.QCoreApplication.instance() or self.core.QCoreApplication([])

    def binding(self) -> str:
        return "PySide6"

    def attach(self, rt: art.Runtime) -> ContextManager[Pump]:
        from actor_rt import qt

        return qt.attach(rt)

    def run(self, rt: art.Runtime, begin: Begin) -> None:
        attachment: Any = self.attach(rt)
        with attachment:
            self.later(0.0, lambda: begin(attachment))
            attachment.exec()

    def quit(self) -> None:
        self.app.quit()

    def later(self, seconds: float, function: Callable[[], object]) -> None:
        self.core.QTimer.singleShot(round(seconds * 1000), function)

    def nested(self, done: Callable[[], bool]) -> bool:
        loop = self.core.QEventLoop()

        def look() -> None:
            if done():
                loop.quit()
            else:
                self.later(0.001, look)

        self.later(0.0, look)
        getattr(loop, "exec")()
        return True


    def run_ready(self) -> None:
        self.core.QCoreApplication.processEvents()


class OnPyQt(OnQt):
    def binding(self) -> str:
        return "PyQt6"


HOSTS: dict[str, Callable[[], Host]] = {
    "asyncio": OnAsyncio, "uvloop": OnUvloop, "trio": OnTrio, "anyio-trio": OnAnyioOnTrio, "anyio-asyncio": OnAnyioOnAsyncio,
    "tcl": OnTk, "tk": OnTkWindows, "glib": OnGLib, "glib-other": OnGLibsOtherContext, "pyside6": OnQt, "pyqt6": OnPyQt,
}  # fmt: skip
CHOSEN = os.environ.get("LOOPS", "asyncio,uvloop").split(",")
