"""What the host of a runtime is to do, as `Runtime` has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, TypeVar

from . import _core
from ._core import RuntimeBase

if TYPE_CHECKING:
    from typing import ParamSpec

    from ._core import Reply

    _P = ParamSpec("_P")

_R = TypeVar("_R")

# The functions of the native half are this file's and the adapters'.
# pyright: reportPrivateUsage=false


class Hosting(RuntimeBase):
    """What a `Runtime` has for calls that its host makes."""

    def host_call(self, function: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> Reply[_R]:
        """Have the host call `function(*args, **kwargs)` when no step is under way. The reply gets what it returns, or raises.

        It may block in a loop of its own, as a modal dialog does: the runtime goes on in there. Adapters and the built-in loop make such calls
        after each step; who steps by hand calls `run_host_calls`.

        >>> answer = rt.host_call(lambda question: question.upper(), "really?")
        >>> rt.step().host_calls, rt.run_host_calls(), answer.result()
        (1, 1, 'REALLY?')
        """
        return _core._host_call(self, function, *args, **kwargs)

    def run_host_calls(self) -> int:
        """Make the host calls that wait, in their order, and return how many those were: for who steps by hand.

        `ReentrantStepError` inside of a step. An interrupt leaves it, and the calls behind it wait on.
        """
        return _core._run_host_calls(self)
