"""What type-checks, and the types that come out."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from typing_extensions import assert_type

import actor_rt as art
from actor_rt import aio, packed, testing


class Counter(art.Actor):
    def __init__(self, start: int = 0) -> None:
        self.count = start

    def add(self, n: int, *, twice: bool = False) -> int:
        self.count += n * (2 if twice else 1)
        timer = self.ctx.after(0.5, Counter.report)
        assert_type(timer, art.Timer)
        return self.count

    def report(self) -> None:
        self.ctx.log.info("count=%d", self.count)

    async def sum_with(self, other: art.Ref[Counter]) -> int:
        await self.ctx.sleep(0.1)
        return self.count + await other.ask(Counter.add, 0)

    def failed(self, error: BaseException) -> None:
        self.ctx.stop()

    def ask_other(self, other: art.Ref[Counter]) -> None:
        other.ask(Counter.add, 1).then(Counter.got, Counter.failed)

    def got(self, total: int) -> None:
        assert_type(self.ctx.spawn(Sub, 1), art.Ref[Sub])

    @art.reentrant
    async def overtakes(self) -> str:
        return "now"

    def on_stop(self, cause: art.StopCause) -> None:
        if cause.kind == "failed":
            assert_type(cause.error, "BaseException | None")


class Sub(Counter):
    pass


class Watcher(art.Actor):
    """Every hook, as a class writes it."""

    async def on_prepare(self) -> None:
        await self.ctx.sleep(0.1)

    def on_started(self) -> None:
        assert_type(self.ctx.supervise(art.Supervision(), Sub, 1), art.Ref[Sub])
        self.ctx.start_timer(1, 0.5)
        self.ctx.start_interval(2, 1.0, first=0.0, missed="skip")
        assert_type(self.ctx.stop_timer(1), bool)
        self.ctx.keep_running()
        self.ctx.trap_exits(False)

    def on_restart(self, cause: art.StopCause) -> None:
        assert_type(cause.reason, "str | None")

    async def on_stop(self, cause: art.StopCause) -> None:
        await self.ctx.sleep(0.1)

    async def on_child(self, event: art.ChildEvent) -> None:
        if event.kind == "ended":
            assert_type(event.cause, "art.StopCause | None")

    def child_escalated(self, event: art.ChildEvent) -> art.Escalation:
        return "stop" if event.phase == "stopping" else "ignore"

    def on_system(self, message: art.SystemMessage) -> art.Reaction | None:
        return "handled" if message == "terminate" else None

    def on_timer(self, number: int, ticks: int) -> None:
        pass

    def on_run(self) -> float | None:
        return 0.5

    def on_exit(self, exit: art.Exit) -> None:
        assert_type(exit.id, int)


def hook(error: BaseException, info: art.ErrorInfo) -> None:
    print(error, info.actor, info.method, info.asked)


def anybody(counter: art.Ref[Counter]) -> None:
    counter.tell(Counter.report)


def program() -> None:
    clock = art.ManualClock()
    with art.Runtime(clock=clock, on_error=hook) as rt:
        counter = rt.spawn(Counter, start=5)
        assert_type(counter, art.Ref[Counter])
        counter.tell(Counter.add, 3, twice=True)
        assert_type(counter.ask(Counter.add, 1), art.Reply[int])
        assert_type(counter.ask(Counter.add, 1).within(0.5), art.Reply[int])
        assert_type(counter.ask(Counter.sum_with, counter), art.Reply[int])
        assert_type(counter.ask(Counter.overtakes), art.Reply[str])
        assert_type(counter.ended(), art.Reply[art.StopCause])
        assert_type(counter.remote(), art.Remote[Counter])
        assert_type(counter.remote().ask(Counter.add, 1), "Future[int]")
        forward = counter.fwd(Counter.add)
        forward(3, twice=True)
        anybody(rt.spawn(Sub))
        assert_type(rt.run_until(counter.ask(Counter.add, 1)), int)
        assert_type(rt.step(max_messages=1).more, bool)


def services(rt: art.Runtime, boss: art.Ref[Counter]) -> None:
    careful = art.Supervision(restart="permanent", backoff=art.Backoff(0.1, 5.0, 2.0, 0.2), strategy="one_for_all")
    assert_type(rt.supervise(careful, Counter, start=5), art.Ref[Counter])
    assert_type(rt.supervise_under(boss, art.Supervision(), Sub, 1), art.Ref[Sub])
    rt.register("counter", boss)
    rt.join_group("counters", boss)
    assert_type(rt.tell_group("counters", Counter.add, 3, twice=True), int)
    boss.set_mailbox(16, overflow="drop_oldest", rate=art.Rate(100, 1.0))
    boss.link(rt.spawn(Sub))
    assert_type(boss.pause(), bool)
    assert_type(boss.ping(), art.Reply[float])
    assert_type(rt.watchdog().busy(), "art.Busy | None")
    rt.heartbeat(5.0, lambda pulse: print(pulse.actor, pulse.latency), patience=2).stop()
    rt.set_byte_budget(1 << 18, 1 << 20, lambda water: print(water.is_high, water.busiest))
    rt.set_byte_budget(1, 2, None)
    print(rt.lookup("counter"), rt.members("counters"), boss.children(), rt.children(), rt.snapshot()["actors"])


def tree(rt: art.Runtime, boss: art.Ref[Counter]) -> None:
    rt.set_root_supervisor(art.Supervisor(strategy="rest_for_one", children=art.Intensity(3, 60.0, anchored=True)))
    rt.set_supervisor(boss, art.Supervisor())
    rt.on_root_escalation(lambda event: print(event.cause))
    rt.on_root_escalation(None)
    assert_type(rt.terminate(deadline=3.0), art.Reply[list[art.Who]])
    assert_type(rt.start_all(1.0), art.Reply[list[art.Who]])
    assert_type(rt.child_list(boss), list[art.ChildInfo])
    assert_type(rt.count_children().active, int)
    rt.adopt(boss)
    assert_type(rt.stop_children(boss), art.Reply[None])
    assert_type(rt.terminate_child(boss), art.Reply[art.Exit])
    assert_type(rt.exit_after(boss, 1.0), art.Timer)
    assert_type(rt.spawn_named("counter", Counter, start=5), art.Ref[Counter])
    assert_type(boss.id, int)
    print(rt.ref(boss.id), rt.restart_child(boss.id), rt.delete_child(boss), rt.supervisor_of(boss), rt.send_system_all("start"))
    assert_type(rt.run(), "art.StopCause | None")


def pools(rt: art.Runtime) -> None:
    settings = art.PoolSettings(size=4, in_flight=2, discard="oldest", limit=lambda stats: 10 * stats.size)
    spec = art.PoolSpec(settings=settings, router=lambda key, size: 0, on_discard=print, on_event=lambda event: print(event.kind))
    pool = rt.pool(spec, Counter, start=5)
    assert_type(pool, art.Pool[Counter])
    assert_type(pool.submit(Counter.add, 1, key="ada", priority="high", ttl=5.0, retries=2), art.Reply[int])
    assert_type(pool.submit(Counter.overtakes), art.Reply[str])
    pool.tell(Counter.report, key=7)
    assert_type(pool.stats(), art.Reply[art.PoolStats])
    assert_type(pool.set_size(3), art.Reply[int])
    assert_type(pool.workers(), list[art.Ref[Counter]])
    error = pool.submit(Counter.add, 1).exception()
    if isinstance(error, art.JobDiscarded) and error.reason == "load_shed":
        pool.drain()


def asking(rt: art.Runtime, counters: list[art.Ref[Sub]]) -> None:
    assert_type(rt.ask_all(counters, Counter.add, 1), "art.Reply[list[int | BaseException]]")
    assert_type(rt.ask_first(counters, Counter.overtakes, within=1.0), art.Reply[str])
    assert_type(rt.ask_quorum(2, counters, Counter.add, 1), "art.Reply[list[int | BaseException]]")
    counter = counters[0]
    assert_type(counter.ask(Counter.add, 1).map(str), art.Reply[str])
    counter.ask(Counter.add, 1).forward(counter.fwd(Counter.got))
    counter.ask(Counter.overtakes).forward(counter.fwd(Counter.got), len)
    coalesce: art.Coalesce[str, int] = art.Coalesce()
    assert_type(coalesce.join("one", lambda: counter.ask(Counter.add, 1)), art.Reply[int])


def mailboxes(counter: art.Ref[Counter], sub: art.Ref[Sub]) -> None:
    assert_type(counter.offer(Counter.add, 1, within=2.0), art.Reply[None])
    assert_type(counter.room(16), art.Reply[None])
    assert_type(counter.sending(priority="high", ttl=1.0), art.Sending[Counter])
    assert_type(counter.sending().ask(Counter.add, 1, twice=True), art.Reply[int])
    counter.set_mailbox(4, overflow=sub)


class Shown(art.Actor):
    def show(self, degrees: int, lost: int) -> None: ...

    def read(self, text: str, lost: int) -> None: ...

    def joined(self, event: art.GroupEvent) -> None: ...


def groups_and_ports(rt: art.Runtime, shown: art.Ref[Shown]) -> None:
    port: art.OutputPort[int] = art.OutputPort(rt)
    assert_type(port.subscribe(shown, Shown.show, capacity=2, overflow="drop_newest"), art.Subscription)
    port.subscribe(shown, Shown.read, lambda degrees: f"{degrees}°" if degrees > 0 else None)
    assert_type(port.publish(21), int)
    assert_type(rt.watch_group("all", shown.fwd(Shown.joined), scope="north"), art.Watch)
    rt.watch_scope(None, lambda event: print(event.group))
    rt.watch_name("boss", lambda event: print(event.actor))
    rt.watch_restarts(shown, lambda event: print(event.restarts))
    assert_type(rt.names(), dict[str, art.Ref[Any]])


async def on_asyncio(rt: art.Runtime) -> int:
    async with aio.attach(rt):
        return await rt.spawn(Counter).ask(Counter.add, 1)


def on_a_thread(remote: art.Remote[Counter]) -> Future[int]:
    remote.tell(Counter.report)
    return remote.ask(Counter.add, 2)


class Add(art.Askable[int]):
    n: int = 1


class Receiver(art.Actor):
    @art.on(Add)
    def add(self, message: Add) -> int:
        return message.n

    def receive(self, message: object) -> None:
        self.ctx.every(1.0, Receiver.receive, message)

    async def work(self) -> str:
        total = await self.ctx.offload(sum, [1, 2])
        assert_type(total, int)
        return await self.ctx.host_call(str.upper, "yes")


def values(rt: art.Runtime) -> None:
    receiver = rt.spawn(Receiver)
    receiver.send(Add())
    assert_type(receiver.ask(Add()), art.Reply[int])
    assert_type(receiver.ask(Receiver.add, Add()), art.Reply[int])
    assert_type(receiver.remote().ask(Add()), "Future[int]")
    assert_type(receiver.ask(Receiver.work), art.Reply[str])
    assert_type(rt.offload(str, 7), art.Reply[str])
    shout = rt.spawn(art.Function, str.upper)
    shout.send("hello")


def kit() -> None:
    with testing.VirtualRuntime(seed=7) as rt:
        assert_type(rt, testing.VirtualRuntime)
        probe = testing.Probe(rt, Counter)
        assert_type(probe.ref, art.Ref[Counter])
        probe.answer(Counter.add, 7)
        probe.answer(Counter.add, ValueError("none"))
        probe.expect(Counter.add, 1, twice=True)
        assert_type(rt.run_until(probe.ref.ask(Counter.add, 1)), int)


class Place(packed.Struct):
    x: packed.i32
    y: packed.i32


class Go(packed.Struct, art.Askable[packed.f64], tag="walker.go"):
    where: Place
    fast: packed.flag = False


class Walker(art.Actor):
    @art.on(Go)
    def go(self, message: Go) -> float:
        assert_type(message.where.x, int)
        return 1.5

    @art.on(packed.Packet)
    def other(self, packet: packed.Packet) -> None:
        assert_type(packet.data, bytes)


def natives(rt: art.Runtime) -> None:
    walker = rt.native_ref(rt.spawn(Walker).id)
    assert_type(walker, art.NativeRef)
    walker.send(Go(Place(1, 2)))
    walker.tell("walker.stop")
    walker.tell(7, memoryview(b"bytes"))
    assert_type(walker.ask(Go(Place(1, 2), fast=True), within=1.0), art.Reply[float])
    assert_type(walker.ask("walker.where", b"now"), art.Reply[bytes])
    assert_type(walker.ended(), art.Reply[art.Exit])
    assert_type(Go.unpack(b"").where, Place)
    library = rt.load_library("libwalkers.so")
    assert_type(library.spawn("walker", Place(1, 2)), art.NativeRef)
    assert_type(art.get_include(), str)
    assert_type(packed.tag("walker.go"), int)
