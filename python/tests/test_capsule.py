"""A runtime of Python's in the hands of C++: a real extension module, compiled against the headers of the package."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest
from native_libraries import build

import actor_rt as art
from actor_rt import aio, packed

UNSUPPORTED, CLOSED, BUSY = -18, -10, -6


class Token(packed.Struct, tag="ring.token"):
    left: packed.u64


class Member(art.Actor):
    def __init__(self) -> None:
        self.next: art.NativeRef | None = None
        self.seen: list[int] = []
        self.arrived: asyncio.Event | None = None

    @art.on(Token)
    def token(self, message: Token) -> None:
        self.seen.append(message.left)
        if message.left and self.next is not None:
            self.next.send(Token(message.left - 1))
        if self.arrived is not None:
            self.arrived.set()

    def follow(self, following: int) -> None:
        self.next = self.ctx.runtime.native_ref(following)

    def all(self) -> list[int]:
        return self.seen


@pytest.fixture(scope="session")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = build("extension.cpp", tmp_path_factory.mktemp("extension"))
    spec = importlib.util.spec_from_file_location("extension", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_cpp_and_python_pass_messages_to_and_fro(rt: art.Runtime, extension: Any) -> None:
    member = rt.spawn(Member)
    member.tell(Member.follow, extension.spawn(rt, member.id))
    assert extension.post(rt.capsule(), member.id, 6) == 0
    rt.run_until_idle()
    assert rt.run_until(member.ask(Member.all)) == [6, 4, 2, 0]


def test_what_is_a_hosts_alone_is_refused(rt: art.Runtime, extension: Any) -> None:
    assert extension.host_functions(rt.capsule()) == (UNSUPPORTED,) * 4


def test_a_step_in_a_handler_is_refused_as_ever(rt: art.Runtime, extension: Any) -> None:
    class Stepper(art.Actor):
        def step(self) -> tuple[int, ...]:
            statuses: tuple[int, ...] = extension.host_functions(rt.capsule())
            return statuses

    stepper = rt.spawn(Stepper)
    assert rt.run_until(stepper.ask(Stepper.step)) == (BUSY, BUSY, UNSUPPORTED, UNSUPPORTED)


def test_the_capsule_outlives_the_runtime(extension: Any) -> None:
    rt = art.Runtime()
    capsule = rt.capsule()
    assert extension.status(capsule) == 0
    rt.close()
    assert extension.status(capsule) == CLOSED
    del rt
    gc.collect()
    assert extension.status(capsule) == CLOSED
    with pytest.raises(RuntimeError, match="ART_CLOSED"):
        extension.post(capsule, 1, 1)


def test_a_runtime_that_nobody_closes_is_closed_for_the_capsule_too(extension: Any) -> None:
    rt = art.Runtime()
    capsule = rt.capsule()
    with pytest.warns(ResourceWarning):
        del rt
        gc.collect()
    assert extension.status(capsule) == CLOSED


def test_a_capsule_is_no_reason_for_a_runtime_to_stay() -> None:
    class Holder(art.Actor):
        def __init__(self) -> None:
            self.capsule = self.ctx.runtime.capsule()

    with art.Runtime() as rt:
        rt.spawn(Holder)
    ref = weakref.ref(rt)
    del rt
    gc.collect()
    assert ref() is None


def test_other_threads_are_refused(rt: art.Runtime, extension: Any) -> None:
    capsule = rt.capsule()
    statuses: list[int] = []
    thread = threading.Thread(target=lambda: statuses.append(extension.status(capsule)))
    thread.start()
    thread.join()
    assert statuses == [-5]


def test_what_is_no_capsule_of_ours_is_refused(extension: Any) -> None:
    with pytest.raises(AttributeError):
        extension.post(object(), 1, 1)
    from actor_rt import _core

    with pytest.raises(ValueError, match="PyCapsule_GetPointer called with incorrect name"):
        extension.post(_core._C_API, 1, 1)  # pyright: ignore[reportPrivateUsage]


def test_timers_of_cpps_on_a_python_actor_are_messages(rt: art.Runtime, clock: art.ManualClock, extension: Any) -> None:
    member = rt.spawn(Member)
    assert extension.later(rt, member.id, 2.0)
    rt.run_until_idle()
    assert rt.next_timeout() == 2.0
    clock.advance(2.0)
    rt.run_until_idle()
    assert rt.run_until(member.ask(Member.all)) == [0]


def test_cpp_kills_a_python_actor(rt: art.Runtime, extension: Any) -> None:
    member = rt.spawn(Member)
    member.tell(Member.follow, member.id)
    assert extension.kill(rt, member.id) == 0
    rt.run_until_idle()
    assert not member.alive


def test_posts_of_cpps_wake_the_loop(extension: Any) -> None:
    """The owner thread posts outside of any call of ours: nobody but the doorbell can tell the loop."""

    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            member = rt.spawn(Arrived)
            capsule = rt.capsule()
            for left in range(3):
                arrived = asyncio.Event()
                await member.ask(Arrived.at, arrived)
                # Not from a step: from a callback of the loop's own.
                asyncio.get_running_loop().call_soon(extension.post, capsule, member.id, left)
                await asyncio.wait_for(arrived.wait(), 20)
            assert await member.ask(Member.all) == [0, 1, 2]

    asyncio.run(main())


class Arrived(Member):
    def at(self, arrived: asyncio.Event) -> None:
        self.arrived = arrived


def test_timers_of_cpps_wake_the_loop(extension: Any) -> None:
    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            member = rt.spawn(Arrived)
            arrived = asyncio.Event()
            await member.ask(Arrived.at, arrived)
            asyncio.get_running_loop().call_soon(extension.later, rt.capsule(), member.id, 0.01)
            await asyncio.wait_for(arrived.wait(), 20)

    asyncio.run(main())


def test_the_table_makes_runtimes_of_its_own(extension: Any) -> None:
    assert extension.make() == (0, 0, 1)


OTHER_COPY = """
import ctypes, sys
ctypes.CDLL(sys.argv[1], mode=ctypes.RTLD_GLOBAL)
import actor_rt as art
with art.Runtime() as rt:
    assert rt.load_library(sys.argv[2]).spawn("member").alive
"""


def test_another_copy_in_the_process_does_not_get_our_calls(tmp_path: Path) -> None:
    """A program that links libactor_rt and has Python load the module: each has the same symbols."""
    libraries = [str(build(source, tmp_path)) for source in ("other_copy.c", "ring.c")]
    done = subprocess.run([sys.executable, "-c", OTHER_COPY, *libraries], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_capsule_that_is_wanted_while_the_runtime_is_closed_is_refused() -> None:
    seen: list[object] = []

    class Late(art.Actor):
        def on_stop(self, cause: art.StopCause) -> None:
            try:
                self.ctx.runtime.capsule()
            except art.ClosedError as error:
                seen.append(str(error))

    with art.Runtime() as rt:
        late = rt.spawn(Late)
        rt.run_until_idle()
    assert not late.alive and seen == ["the runtime is being closed"]
