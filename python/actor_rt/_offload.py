"""Work for other threads, as `Runtime` has it."""

from __future__ import annotations

import contextvars
import functools
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from . import _core
from ._core import RuntimeBase

if TYPE_CHECKING:
    from typing import ParamSpec

    from ._core import Reply

    _P = ParamSpec("_P")

_R = TypeVar("_R")

# The functions of the native half are this file's alone.
# pyright: reportPrivateUsage=false


class Offloading(RuntimeBase):
    """What a `Runtime` has for work that would hold its thread up."""

    _threads: int | None = None
    _executor: ThreadPoolExecutor | None = None

    def offload(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> Reply[_R]:
        """Have another thread call `function(*args, **kwargs)`. The reply gets what it returns, or raises.

        The threads are the runtime's own, `Runtime(threads=…)` of them, made when they are needed. The function gets a copy of the caller's context
        (`contextvars`). Withdrawing the reply, or closing the runtime, has it not called if it has not begun; what has begun goes on, and its
        result is dropped. When the interpreter exits with an open runtime, Python waits for all of it.

        >>> rt.run_until(rt.offload(sum, [1, 2, 3]))
        6
        """
        if not callable(function):
            raise TypeError("offload takes a function, and its arguments")
        if self._executor is None:
            pool = ThreadPoolExecutor(self._threads, thread_name_prefix="actor_rt")
            _core._when_closed(self, lambda: pool.shutdown(wait=False, cancel_futures=True))
            self._executor = pool
        reply, key = _core._open_reply(self)
        work = functools.partial(function, *args, **kwargs)
        future: Future[Any] = self._executor.submit(contextvars.copy_context().run, work)

        def done(future: Future[Any]) -> None:
            # On the other thread, or here if it was withdrawn.
            if not future.cancelled():
                error = future.exception()
                _core._settle_reply(self, key, future.result() if error is None else error, error is not None)

        future.add_done_callback(done)
        # Without an answer it is not wanted any more; with one this does nothing.
        reply.add_done_callback(lambda _: future.cancel())
        return reply
