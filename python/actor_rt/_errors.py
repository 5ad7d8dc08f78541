"""Every exception of the package. The native half imports them from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    from ._pool import Reason


class ActorRtError(Exception):
    """The base of all exceptions of this package."""


class WrongThreadError(ActorRtError, RuntimeError):
    """A runtime, or something of it, was used on another thread than its own."""


class ForkedError(ActorRtError, RuntimeError):
    """A runtime of the parent process was used in a child."""


class ClosedError(ActorRtError):
    """The runtime is closed."""


class ReentrantStepError(ActorRtError, RuntimeError):
    """The runtime was asked to run while it runs, from inside of a handler."""


class NotSpawned(ActorRtError, RuntimeError):
    """The object is an instance of an actor class, but was not made by a runtime."""


class NotReady(ActorRtError):
    """The reply has no outcome yet."""


class WouldDeadlock(ActorRtError, RuntimeError):
    """The answer could never come, since the one who waits for it is in its way."""


class NameTaken(ActorRtError):
    """Another actor has the name."""


class NotKept(ActorRtError, LookupError):
    """No entry of such a child is kept that another one could be made of."""


class ActorStopped(ActorRtError):
    """The actor had ended when it was asked."""


class ReplyDropped(ActorRtError):
    """The actor ended, or the runtime was closed, before it answered."""


class AskTimeout(ActorRtError, TimeoutError):
    """No answer came within the time given."""


class AskCancelled(ActorRtError):
    """The one who asked withdrew."""


class NoQuorum(ActorRtError):
    """Too few of those who were asked have answered."""

    def __init__(self, message: str, outcomes: Sequence[object]) -> None:
        super().__init__(message, outcomes)
        self.outcomes = outcomes
        """The outcome of each, in their order: its answer, or its exception."""

    def __str__(self) -> str:
        return str(self.args[0])


class MailboxFull(ActorRtError):
    """The actor's mailbox has no room for the message, which was not taken: `Ref.offer` waits for room, `Ref.room` hears of it."""


class NoRoom(ActorRtError, TimeoutError):
    """A message was offered, and there was no room in the mailbox within the time given."""


class JobDiscarded(ActorRtError):
    """A pool did not do a job."""

    def __init__(self, message: str, reason: Reason) -> None:
        super().__init__(message, reason)
        self.reason: Reason = reason
        """Why."""

    def __str__(self) -> str:
        return str(self.args[0])


class ForeignAwaitError(ActorRtError, RuntimeError):
    """A handler on the built-in driver awaited something of another library's loop."""


class Refused(ActorRtError):
    """Raise it, or a subclass, in a handler to answer with an exception and stay alive."""


class TryAgain(Refused):
    """Raise it in a job of a pool that failed: it is tried again, if it may be, and the worker goes on."""


class InternalError(ActorRtError):
    """A fault of the runtime itself."""
