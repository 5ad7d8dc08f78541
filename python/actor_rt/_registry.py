"""Names and groups of actors, as `Runtime` has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from . import _core
from ._core import RuntimeBase
from ._groups import GroupEvent, NameEvent, RestartEvent

if TYPE_CHECKING:
    from ._core import Ref, Watch

# The functions of the native half are this file's alone.
# pyright: reportPrivateUsage=false


class Registry(RuntimeBase):
    """What a `Runtime` has for finding actors. Names and groups keep no actor alive."""

    # -- names -----------------------------------------------------------------------------------------------------------

    def register(self, name: str, actor: Ref[Any]) -> None:
        """Give an actor a name by which `lookup` finds it, over restarts too, until it begins to end. `NameTaken` if another one has it."""
        _core._register(self, name, actor)

    def lookup(self, name: str) -> Ref[Any] | None:
        """The actor that has a name, or None."""
        return _core._lookup(self, name)

    def unregister(self, name: str) -> bool:
        """Take a name away. False if nobody had it."""
        return _core._unregister(self, name)

    def names(self) -> dict[str, Ref[Any]]:
        """All names and who has them, in the order of the names.

        >>> import actor_rt as art
        >>> with art.Runtime() as rt:
        ...     boss, aide = rt.spawn(art.Actor), rt.spawn(art.Actor)
        ...     rt.register("boss", boss)
        ...     rt.register("aide", aide)
        ...     list(rt.names())
        ['aide', 'boss']
        """
        return _core._names(self)

    def watch_name(self, name: str, told: Callable[[NameEvent], object]) -> Watch:
        """Call `told(NameEvent)` with whoever has a name, now and whenever that changes.

        >>> import actor_rt as art
        >>> with art.Runtime() as rt:
        ...     watch = rt.watch_name("boss", lambda event: print(event.name, "is", event.actor))
        ...     handled = rt.run_until_idle()
        ...     boss = rt.spawn(art.Actor)
        ...     rt.register("boss", boss)
        ...     handled = rt.run_until_idle()
        ...     watch.cancel()
        boss is None
        boss is <Ref Actor#1 alive mailbox=0>
        True
        """
        return _core._watch_name(self, name, told)

    def watch_restarts(self, actor: Ref[Any], told: Callable[[RestartEvent], object]) -> Watch:
        """Call `told(RestartEvent)` when a supervised actor has been restarted."""
        return _core._watch_restarts(self, actor, told)

    # -- groups ----------------------------------------------------------------------------------------------------------

    def join_group(self, group: str, actor: Ref[Any], *, scope: str = "") -> bool:
        """Let an actor join a group, until it leaves or begins to end. False if it was a member.

        Groups of one name in several scopes are different groups.
        """
        return _core._join_group(self, scope, group, actor)

    def leave_group(self, group: str, actor: Ref[Any], *, scope: str = "") -> bool:
        """Let an actor leave a group. False if it was no member."""
        return _core._leave_group(self, scope, group, actor)

    def members(self, group: str, *, scope: str = "") -> list[Ref[Any]]:
        """The members of a group, in the order in which they joined."""
        return _core._members(self, scope, group)

    def groups(self, *, scope: str = "") -> list[str]:
        """The groups of a scope that have members."""
        return _core._groups(self, scope)

    def scopes(self) -> list[str]:
        """The scopes in which groups have members."""
        return _core._scopes(self)

    def watch_group(self, group: str, told: Callable[[GroupEvent], object], *, scope: str = "") -> Watch:
        """Call `told(GroupEvent)` when an actor joins a group or leaves it.

        >>> import actor_rt as art
        >>> with art.Runtime() as rt:
        ...     watch = rt.watch_group("workers", lambda event: print("joined" if event.joined else "left"))
        ...     worker = rt.spawn(art.Actor)
        ...     print(rt.join_group("workers", worker))
        ...     worker.stop()
        ...     handled = rt.run_until_idle()
        True
        joined
        left
        """
        return _core._watch_group(self, scope, group, told)

    def watch_scope(self, scope: str | None, told: Callable[[GroupEvent], object]) -> Watch:
        """The same for all groups of a scope; of all scopes for None."""
        return _core._watch_scope(self, scope, told)
