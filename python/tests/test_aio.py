"""Runtimes on the loops of asyncio's kind: its own and uvloop's, each test on both."""

from __future__ import annotations

import asyncio
import contextvars
import math
from typing import Any

import pytest
from actors import Counter, Recorder
from asyncio_loops import Loops

import actor_rt as art
from actor_rt import aio

def test_await_ask_on_the_running_loop(loops: Loops) -> None:
    async def main() -> int:
        with art.Runtime() as rt:
            async with aio.attach(rt):
                counter = rt.spawn(Counter)
                counter.tell(Counter.add, 1)
                return await counter.ask(Counter.add, 2)

    assert loops.run(main()) == 3
    assert loops.run(main(), debug=True) == 3


def test_one_runtime_on_two_loops_one_after_the_other(loops: Loops) -> None:
    with art.Runtime() as rt:
        counter = rt.spawn(Counter)

        async def main() -> int:
            with aio.attach(rt):
                return await counter.ask(Counter.add)

        assert [loops.run(main()) for _ in range(3)] == [1, 2, 3]
        assert rt.run_until(counter.ask(Counter.add)) == 4


def test_attaching_is_idempotent_and_exclusive(loops: Loops) -> None:
    async def main() -> None:
        with art.Runtime() as rt:
            attachment = aio.attach(rt)
            assert aio.attach(rt) is attachment
            other = loops.new()
            with pytest.raises(RuntimeError, match="another loop"):
                aio.attach(rt, other)
            other.close()
            for run in (rt.run_until_idle, rt.run, rt.step):
                with pytest.raises(art.ReentrantStepError):
                    run()
            attachment.detach()
            attachment.detach()
            rt.run_until_idle()

    loops.run(main())


def test_what_was_sent_before_attaching_is_handled(loops: Loops) -> None:
    async def main() -> int:
        with art.Runtime() as rt:
            counter = rt.spawn(Counter)
            counter.tell(Counter.add, 5)
            remote = counter.remote().ask(Counter.add, 1)
            with aio.attach(rt):
                return await asyncio.wrap_future(remote)

    assert loops.run(main()) == 6


def test_other_threads_wake_a_sleeping_loop(loops: Loops) -> None:
    async def main() -> int:
        with art.Runtime() as rt, aio.attach(rt):
            remote = rt.spawn(Counter).remote()
            loop = asyncio.get_running_loop()
            answers = [
                await loop.run_in_executor(None, lambda: remote.ask(Counter.add).result()) for _ in range(20)
            ]
            return answers[-1]

    assert loops.run(main()) == 20


class Delayed(art.Actor):
    def __init__(self) -> None:
        self.reply: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def start(self, delay: float) -> float:
        self.ctx.after(delay, Delayed.ring)
        return self.ctx.now

    def ring(self) -> None:
        self.reply.set_result(self.ctx.now)

    @art.reentrant
    async def rang(self) -> float:
        return await self.reply


@pytest.mark.parametrize("delay", [0.0004, 0.0014, 0.0019, 0.0104, 0.1])
def test_timers_are_never_early_and_do_not_spin(loops: Loops, delay: float, monkeypatch: pytest.MonkeyPatch) -> None:
    pumps: list[None] = []
    pump = aio.Attachment._pump

    def counting(self: aio.Attachment) -> None:
        pumps.append(None)
        pump(self)

    monkeypatch.setattr(aio.Attachment, "_pump", counting)

    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            delayed = rt.spawn(Delayed)
            started = await delayed.ask(Delayed.start, delay)
            rang = await delayed.ask(Delayed.rang)
            assert rang - started >= delay

    loops.run(main())
    assert len(pumps) < 12, "steps for one timer"


