"""How a runtime and a loop of asyncio's kind leave each other: detached, closed, whichever goes first."""

from __future__ import annotations

import asyncio
import gc
import threading
from typing import Any

import pytest
from actors import Counter
from asyncio_loops import Loops

import actor_rt as art
from actor_rt import aio

def test_a_handler_detaches_and_closes(loops: Loops) -> None:
    async def main() -> None:
        rt = art.Runtime()
        attachment = aio.attach(rt)

        class Ends(art.Actor):
            def go(self) -> None:
                attachment.detach()
                self.ctx.runtime.close()

        ends = rt.spawn(Ends)
        done = ends.ended()
        ends.tell(Ends.go)
        await done
        assert rt.closed

    loops.run(main())


def test_closing_while_a_task_waits_cancels_it(loops: Loops) -> None:
    seen: list[str] = []

    class Waits(art.Actor):
        async def go(self) -> None:
            try:
                await asyncio.get_running_loop().create_future()
            except asyncio.CancelledError:
                seen.append("cancelled")
                raise

    async def main() -> None:
        rt = art.Runtime()
        aio.attach(rt)
        reply = rt.spawn(Waits).ask(Waits.go)
        while not reply.done() and not seen:
            await asyncio.sleep(0)
            if rt.actors and not rt.closed and len(asyncio.all_tasks()) > 1:
                break
        await asyncio.sleep(0)
        rt.close()
        await asyncio.sleep(0)
        assert isinstance(reply.exception(), art.ReplyDropped)

    loops.run(main())
    assert seen == ["cancelled"]


def test_a_loop_that_was_closed_first_does_no_harm(loops: Loops) -> None:
    rt = art.Runtime()
    counter = rt.spawn(Counter)

    async def main() -> aio.Attachment:
        return aio.attach(rt)

    attachment = loops.run(main())
    counter.tell(Counter.add)
    thread = threading.Thread(target=counter.remote().tell, args=(Counter.add,))
    thread.start()
    thread.join()
    attachment.detach()
    rt.run_until_idle()
    assert rt.run_until(counter.ask(Counter.add, 0)) == 2
    rt.close()


def test_the_descriptor_is_unwatched_before_it_is_closed(loops: Loops) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        for _ in range(3):
            rt = art.Runtime()
            aio.attach(rt)
            descriptor = rt.fileno()
            counter = rt.spawn(Counter)
            # Had the older one been closed while watched, this one's number would be known to the loop and never reported.
            remote = counter.remote()
            assert await loop.run_in_executor(None, lambda: remote.ask(Counter.add).result()) == 1
            rt.close()
            assert not loop.remove_reader(descriptor), "close detached"
            del rt, counter, remote
            gc.collect()

    loops.run(main())


def test_a_loop_that_was_closed_with_handlers_in_it_does_no_harm(loops: Loops, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []

    class Waits(art.Actor):
        async def go(self) -> None:
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                seen.append("left")

    with art.Runtime() as rt:
        reply = rt.spawn(Waits).ask(Waits.go)
        loop = loops.new()
        attachment = aio.attach(rt, loop)
        for _ in range(5):
            loop.call_soon(loop.stop)
            loop.run_forever()
        loop.close()
        assert attachment is not None and not reply.done()
    assert isinstance(reply.exception(), art.ReplyDropped) and seen == ["left"]
    gc.collect()
    assert all("pending" in record.getMessage() for record in caplog.records)


class WatchesNothing(asyncio.SelectorEventLoop):
    """Refuses what Windows' proactor refuses."""

    def add_reader(self, *_: Any) -> None:
        raise NotImplementedError

    def remove_reader(self, *_: Any) -> bool:
        raise NotImplementedError


def test_a_loop_that_watches_no_sockets_reads_from_one() -> None:
    async def main() -> list[int]:
        answers: list[int] = []
        with art.Runtime() as rt:
            remote = rt.spawn(Counter).remote()
            for _ in range(2):
                with aio.attach(rt):
                    loop = asyncio.get_running_loop()
                    for _ in range(5):
                        answers.append(await loop.run_in_executor(None, lambda: remote.ask(Counter.add).result()))
        return answers

    assert Loops(WatchesNothing).run(main()) == list(range(1, 11))
    assert Loops(WatchesNothing).run(main(), debug=True)[-1] == 10


def test_a_loop_that_cannot_be_joined_leaves_the_runtime_as_it_was() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    with art.Runtime() as rt:
        counter = rt.spawn(Counter)
        with pytest.raises(RuntimeError, match="closed"):
            aio.attach(rt, loop)
        assert rt.run_until(counter.ask(Counter.add)) == 1
