"""`Runtime`: the native runtime with a context manager and the built-in loop."""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
import traceback
import warnings
import weakref
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from ._asking import Asking
from . import _core
from ._core import Progress, Reply
from ._errors import ClosedError, MailboxFull, ReentrantStepError
from ._failure import ErrorHook, logger
from ._hosting import Hosting
from ._inspect import Inspecting
from ._native import Natives
from ._offload import Offloading
from ._pool import Pools
from ._registry import Registry
from ._supervision import Supervision, Supervisor
from ._tree import Tree
from ._watch import Heartbeat, Pulse

if TYPE_CHECKING:
    from typing import Concatenate, ParamSpec

    from typing_extensions import Self

    from ._actor import Actor
    from ._cause import StopCause
    from ._core import Ref

    _P = ParamSpec("_P")
    _A = TypeVar("_A", bound=Actor)
    _S = TypeVar("_S", bound=Actor)

# The functions of the native half are for this package.
# pyright: reportPrivateUsage=false

_T = TypeVar("_T")
_open: weakref.WeakSet[Runtime] = weakref.WeakSet()


class Runtime(Asking, Hosting, Inspecting, Natives, Offloading, Pools, Registry, Tree):
    """A runtime and its actors, on the thread that makes it.

    Run it by hand (`step`), on the built-in loop (`run`, `run_until`, `run_until_idle`) or on a host's (`actor_rt.aio.attach`).
    Close it, best by `with`: that ends its actors and answers every open ask.

    clock: gives the time in seconds; default is `time.monotonic`. With a clock of your own (`ManualClock`) time is virtual.
    root: how those are supervised that have no other supervisor; default is `Supervisor()`.
    on_error: called as `on_error(error, info)` for every exception that leaves a handler; what it raises, `step` raises. Default:
    `logging`, logger `actor_rt`.
    ask_within: how many seconds an ask has if nothing else is said (`Reply.within`); default is no limit.
    maxlen: how many messages may wait for an actor of which nothing else is said (`Ref.set_mailbox`); default is no limit.
    debug: warn of handlers that take longer than 0.1 seconds (`set_slow_handler`), and say where a runtime was made that nobody has closed. Default: whether
    the variable ACTOR_RT_DEBUG is set.
    threads: how many threads `offload` has at the most; default is what `ThreadPoolExecutor` thinks fit.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] | None = None,
        on_error: ErrorHook | None = None,
        root: Supervisor | None = None,
        ask_within: float | None = None,
        maxlen: int | None = None,
        threads: int | None = None,
        debug: bool | None = None,
    ) -> None:
        self._threads = threads
        self._made = ""
        if os.environ.get("ACTOR_RT_DEBUG", "") not in ("", "0") if debug is None else debug:
            self._made = "".join(traceback.format_stack(sys._getframe(1)))
            self.set_slow_handler(0.1)
        self._leave = False
        self._process = os.getpid()
        _open.add(self)
        if root is not None:
            try:
                self.set_root_supervisor(root)
            except BaseException:
                # Nobody gets it, who could close it.
                self.close()
                raise

    def supervise(
        self,
        supervision: Supervision,
        cls: Callable[_P, _A],
        /,
        *args: _P.args,
        **kwargs: _P.kwargs,
    ) -> Ref[_A]:
        """Make an actor that the runtime supervises: `cls(*args, **kwargs)` at once, and again for each restart.

        It lives until it ends, is terminated, or the runtime is closed, whether anybody can reach it or not.
        """
        return self._supervise(supervision, None, cls, *args, **kwargs)

    def supervise_under(
        self,
        parent: Ref[Any],
        supervision: Supervision,
        cls: Callable[_P, _A],
        /,
        *args: _P.args,
        **kwargs: _P.kwargs,
    ) -> Ref[_A]:
        """The same under an actor: it ends before that does, and its failures may be that one's."""
        return self._supervise(supervision, parent, cls, *args, **kwargs)

    def tell_group(
        self,
        group: str,
        method: Callable[Concatenate[_S, _P], object],
        /,
        *args: _P.args,
        **kwargs: _P.kwargs,
    ) -> int:
        """Send a message to each member of a group, in the order in which they joined. Returns how many those are.

        If one has no room, `MailboxFull` when all others have been told.

        For a group of another scope than "": `for member in rt.members(group, scope=scope): member.tell(...)`.
        """
        members: list[Ref[Any]] = self.members(group)
        full: MailboxFull | None = None
        for member in members:
            try:
                member.tell(method, *args, **kwargs)
            except MailboxFull as error:
                full = full or error
        if full is not None:
            raise full
        return len(members)

    def heartbeat(
        self,
        cycle: float,
        report: Callable[[Pulse], object] | None = None,
        *,
        patience: int = 1,
        restart: bool = False,
    ) -> Heartbeat:
        """Ping all supervised actors every `cycle` seconds, and report those that do not answer.

        `report` is called for an actor that has not answered for `patience` cycles (it is paused, or behind with its work), and when it
        answers again. With `restart` such an actor is killed, too, so that its supervisor makes it anew.
        """
        return Heartbeat(self, self._heartbeat(cycle, patience, restart, report))

    def snapshot(self) -> dict[str, Any]:
        """All actors with their supervisors, queues, timers, names and groups, what waits, and the last messages that were lost.

        Ids are strings of 16 hexadecimal digits.
        """
        snapshot: dict[str, Any] = json.loads(self._snapshot())
        return snapshot

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # In a child process there is nothing to close, and a SystemExit on its way through here is not to be replaced.
        if self._process == os.getpid():
            self.close()

    def __del__(self) -> None:
        if self.closed or getattr(self, "_process", None) != os.getpid():
            return
        made = f", made here:\n{self._made}" if self._made else ""
        warnings.warn(f"unclosed {self!r}{made}", ResourceWarning, source=self, stacklevel=2)
        if self._is_owner:
            self.close()

    def run_until_idle(self) -> int:
        """Step until nothing is left to do now; timers of the future and other threads are not waited for.

        Returns how many messages were handled. Actors that go on sending for ever keep it going for ever.
        """
        self._refuse_nested("run_until_idle")
        handled = 0
        idle = False
        while not idle and not self.closed:
            progress = self._step()
            handled += progress.handled
            idle = self._is_idle(progress)
        return handled

    def _step(self) -> Progress:
        """A step, and what it owes the host."""
        progress = self.step()
        if progress.host_calls and not self.closed:
            self.run_host_calls()
        return progress

    def _is_idle(self, progress: Progress) -> bool:
        # A timer with no delay is due at once, but in the next step.
        return not progress.more and not progress.host_calls and (self.closed or self.next_timeout() != 0.0)

    def run(self) -> StopCause | None:
        """Step and wait, until `leave` is called, the runtime is closed, the program is asked to end, or an interrupt comes.

        Returns why it is asked to end: `terminate` is done, or a child of the root has failed too often; else None.
        """
        self._leave = False
        cause = None

        def done() -> bool:
            nonlocal cause
            if cause is None and not self._leave and not self.closed:
                cause = self.take_shutdown()
            return self._leave or cause is not None

        self._run(done)
        # It may have been the last thing to do.
        done()
        return cause

    def run_until(self, reply: Reply[_T]) -> _T:
        """Step and wait until the reply has its outcome, and return the answer or raise the exception.

        With a clock of your own nothing is waited for: `NotReady` if the answer needs time to pass.
        """
        self._run(reply.done)
        return reply.result()

    def leave(self) -> None:
        """Let `run` return after the running step. From other threads: send a message whose handler does it."""
        # Refused there, since the loop may be asleep and would not hear of it.
        self._check_owner()
        self._leave = True

    def _run(self, done: Callable[[], bool]) -> None:
        self._refuse_nested("run")
        if self._clock is not None:
            while not done() and not self.closed and not self._is_idle(self._step()):
                pass
            return
        with _core._Waiter(threading.current_thread() is threading.main_thread()) as waiter:
            while not done() and not self.closed:
                if not self._step().more and not done() and not self.closed:
                    waiter.wait(self)

    def _refuse_nested(self, name: str) -> None:
        if self.closed:
            raise ClosedError("the runtime is closed")
        if _core._host(self) is not None:
            raise ReentrantStepError(f"a host's loop runs this runtime: {name}() is for runtimes without one")


def _close_all() -> None:
    # At the interpreter's exit, while logging still works. Runtimes of other threads cannot be closed from here.
    for runtime in list(_open):
        if not runtime.closed and runtime._is_owner:  # pyright: ignore[reportPrivateUsage]
            try:
                runtime.close()
            except Exception:
                logger.exception("a runtime could not be closed at the interpreter's exit")


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_core._forked)