def test_handlers_await_what_asyncio_offers_one_message_at_a_time(loops: Loops) -> None:
    class Worker(art.Actor):
        def __init__(self) -> None:
            self.active = 0

        async def work(self, other: art.Ref[Counter]) -> int:
            self.active += 1
            assert self.active == 1, "one message at a time"
            await asyncio.sleep(0)
            total = await other.ask(Counter.add)
            await self.ctx.sleep(0.001)
            self.active -= 1
            return total

    async def main() -> list[int]:
        with art.Runtime() as rt, aio.attach(rt):
            worker, counter = rt.spawn(Worker), rt.spawn(Counter)
            return list(await asyncio.gather(*(worker.ask(Worker.work, counter) for _ in range(5))))

    assert loops.run(main()) == [1, 2, 3, 4, 5]


def test_cancelling_the_wait_withdraws_the_ask(loops: Loops) -> None:
    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            counter = rt.spawn(Counter)
            reply = counter.ask(Counter.slowly, 1, 1000.0)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(reply, 0.01)
            assert reply.cancelled()

    loops.run(main())


def test_then_works_in_coroutines_of_the_loop(loops: Loops) -> None:
    class Asker(art.Actor):
        async def start(self, counter: art.Ref[Counter], heard: asyncio.Future[int]) -> None:
            await asyncio.sleep(0.001)
            answer = counter.ask(Counter.slowly, 5, 0.001)
            with pytest.raises(art.WouldDeadlock, match="the handler of Asker#2"):
                answer.result()
            # It was said to work in handlers only.
            answer.map(lambda n: (n, heard)).then(Asker.hear)

        def hear(self, told: tuple[int, asyncio.Future[int]]) -> None:
            n, heard = told
            heard.set_result(n)

    async def main() -> int:
        with art.Runtime() as rt, aio.attach(rt):
            heard: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            counter, asker = rt.spawn(Counter), rt.spawn(Asker)
            await asker.ask(Asker.start, counter, heard)
            return await heard

    assert loops.run(main()) == 5


def test_a_future_that_a_handler_returns_is_waited_for(loops: Loops) -> None:
    class Lazy(art.Actor):
        def later(self) -> asyncio.Future[str]:
            loop = asyncio.get_running_loop()
            future: asyncio.Future[str] = loop.create_future()
            loop.call_later(0.001, future.set_result, "later")
            return future

    async def main() -> str:
        with art.Runtime() as rt, aio.attach(rt):
            return await rt.spawn(Lazy).ask(Lazy.later)

    assert loops.run(main()) == "later"


def test_a_circle_of_waiting_is_refused_at_once_with_its_path(loops: Loops) -> None:
    class Caller(art.Actor):
        def __init__(self) -> None:
            self.other: art.Ref[Caller] | None = None

        def meet(self, other: art.Ref[Caller]) -> None:
            self.other = other

        async def call(self, depth: int) -> int:
            assert self.other is not None
            return 1 + await self.other.ask(Caller.call, depth - 1) if depth else 0

        async def call_all(self, *others: art.Ref[Caller]) -> list[object]:
            return list(await self.ctx.runtime.ask_all(others, Caller.call, 1))

    async def main() -> None:
        with art.Runtime(on_error=lambda error, info: None) as rt, aio.attach(rt):
            selfish = rt.spawn(Caller)
            selfish.tell(Caller.meet, selfish)
            with pytest.raises(art.WouldDeadlock, match="Caller#1 waits for Caller#1"):
                await selfish.ask(Caller.call, 1)
            one, two, third = rt.spawn(Caller), rt.spawn(Caller), rt.spawn(Caller)
            for caller, other in ((one, two), (two, third), (third, one)):
                caller.tell(Caller.meet, other)
            with pytest.raises(art.WouldDeadlock, match="Caller#4 waits for Caller#2 waits for Caller#3 waits for Caller#4"):
                await one.ask(Caller.call, 3)

            # Those that failed have ended; and a wait for several is one for each of them.
            one, two = rt.spawn(Caller), rt.spawn(Caller)
            two.tell(Caller.meet, one)
            answers = await one.ask(Caller.call_all, rt.spawn(Caller), two)
            assert isinstance(answers[1], art.WouldDeadlock)

    loops.run(main())


