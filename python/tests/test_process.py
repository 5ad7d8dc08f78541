"""What concerns the whole process: signals, fork, the interpreter's exit, the examples. Each in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def run(program: str, *arguments: str, signal_at: str = "", expect: int = 0) -> str:
    """Run a program with this interpreter and its checks; SIGINT when it says `signal_at`. Nothing may be on stderr."""
    program = textwrap.dedent(program)
    if signal_at:
        # A shell that starts the tests in the background has them ignore SIGINT, and Python then leaves it so.
        program = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n" + program
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", program, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=HERE)
    assert process.stdout is not None and process.stderr is not None
    said = ""
    if signal_at:
        for line in process.stdout:
            said += line
            if signal_at in line:
                process.send_signal(signal.SIGINT)
                break
    output, errors = process.communicate(timeout=60)
    # In development mode asyncio says what took it long, as anything does on a machine that is busy.
    errors = re.sub(r"(?m)^Executing <.*> took [\d.]+ seconds\n", "", errors)
    assert (process.returncode, errors) == (expect, "")
    return said + output


def test_an_interrupt_leaves_the_built_in_loop() -> None:
    out = run(
        """
        import actor_rt as art
        from actors import Counter

        with art.Runtime() as rt:
            counter = rt.spawn(Counter)
            class Ready(art.Actor):
                def say(self):
                    print("ready", flush=True)
            rt.spawn(Ready).tell(Ready.say)
            try:
                rt.run()
            except KeyboardInterrupt:
                print("interrupted", rt.run_until(counter.ask(Counter.add)))
        """,
        signal_at="ready",
    )
    assert out.split() == ["ready", "interrupted", "1"]


def test_an_interrupt_leaves_a_busy_handler() -> None:
    out = run(
        """
        import actor_rt as art
        from actors import Counter

        class Busy(art.Actor):
            def go(self):
                print("ready", flush=True)
                while True:
                    pass

        with art.Runtime() as rt:
            counter = rt.spawn(Counter)
            rt.spawn(Busy).tell(Busy.go)
            reply = counter.ask(Counter.add)
            try:
                rt.run()
            except KeyboardInterrupt:
                print("interrupted", rt.run_until(reply))
        """,
        signal_at="ready",
    )
    assert out.split() == ["ready", "interrupted", "1"]


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="this system cannot keep a signal from a thread")
def test_an_interrupt_that_another_thread_receives_ends_the_wait_of_the_main_thread() -> None:
    out = run(
        """
        import threading
        import actor_rt as art
        from actors import Counter

        with art.Runtime() as rt:
            counter = rt.spawn(Counter)
            class Ready(art.Actor):
                def say(self):
                    print("ready", flush=True)
            ready = rt.spawn(Ready).remote()
            end = threading.Event()
            def other():
                ready.tell(Ready.say)
                end.wait()
            thread = threading.Thread(target=other)
            thread.start()
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
            try:
                rt.run()
            except KeyboardInterrupt:
                print("interrupted", rt.run_until(counter.ask(Counter.add)))
            end.set()
            thread.join()
        """,
        signal_at="ready",
    )
    assert out.split() == ["ready", "interrupted", "1"]


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no limit of descriptors to set")
def test_a_poller_that_cannot_be_made_is_an_error_of_run_and_leaves_the_runtime_usable() -> None:
    out = run(
        """
        import os, resource
        import actor_rt as art
        from actors import Counter

        def attempt(rt, descriptors):
            usual = resource.getrlimit(resource.RLIMIT_NOFILE)
            free = [os.dup(0) for _ in range(descriptors)]
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(free, default=2) + 1, usual[1]))
            for one in free:
                os.close(one)
            try:
                rt.run_until(rt.spawn(Counter).ask(Counter.slowly, 1, 0.001))
            except OSError:
                print("refused", flush=True)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, usual)
            assert signal.set_wakeup_fd(-1) == -1

        import signal
        with art.Runtime() as rt:
            before = os.listdir("/dev/fd")
            # A poller, its waker, and two ends for signals.
            for descriptors in range(4):
                attempt(rt, descriptors)
            attempt(rt, 8)
            assert os.listdir("/dev/fd") == before
            print(rt.run_until(rt.spawn(Counter).ask(Counter.slowly, 1, 0.001)))
        """
    )
    assert out.split() == ["refused"] * 4 + ["1"]


@pytest.mark.parametrize("loops", ["asyncio", "uvloop"])
def test_an_interrupt_leaves_the_hosts_loop(loops: str) -> None:
    out = run(
        """
        import asyncio, sys
        import actor_rt as art
        from actor_rt import aio
        from actors import Counter

        async def main():
            with art.Runtime() as rt, aio.attach(rt):
                await rt.spawn(Counter).ask(Counter.add)
                try:
                    print(type(asyncio.get_running_loop()).__module__.split(".")[0], "ready", flush=True)
                    await asyncio.get_running_loop().create_future()
                finally:
                    print("left", await rt.spawn(Counter).ask(Counter.add))

        try:
            __import__(sys.argv[1]).run(main())
        except KeyboardInterrupt:
            print("interrupted")
        """,
        loops,
        signal_at="ready",
    )
    assert out.split() == [loops, "ready", "left", "1", "interrupted"]


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_started_process_makes_a_runtime_of_its_own(method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("this system cannot start processes so")
    out = run(
        """
        import multiprocessing, sys
        import actor_rt as art
        from actors import Counter, count_up

        processes = multiprocessing.get_context(sys.argv[1])
        with art.Runtime(clock=art.ManualClock()) as rt:
            counter = rt.spawn(Counter)
            waiting = counter.ask(Counter.add)
            for name, mine in [("Runtime", rt), ("Ref", counter), ("Remote", counter.remote()), ("Reply", waiting)]:
                try:
                    processes.Process(target=count_up, args=(mine, None)).start()
                except TypeError as error:
                    assert f"actor_rt.{name} cannot be pickled" in str(error), error
                    print("refused", flush=True)
            here, there = processes.Pipe(duplex=False)
            child = processes.Process(target=count_up, args=(3, there))
            child.start()
            there.close()
            print("child", here.recv(), flush=True)
            child.join()
            assert child.exitcode == 0
            child.close()
            here.close()
            print("parent", rt.run_until(waiting))
        """,
        method,
    )
    assert out.split() == ["refused"] * 4 + ["child", "3", "parent", "1"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_process_is_refused_and_leaves_the_parents_runtime_alone() -> None:
    out = run(
        """
        import os, sys
        import actor_rt as art
        from actors import Counter

        rt = art.Runtime(clock=art.ManualClock())
        counter = rt.spawn(Counter)
        child = os.fork()
        if child == 0:
            for call in (rt.step, rt.close, lambda: counter.tell(Counter.add)):
                try:
                    call()
                except art.ForkedError:
                    print("refused", flush=True)
            with art.Runtime(clock=art.ManualClock()) as own:
                print("own", own.run_until(own.spawn(Counter).ask(Counter.add)), flush=True)
            del counter, rt, call, own
            sys.exit(0)
        assert os.waitpid(child, 0)[1] == 0
        print("parent", rt.run_until(counter.ask(Counter.add)))
        rt.close()
        """
    )
    assert out.split() == ["refused"] * 3 + ["own", "1", "parent", "1"]


def test_the_interpreter_exits_cleanly_whatever_is_open() -> None:
    out = run(
        """
        import asyncio, threading
        import actor_rt as art
        from actor_rt import aio

        class Node(art.Actor):
            def arm(self):
                self.ctx.after(1000.0, Node.arm)
            async def wait(self):
                await self.ctx.sleep(1000.0)
            def on_stop(self, cause):
                print("stopped", cause.kind)

        rt = art.Runtime()
        node = rt.spawn(Node)
        node.tell(Node.arm)
        node.tell(Node.wait)
        rt.run_until_idle()
        node.tell(Node.wait)
        remote = node.remote()

        def post():
            try:
                while True:
                    remote.tell(Node.arm)
            except art.ClosedError:
                pass

        threading.Thread(target=post, daemon=True).start()

        async def main():
            aio.attach(rt)
            await asyncio.sleep(0)

        asyncio.run(main())
        print("end")
        """
    )
    assert out.split() == ["end", "stopped", "dropped"]


def test_the_example_serves_real_clients() -> None:
    example = HERE.parent / "examples" / "tcp_counter.py"
    out = run("import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')", str(example), "demo")
    assert out == "20 clients, 1040 requests, 500 notices: all as expected\n"


def test_every_program_in_the_readme_runs() -> None:
    text = (HERE.parent / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        run(block)


def test_a_loop_of_asyncio_that_is_nested_goes_on_with_the_runtime() -> None:
    said = run("""
        import asyncio

        import nest_asyncio

        import actor_rt as art
        from actor_rt import aio

        nest_asyncio.apply()

        class Nester(art.Actor):
            def __init__(self):
                self.seen = []

            def open(self, other):
                # A loop in the middle of a turn: the step around it is not done, so the other one waits.
                other.tell(Nester.note, "noted")
                asyncio.get_running_loop().run_until_complete(asyncio.sleep(0.02))
                self.seen.append("opened")

            def note(self, what):
                self.seen.append(what)

            def get(self):
                return self.seen

        def dialog(other):
            # A loop between two steps.
            return asyncio.get_running_loop().run_until_complete(ask(other))

        async def ask(other):
            return await other.ask(Nester.get)

        async def main():
            with art.Runtime() as rt, aio.attach(rt):
                one, other = rt.spawn(Nester), rt.spawn(Nester)
                await one.ask(Nester.open, other)
                print(await one.ask(Nester.get), await other.ask(Nester.get))
                print(dialog(other), await rt.host_call(dialog, other))

        asyncio.run(main())
    """)
    assert said == "['opened'] ['noted']\n['noted'] ['noted']\n"
