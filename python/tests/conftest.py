"""What every test here shares.

Time is virtual (`ManualClock`), nothing sleeps; where a real loop or thread is the matter of a test, it is waited for by its own
events. Warnings are errors (see tools/check-python), so a forgotten `close` fails the test that forgot it.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from typing import Iterator

import pytest
from asyncio_loops import Loops

import actor_rt as art

# Ctrl-C is an interrupt here, as in a program that was started at a terminal: what a shell starts in the background ignores it. Before any loop
# is imported, some of which look for that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def clock() -> art.ManualClock:
    return art.ManualClock()


@pytest.fixture
def rt(clock: art.ManualClock) -> Iterator[art.Runtime]:
    with art.Runtime(clock=clock) as runtime:
        yield runtime


@pytest.fixture
def quiet(rt: art.Runtime) -> art.Runtime:
    """A runtime whose errors nobody need hear of."""
    rt.on_error = lambda error, info: None
    return rt


@pytest.fixture(params=["asyncio", "uvloop"])
def loops(request: pytest.FixtureRequest) -> Loops:
    """Each test on asyncio's own loop and on uvloop's."""
    if request.param == "asyncio":
        return Loops(asyncio.new_event_loop)
    # The tests of other loops have an environment without it.
    import uvloop

    return Loops(uvloop.new_event_loop)


@pytest.fixture(autouse=True)
def nothing_unraisable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test may leave an exception behind that nobody could catch, nor a panic of the native half."""
    seen: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", seen.append)
    yield
    gc.collect()
    assert not seen, [getattr(one, "exc_value", one) for one in seen]