def test_a_wait_that_is_over_is_in_nobodys_way(loops: Loops) -> None:
    class Friend(art.Actor):
        async def visit(self, other: art.Ref[Friend]) -> str:
            for _ in range(3):
                await other.ask(Friend.greet)
            return "been there"

        def greet(self) -> str:
            return "hello"

    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            one, two = rt.spawn(Friend), rt.spawn(Friend)
            assert await one.ask(Friend.visit, two) == "been there"
            assert await two.ask(Friend.visit, one) == "been there"

    loops.run(main())


def test_a_handler_sees_what_is_left_of_its_time(loops: Loops) -> None:
    class Careful(art.Actor):
        async def go(self) -> float | None:
            await asyncio.sleep(0)
            return self.ctx.remaining

    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            careful = rt.spawn(Careful)
            left = await careful.ask(Careful.go).within(100.0)
            assert left is not None and 0.0 < left <= 100.0
            assert await careful.ask(Careful.go) is None

    loops.run(main())


def test_a_failing_coroutine_fails_its_actor_and_answers(loops: Loops) -> None:
    class Fails(art.Actor):
        async def go(self) -> None:
            await asyncio.sleep(0)
            raise LookupError("in a task")

    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            fails = rt.spawn(Fails)
            with pytest.raises(LookupError):
                await fails.ask(Fails.go)
            await fails.ended()
            assert not fails.alive

    loops.run(main())


def test_errors_go_to_the_loops_exception_handler(loops: Loops) -> None:
    async def main() -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: seen.append(context))
        with art.Runtime() as rt, aio.attach(rt):
            counter = rt.spawn(Counter)
            counter.tell(Counter.fail, "told")
            await counter.ended()
            rt.on_error = raise_it
            other = rt.spawn(Counter)
            other.tell(Counter.fail, "hook")
            await other.ended()
            await asyncio.sleep(0)
        return seen

    def raise_it(error: BaseException, info: art.ErrorInfo) -> None:
        raise error

    told, hook = loops.run(main())
    assert str(told["exception"]) == "told" and told["method"] == "Counter.fail"
    assert str(hook["exception"]) == "hook"


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_interrupts_leave_the_loop_and_the_runtime_goes_on(loops: Loops, kind: type[BaseException]) -> None:
    class Interrupted(art.Actor):
        def go(self) -> None:
            raise kind

    rt = art.Runtime()
    counter = rt.spawn(Counter)

    async def main() -> None:
        aio.attach(rt)
        interrupted = rt.spawn(Interrupted)
        interrupted.tell(Interrupted.go)
        counter.tell(Counter.add)
        await asyncio.get_running_loop().create_future()

    loop = loops.new()
    try:
        task = loop.create_task(main())
        with pytest.raises(kind):
            loop.run_until_complete(task)

        async def after() -> int:
            return await counter.ask(Counter.add)

        assert loop.run_until_complete(after()) == 2
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(task)
    finally:
        rt.close()
        loop.close()


def test_a_timer_without_a_delay_does_not_wait_for_the_loops_grain(loops: Loops) -> None:
    class Hurried(art.Actor):
        def start(self, left: int, done: asyncio.Future[None]) -> None:
            if left:
                self.ctx.after(0.0, Hurried.start, left - 1, done)
            else:
                done.set_result(None)

    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt) as attachment:
            armed: list[float] = []
            attachment._arm = armed.append  # type: ignore[method-assign]
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            rt.spawn(Hurried).tell(Hurried.start, 100, done)
            await done
            assert not armed

    loops.run(main())


def test_a_clock_that_is_moved_wakes_the_loop(loops: Loops) -> None:
    async def main() -> None:
        clock = art.ManualClock()
        with art.Runtime(clock=clock) as rt, aio.attach(rt):
            counter = rt.spawn(Counter)
            answer = counter.ask(Counter.slowly, 1, 3600.0)
            for _ in range(5):
                await asyncio.sleep(0)
            clock.advance(3600.0)
            assert await answer == 1

    loops.run(main())


