"""Answers for other threads."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TypeVar

from ._core import Reply

_T = TypeVar("_T")


def settle(future: Future[_T], reply: Reply[_T]) -> None:
    """Hand a reply's outcome to the thread that asked."""
    if not future.set_running_or_notify_cancel():
        reply.exception()
        return
    error = reply.exception()
    if error is None:
        future.set_result(reply.result())
    else:
        future.set_exception(error)
