"""What must not type-check: each line says which errors it has. A comment without its error is an error itself."""

from __future__ import annotations

import actor_rt as art


class Counter(art.Actor):
    def __init__(self, start: int = 0) -> None:
        self.count = start

    def add(self, n: int) -> int:
        return self.count + n


class Other(art.Actor):
    def other(self) -> None: ...

    def later(self) -> None:
        self.ctx.after(1.0, Counter.add, 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class Wrong(art.Actor):
    def on_timer(self, number: str, ticks: int) -> None: ...  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]

    def child_escalated(self, event: art.ChildEvent) -> art.Escalation:
        return "maybe"  # type: ignore[return-value]  # pyright: ignore[reportReturnType]

    async def on_run(self) -> float: ...  # type: ignore[override,empty-body]  # pyright: ignore[reportIncompatibleMethodOverride]


class Plain:
    pass


def program(rt: art.Runtime) -> None:
    counter = rt.spawn(Counter)
    counter.tell(Counter.add, "3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    counter.tell(Counter.add)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    counter.tell(Counter.missing)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownArgumentType]
    counter.tell(Other.other)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rt.spawn(Counter, "5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rt.spawn(Plain)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    counter.add(3)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType]
    text: str = rt.run_until(counter.ask(Counter.add, 1))  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    forward = counter.fwd(Counter.add)
    forward("3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    counter.remote().tell(Other.other)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rt.supervise(art.Supervision(), Counter, "5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rt.supervise(art.Supervision(restart="never"), Counter)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rt.tell_group("counters", Counter.add, "3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    counter.set_mailbox(1, overflow="never")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rt.send_system(counter, "dance")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rt.set_root_supervisor(art.Supervision())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rt.spawn_named("counter", Counter, "5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rt.ref("counter")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    counter.offer(Counter.add, "3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    counter.sending(priority="urgent")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    counter.set_mailbox(1, overflow=rt.spawn(Other))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rt.pool(art.PoolSpec(), Plain)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    pool = rt.pool(art.PoolSpec(router="round_robin"), Counter)
    pool.submit(Counter.add, "3")  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue,reportArgumentType]
    pool.submit(Counter.add, 3, key=1.5)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue,reportArgumentType]
    pool.tell(Other.other)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rt.ask_all([counter], Counter.add, "3")  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue,reportArgumentType]
    port: art.OutputPort[str] = art.OutputPort(rt)
    port.subscribe(counter, Counter.add)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    port.publish(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    counter.ask("add")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue,reportArgumentType]
    rt.offload(len, 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rt.host_call(len, 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    native = rt.native_ref("name")
    native.send("text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    native.tell("name", 7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    native.tell("name", "text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    rt.native_ref(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    print(text)