def test_host_calls_are_made_by_the_loop(loops: Loops) -> None:
    async def main() -> str:
        with art.Runtime() as rt, aio.attach(rt):
            with pytest.raises(LookupError):
                await rt.host_call({}.__getitem__, "missing")
            return await rt.host_call("yes".upper)

    assert loops.run(main()) == "YES"


def test_an_actor_hears_its_own_end_under_asyncio(loops: Loops) -> None:
    heard: list[object] = []

    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            recorder = rt.spawn(Recorder, heard)
            ended = recorder.ended()
            recorder.stop()
            assert (await ended).kind == "stopped"

    loops.run(main())
    assert heard == [art.StopCause("stopped")]


tenant: contextvars.ContextVar[str] = contextvars.ContextVar("tenant", default="nobody's")


class Tenants(art.Actor):
    def get(self) -> str:
        return tenant.get()

    def set(self, name: str) -> None:
        tenant.set(name)

    async def set_in_coroutine(self, name: str) -> None:
        tenant.set(name)

    async def get_later(self) -> str:
        await self.ctx.sleep(0.001)
        return tenant.get()

    def get_by_timer(self, answer: asyncio.Future[str]) -> None:
        self.ctx.after(0.02, Tenants.answer, answer)

    def answer(self, answer: asyncio.Future[str]) -> None:
        answer.set_result(tenant.get())


def test_handlers_see_the_context_of_attach_and_not_their_senders(loops: Loops) -> None:
    async def look(tenants: art.Ref[Tenants]) -> list[str]:
        tenant.set("the sender's")
        loop = asyncio.get_running_loop()
        timed: asyncio.Future[str] = loop.create_future()
        # Each way in which the loop is asked for a step: by this task, from another thread, by a timer.
        seen = [await tenants.ask(Tenants.get), await tenants.ask(Tenants.get_later)]
        remote = tenants.remote()
        context = contextvars.copy_context()
        seen.append(await loop.run_in_executor(None, lambda: context.run(lambda: remote.ask(Tenants.get).result())))
        tenants.tell(Tenants.get_by_timer, timed)
        seen.append(await timed)
        assert tenant.get() == "the sender's"
        return seen

    async def main() -> None:
        with art.Runtime() as rt:
            for expected in ("nobody's", "the host's"):
                # Only what was set before counts.
                with aio.attach(rt):
                    tenant.set("the host's")
                    sender = asyncio.get_running_loop().create_task(look(rt.spawn(Tenants)))
                    assert await sender == [expected] * 4

    loops.run(main())


def test_what_a_handler_sets_does_not_leak_into_the_sender(loops: Loops) -> None:
    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt):
            tenants = rt.spawn(Tenants)
            loop = asyncio.get_running_loop()
            timed: asyncio.Future[str] = loop.create_future()
            await tenants.ask(Tenants.get_by_timer, timed)
            await tenants.ask(Tenants.set, "the handler's")
            # All steps share one context, whatever causes them.
            remote = tenants.remote()
            seen = [await timed]
            await tenants.ask(Tenants.set_in_coroutine, "the coroutine's own")
            seen += [await tenants.ask(Tenants.get), await tenants.ask(Tenants.get_later)]
            seen.append(await loop.run_in_executor(None, lambda: remote.ask(Tenants.get).result()))
            assert seen == ["the handler's"] * 4
            assert tenant.get() == "nobody's"

    loops.run(main())


def test_another_thread_cannot_detach(loops: Loops) -> None:
    async def main() -> int:
        with art.Runtime() as rt, aio.attach(rt) as attachment:
            remote = rt.spawn(Counter).remote()
            loop = asyncio.get_running_loop()
            with pytest.raises(art.WrongThreadError):
                await loop.run_in_executor(None, attachment.detach)
            # Nothing of it happened: the loop still hears of other threads.
            return await loop.run_in_executor(None, lambda: remote.ask(Counter.add).result(timeout=10))

    assert loops.run(main()) == 1


