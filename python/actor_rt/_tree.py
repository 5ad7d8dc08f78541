"""The tree of supervised actors, as `Runtime` has it: how it is supervised, listed, changed and ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, TypeVar

from . import _core
from ._core import RuntimeBase
from ._lifecycle import ChildCounts, ChildEvent, ChildInfo, Exit, SystemMessage, Who
from ._supervision import Supervisor

if TYPE_CHECKING:
    from typing import ParamSpec

    from ._actor import Actor
    from ._cause import StopCause
    from ._core import Ref, Reply, Timer

    _P = ParamSpec("_P")
    _A = TypeVar("_A", bound=Actor)

# The functions of the native half are this file's alone.
# pyright: reportPrivateUsage=false


class Tree(RuntimeBase):
    """What `Runtime` can do about its supervised actors. Where a supervisor is named, None is the root: the runtime itself."""

    # -- how is supervised -----------------------------------------------------------------------------------------------

    def set_root_supervisor(self, settings: Supervisor) -> None:
        """Change how those are supervised that have no other supervisor. Restarts are counted anew.

        >>> import actor_rt as art
        >>> with art.Runtime(root=art.Supervisor(children=art.Intensity(3, 60.0))) as rt:
        ...     rt.set_root_supervisor(art.Supervisor(strategy="one_for_all"))
        """
        _core._set_supervisor(self, None, settings)

    def set_supervisor(self, actor: Ref[Any], settings: Supervisor) -> None:
        """Change how an actor supervises its children, be it supervised itself or not. Restarts are counted anew.

        >>> import actor_rt as art
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     boss = rt.spawn(art.Actor)
        ...     rt.set_supervisor(boss, art.Supervisor(strategy="rest_for_one", children=art.Intensity(3, 60.0)))
        ...     worker = rt.supervise_under(boss, art.Supervision(), art.Actor)
        """
        _core._set_supervisor(self, actor, settings)

    def on_root_escalation(self, told: Callable[[ChildEvent], object] | None) -> None:
        """Have `told` called when a child of the root has failed too often, and is gone.

        Without one, the program is asked to end: `Progress.shutdown` is true, `run` returns, and `take_shutdown` says why.

        >>> import actor_rt as art
        >>> class Broken(art.Actor):
        ...     def on_started(self) -> None:
        ...         raise ValueError("a fault")
        >>> root = art.Supervisor(children=art.Intensity(0, 1.0))
        >>> with art.Runtime(clock=art.ManualClock(), root=root, on_error=lambda error, info: None) as rt:
        ...     rt.on_root_escalation(lambda event: print(event.kind, repr(event.cause.error)))
        ...     broken = rt.supervise(art.Supervision(), Broken)
        ...     handled = rt.run_until_idle()
        ended ValueError('a fault')
        """
        _core._on_root_escalation(self, told)

    def take_shutdown(self) -> StopCause | None:
        """Why the program was asked to end, or None. It is asked no more then.

        >>> import actor_rt as art
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     killed = rt.terminate()
        ...     rt.run_until_idle() and rt.take_shutdown()
        StopCause(kind='stopped', error=None, reason=None)
        """
        return _core._take_shutdown(self)

    # -- what is said to all ---------------------------------------------------------------------------------------------

    def send_system(self, actor: Ref[Any], message: SystemMessage) -> None:
        """Say something to an actor of whatever class, ahead of the messages that wait: its `on_system` decides what follows.

        If it says nothing, "pause" pauses it, "resume" lets it go on, "terminate" stops it, and the others do nothing.

        >>> import actor_rt as art
        >>> class Transfer(art.Actor):
        ...     def on_system(self, message: art.SystemMessage) -> art.Reaction | None:
        ...         return "handled" if message == "terminate" else None
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     transfer = rt.spawn(Transfer)
        ...     rt.send_system(transfer, "terminate")
        ...     rt.run_until_idle() and transfer.alive
        True
        """
        _core._send_system(self, actor, message)

    def send_system_all(self, message: SystemMessage) -> int:
        """Say the same to all supervised actors, the oldest first. Returns how many those are.

        >>> import actor_rt as art
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     one = rt.supervise(art.Supervision(), art.Actor)
        ...     rt.send_system_all("terminate")
        1
        """
        return _core._send_system_all(self, message)

    def start_all(self, within: float) -> Reply[list[Who]]:
        """Say "start" to all supervised actors, the oldest first: the program is complete.

        The answer names those that were not ready to hear it within so many seconds, or ended before.

        >>> import actor_rt as art
        >>> class Sensor(art.Actor):
        ...     def on_system(self, message: art.SystemMessage) -> None:
        ...         print(message)
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     sensor = rt.supervise(art.Supervision(), Sensor)
        ...     rt.run_until(rt.start_all(within=1.0))
        start
        []
        """
        return _core._start_all(self, within)

    def terminate(self, deadline: float | None = None) -> Reply[list[Who]]:
        """End all supervised actors in order: the youngest first, children before their parents, each within its time.

        What is left after `deadline` seconds is killed. The answer names those that had to be killed, then or before; the program is asked
        to end, too (`Progress.shutdown`). Any actor may ask for it. Until it is done nothing can be supervised by the root. Actors that nobody
        supervises live on, until the runtime is closed.

        >>> import actor_rt as art
        >>> class Socket(art.Actor):
        ...     async def on_stop(self, cause: art.StopCause) -> None:
        ...         await self.ctx.sleep(0.1)  # The peer may say goodbye, too.
        >>> clock = art.ManualClock()
        >>> with art.Runtime(clock=clock) as rt:
        ...     socket = rt.supervise(art.Supervision(), Socket)
        ...     killed = rt.terminate(deadline=3.0)
        ...     rt.run_until_idle() and clock.advance(0.1)
        ...     rt.run_until(killed), socket.alive
        ([], False)
        """
        return _core._terminate(self, deadline)

    # -- children --------------------------------------------------------------------------------------------------------

    def child_list(self, supervisor: Ref[Any] | None = None) -> list[ChildInfo]:
        """The children of a supervisor, in the order in which they were started, with all that it knows of them.

        >>> import actor_rt as art
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     one = rt.supervise(art.Supervision(name="one"), art.Actor)
        ...     [(child.name, child.status) for child in rt.child_list()], rt.run_until_idle() > 0
        ...     [(child.child == one, child.status, child.restarts) for child in rt.child_list()]
        ([('one', 'starting')], True)
        [(True, 'running', 0)]
        """
        return _core._child_list(self, supervisor)

    def count_children(self, supervisor: Ref[Any] | None = None) -> ChildCounts:
        """How many children a supervisor has.

        >>> import actor_rt as art
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     boss = rt.supervise(art.Supervision(), art.Actor)
        ...     worker = rt.supervise_under(boss, art.Supervision(), art.Actor)
        ...     rt.count_children(), rt.count_children(boss).active
        (ChildCounts(entries=1, active=1, supervisors=1), 1)
        """
        return _core._count_children(self, supervisor)

    def supervisor_of(self, actor: Ref[Any]) -> Ref[Any] | None:
        """The supervisor of an actor: None if the root or nobody supervises it, or one that is none of Python's.

        >>> import actor_rt as art
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     boss = rt.spawn(art.Actor)
        ...     worker = rt.supervise_under(boss, art.Supervision(), art.Actor)
        ...     rt.supervisor_of(worker) == boss, rt.supervisor_of(boss)
        (True, None)
        """
        return _core._supervisor_of(self, actor)

    def adopt(self, actor: Ref[Any], supervisor: Ref[Any] | None = None) -> None:
        """Put an actor, with all below it, under another supervisor, whose youngest child it becomes.

        One that nobody has supervised so far becomes a temporary child, and is kept by the runtime from now on.

        >>> import actor_rt as art
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     old, new = rt.spawn(art.Actor), rt.spawn(art.Actor)
        ...     worker = rt.supervise_under(old, art.Supervision(), art.Actor)
        ...     rt.adopt(worker, new)
        ...     old.children(), new.children() == [worker]
        ([], True)
        """
        _core._adopt(self, actor, supervisor)

    def stop_children(self, supervisor: Ref[Any] | None = None) -> Reply[None]:
        """End all children of a supervisor, the youngest first. They are not restarted. Answered when they have ended.

        >>> import actor_rt as art
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     worker = rt.supervise(art.Supervision(), art.Actor)
        ...     rt.run_until(rt.stop_children()), worker.alive
        (None, False)
        """
        return _core._end_children(self, supervisor, False)

    def drain_children(self, supervisor: Ref[Any] | None = None) -> Reply[None]:
        """The same, after each has handled what was sent to it before.

        >>> import actor_rt as art
        >>> class Printer(art.Actor):
        ...     def show(self, text: str) -> None:
        ...         print(text)
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     rt.supervise(art.Supervision(), Printer).tell(Printer.show, "the last one")
        ...     rt.run_until(rt.drain_children())
        the last one
        """
        return _core._end_children(self, supervisor, True)

    def terminate_child(self, child: Ref[Any]) -> Reply[Exit]:
        """End a child within the time of its supervision. Its entry is kept for `restart_child`, unless it is temporary.

        (`Ref.terminate` forgets the entry.) Answered when it has ended.

        >>> import actor_rt as art
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     first = rt.supervise(art.Supervision(), art.Actor)
        ...     exit = rt.run_until(rt.terminate_child(first))
        ...     second = rt.restart_child(first)
        ...     exit.kind, first.alive, second.alive
        ('stopped', False, True)
        """
        return _core._terminate_child(self, child)

    def restart_child(self, child: Ref[Any] | int, supervisor: Ref[Any] | None = None) -> Ref[Any]:
        """Make another actor of a child that has ended and whose entry was kept: `__init__` runs at once, with the same arguments.

        It has another id than the one before, and becomes the youngest child. `NotKept` if there is no such entry.
        """
        return _core._restart_child(self, child, supervisor)

    def delete_child(self, child: Ref[Any] | int, supervisor: Ref[Any] | None = None) -> bool:
        """Forget the entry of a child that has ended. False if there is none.

        >>> import actor_rt as art
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     worker = rt.supervise(art.Supervision(), art.Actor)
        ...     rt.delete_child(worker), rt.run_until(rt.terminate_child(worker)).kind, rt.delete_child(worker)
        (False, 'stopped', True)
        """
        return _core._delete_child(self, child, supervisor)

    # -- ends after a time, names, ids -----------------------------------------------------------------------------------

    def exit_after(self, actor: Ref[Any], delay: float) -> Timer:
        """Stop an actor in `delay` seconds, unless the timer is cancelled until then.

        >>> import actor_rt as art
        >>> clock = art.ManualClock()
        >>> with art.Runtime(clock=clock) as rt:
        ...     actor = rt.spawn(art.Actor)
        ...     timer = rt.exit_after(actor, 1.5)
        ...     clock.advance(1.5)
        ...     rt.run_until_idle() and actor.alive
        False
        """
        return _core._end_after(self, actor, delay, False)

    def kill_after(self, actor: Ref[Any], delay: float) -> Timer:
        """Kill an actor in `delay` seconds, unless the timer is cancelled until then.

        >>> import actor_rt as art
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     actor = rt.spawn(art.Actor)
        ...     rt.kill_after(actor, 1.5).cancel()
        True
        """
        return _core._end_after(self, actor, delay, True)

    def spawn_named(self, name: str, cls: Callable[_P, _A], /, *args: _P.args, **kwargs: _P.kwargs) -> Ref[_A]:
        """Make an actor as `spawn` does, with a name that is its own before `__init__` runs.

        `NameTaken` if another actor has the name; then nothing is made. (A supervised one gets it by `Supervision.name`.)

        >>> import actor_rt as art
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     printer = rt.spawn_named("printer", art.Actor)
        ...     rt.lookup("printer") == printer
        True
        """
        return _core._spawn_named(self, name, cls, *args, **kwargs)

    def ref(self, id: int) -> Ref[Any] | None:
        """The Python actor of an id (`Ref.id`), or None.

        >>> import actor_rt as art
        >>> with art.Runtime(clock=art.ManualClock()) as rt:
        ...     actor = rt.spawn(art.Actor)
        ...     rt.ref(actor.id) == actor, rt.ref(1)
        (True, None)
        """
        return _core._ref(self, id)
