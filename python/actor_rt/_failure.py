"""What becomes of exceptions that leave a handler."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from typing import Callable, NoReturn, Protocol

from ._errors import ActorRtError, Refused

logger = logging.getLogger("actor_rt")


@dataclass(frozen=True)
class ErrorInfo:
    """Where an exception came from."""

    actor: object
    """The actor, for its `repr`; what else was called where it was no actor."""
    method: str
    """Name of the method."""
    asked: bool
    """Whether the exception is also the answer to an ask."""

    def __str__(self) -> str:
        return f"{self.method} of {self.actor!r}"


ErrorHook = Callable[[BaseException, ErrorInfo], object]


class Host(Protocol):
    """What a runtime runs on, as far as it shows exceptions."""

    def _report(self, error: BaseException, info: ErrorInfo) -> None: ...


def report(
    hook: ErrorHook | None, host: Host | None, error: BaseException, actor: object, method: str, asked: bool
) -> None:
    """Show an exception to whoever is to see it. What the hook raises goes to the caller of `step`."""
    info = ErrorInfo(actor, method, asked)
    # From 3.11 on.
    add_note: Callable[[str], None] | None = getattr(error, "add_note", None)
    if add_note is not None:
        add_note(f"while {actor!r} handled {method}")
    if hook is not None:
        hook(error, info)
    elif asked:
        # Whoever asked gets it too.
        logger.info("%s answered with an exception", info, exc_info=error)
    elif isinstance(error, Refused):
        logger.warning("%s refused a message that nobody waits for", info, exc_info=error)
    elif host is not None:
        host._report(error, info)  # pyright: ignore[reportPrivateUsage]
    else:
        logger.error("%s failed", info, exc_info=error)


def gave_up(why: str) -> None:
    """An actor of the root's has failed too often."""
    logger.error(
        "a supervised actor has failed too often, and is not restarted any more: %s. The program is asked to end (Runtime.run returns, as does "
        "Attachment.shutdown). How often is too often: Runtime(root=Supervisor(children=Intensity(restarts, period))); by default more than "
        "once in 5 seconds, all actors of Runtime.supervise together",
        why,
    )


class Unread:
    """An exception that is an answer: told of at its end, unless somebody looks at it before.

    A destructor of Python's, which the collector runs before it takes apart what it has found. One of Rust's comes when the exception may be in
    pieces already, and is not to be touched any more.
    """

    __slots__ = ("error",)

    error: BaseException | None
    """None when somebody has looked at it."""

    def __del__(self) -> None:
        error = getattr(self, "error", None)
        if error is None or isinstance(error, ActorRtError) and not isinstance(error, Refused):
            return
        text = "".join(traceback.format_exception_only(type(error), error)).strip()
        logger.error("nobody looked at the exception of a reply: %s", text, exc_info=error)


def reraise(actor: object, error: BaseException) -> NoReturn:
    """As a handler: the actor that asked fails with the answer's exception."""
    raise error