def test_a_program_waits_until_it_is_asked_to_end() -> None:
    async def main() -> None:
        root = art.Supervisor(children=art.Intensity(0, 1.0))
        with art.Runtime(on_error=lambda error, info: None, root=root) as rt:
            with aio.attach(rt) as attachment:
                for _ in range(2):
                    asked = asyncio.ensure_future(attachment.shutdown())
                    await asyncio.sleep(0)
                    rt.supervise(art.Supervision(), Counter).tell(Counter.fail)
                    cause = await asked
                    assert cause.kind == "failed" and "on purpose" in (cause.reason or "")
                asked = asyncio.ensure_future(attachment.shutdown())
                await asyncio.sleep(0)
            with pytest.raises(art.ClosedError):
                await asked

    asyncio.run(main())


def test_the_jobs_of_a_pool_are_coroutines_of_the_loop(loops: Loops) -> None:
    class Worker(art.Actor):
        async def square(self, n: int) -> int:
            await asyncio.sleep(0)
            if n == 3:
                raise ValueError(n)
            return n * n

    async def main() -> list[int | BaseException]:
        with art.Runtime(on_error=lambda error, info: None) as rt, aio.attach(rt):
            pool = rt.pool(art.PoolSpec(settings=art.PoolSettings(size=2)), Worker)
            jobs = (pool.submit(Worker.square, n) for n in range(5))
            squares = await asyncio.gather(*jobs, return_exceptions=True)
            pool.drain()
            await pool.ended()
            return squares

    *squares, error, last = loops.run(main())
    assert squares == [0, 1, 4] and isinstance(error, ValueError) and last == 16


def test_a_handlers_task_that_is_cancelled_cancels_nobody_else(loops: Loops) -> None:
    class Waits(art.Actor):
        async def go(self) -> None:
            task = asyncio.current_task()
            assert task is not None
            asyncio.get_running_loop().call_soon(task.cancel)
            await asyncio.sleep(10.0)

    async def main() -> None:
        with art.Runtime(on_error=lambda error, info: None) as rt, aio.attach(rt):
            with pytest.raises(art.ReplyDropped, match="was cancelled"):
                await rt.spawn(Waits).ask(Waits.go)

    loops.run(main())


def test_a_clock_that_raises_is_reported_and_looked_at_again(loops: Loops) -> None:
    broken = [False]

    def clock() -> float:
        if broken[0]:
            raise LookupError("no clock")
        return 1.0

    async def main() -> None:
        told: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        with art.Runtime(clock=clock) as rt, aio.attach(rt):
            counter = rt.spawn(Counter)
            await asyncio.sleep(0)
            broken[0] = True
            answer = counter.ask(Counter.add, 1)
            await asyncio.sleep(0.05)
            broken[0] = False
            assert await answer == 1
        assert 1 <= len(told) <= 6 and all(isinstance(one["exception"], LookupError) for one in told)

    loops.run(main())


def test_a_budget_that_no_step_can_have_is_refused(loops: Loops) -> None:
    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt) as attachment:
            for wrong in ((0,), (2**32,), (1, -1.0), (1, math.inf), (1, math.nan), (1, 1e30)):
                with pytest.raises(ValueError, match="a budget is of"):
                    attachment.set_budget(*wrong)
            attachment.set_budget(1, 0.0)
            assert await rt.spawn(Counter).ask(Counter.add, 1) == 1

    loops.run(main())


def test_all_who_wait_for_the_end_are_told_of_it(loops: Loops) -> None:
    async def main() -> None:
        with art.Runtime() as rt, aio.attach(rt) as attachment:
            waits = [asyncio.ensure_future(attachment.shutdown()) for _ in range(2)]
            await asyncio.sleep(0)
            await rt.terminate()
            assert [(await wait).kind for wait in waits] == ["stopped", "stopped"]

    loops.run(main())
