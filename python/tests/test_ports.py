"""Output ports: values for whoever subscribes, and an account of what is lost."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from actors import Counter

import actor_rt as art


class Display(art.Actor):
    def __init__(self, shown: list[object]) -> None:
        self.shown = shown

    def show(self, what: object, lost: int) -> None:
        self.shown.append((what, lost))

    async def show_slowly(self, what: object, lost: int) -> None:
        await self.ctx.sleep(1.0)
        self.shown.append((what, lost))


@pytest.fixture
def shown() -> list[object]:
    return []


def test_values_come_in_order_to_all_who_want_them(rt: art.Runtime, shown: list[object]) -> None:
    port: art.OutputPort[int] = art.OutputPort(rt)
    one, other = rt.spawn(Display, shown), rt.spawn(Display, shown)
    port.subscribe(one, Display.show)
    port.subscribe(other, Display.show, lambda degrees: f"{degrees}°" if degrees % 2 == 0 else None)
    assert port.subscribers == 2
    assert [port.publish(degrees) for degrees in (1, 2)] == [1, 2]
    rt.run_until_idle()
    assert shown == [(1, 0), (2, 0), ("2°", 0)]


@pytest.mark.parametrize(
    ("overflow", "expected"),
    [("drop_oldest", [(4, 3), (5, 0)]), ("drop_newest", [(1, 0), (2, 0)])],
)
def test_a_slow_one_loses_values_and_hears_how_many(
    rt: art.Runtime, shown: list[object], overflow: str, expected: list[object]
) -> None:
    port: art.OutputPort[int] = art.OutputPort(rt)
    display = rt.spawn(Display, shown)
    port.subscribe(display, Display.show, capacity=2, overflow=overflow)  # type: ignore[call-overload]
    for number in range(1, 6):
        port.publish(number)
    rt.run_until_idle()
    assert shown == expected and rt.dead_letters == 3
    port.publish(6)
    rt.run_until_idle()
    assert shown[-1] == (6, 0 if overflow == "drop_oldest" else 3)


def test_a_coroutine_that_waits_is_slow_too(rt: art.Runtime, clock: art.ManualClock, shown: list[object]) -> None:
    port: art.OutputPort[int] = art.OutputPort(rt)
    display = rt.spawn(Display, shown)
    port.subscribe(display, Display.show_slowly, capacity=1)
    for number in range(4):
        port.publish(number)
        rt.run_until_idle()
    for _ in range(2):
        clock.advance(1.0)
        rt.run_until_idle()
    assert shown == [(0, 0), (3, 2)]


def test_one_that_cannot_keep_up_may_fail(rt: art.Runtime, shown: list[object]) -> None:
    port: art.OutputPort[int] = art.OutputPort(rt)
    display = rt.spawn(Display, shown)
    ended = display.ended()
    port.subscribe(display, Display.show, capacity=1, overflow="fail")
    port.publish(1)
    port.publish(2)
    rt.run_until_idle()
    assert ended.result().kind == "failed" and port.publish(3) == 0 and port.subscribers == 0


def test_who_unsubscribes_or_ends_is_forgotten(rt: art.Runtime, shown: list[object]) -> None:
    port: art.OutputPort[int] = art.OutputPort(rt)
    one, other = rt.spawn(Display, shown), rt.spawn(Display, [])
    subscription = port.subscribe(one, Display.show)
    port.subscribe(other, Display.show)
    port.publish(1)
    assert subscription.cancel() and not subscription.cancel()
    other.kill()
    rt.run_until_idle()
    assert shown == [] and port.publish(2) == 0 and port.subscribers == 0
    with pytest.raises(art.ActorStopped):
        port.subscribe(other, Display.show)


def test_a_conversion_that_fails_disturbs_nobody_else(rt: art.Runtime, shown: list[object]) -> None:
    errors: list[type] = []
    rt.on_error = lambda error, info: errors.append(type(error))
    port: art.OutputPort[int] = art.OutputPort(rt)
    display = rt.spawn(Display, shown)
    port.subscribe(display, Display.show, lambda number: 1 // number)
    port.subscribe(display, Display.show)
    assert port.publish(0) == 1
    rt.run_until_idle()
    assert shown == [(0, 0)] and errors == [ZeroDivisionError]


def test_a_conversion_may_use_the_port(rt: art.Runtime, shown: list[object]) -> None:
    port: art.OutputPort[int] = art.OutputPort(rt)
    display = rt.spawn(Display, shown)

    def convert(number: int) -> int | None:
        if number < 3:
            port.publish(number + 1)
            port.subscribe(display, Display.show, lambda number: None)
        return number

    subscription = port.subscribe(display, Display.show, convert)
    assert port.publish(1) == 1 and port.subscribers == 3
    rt.run_until_idle()
    assert shown == [(3, 0), (2, 0), (1, 0)] and subscription.cancel()


def test_a_destructor_of_a_lost_value_cannot_use_the_port_and_hears_so(rt: art.Runtime, shown: list[object]) -> None:
    port: art.OutputPort[object] = art.OutputPort(rt)
    errors: list[str] = []

    class Tells:
        def __del__(self) -> None:
            try:
                port.publish("from a destructor")
            except RuntimeError as error:
                errors.append(str(error))

    display = rt.spawn(Display, shown)
    port.subscribe(display, Display.show, capacity=1)
    port.publish(Tells())
    port.publish("next")
    rt.run_until_idle()
    assert len(errors) == 1 and "publishing already" in errors[0] and shown == [("next", 1)]


def test_what_makes_no_sense_is_refused(rt: art.Runtime, clock: art.ManualClock, shown: list[object]) -> None:
    port: art.OutputPort[int] = art.OutputPort(rt)
    display = rt.spawn(Display, shown)
    with pytest.raises(ValueError):
        port.subscribe(display, Display.show, capacity=0)
    with pytest.raises(ValueError):
        port.subscribe(display, Display.show, overflow="grow")  # type: ignore[call-overload]
    with art.Runtime(clock=clock) as other, pytest.raises(ValueError):
        port.subscribe(other.spawn(Display, shown), Display.show)
    rt.close()
    with pytest.raises(art.ClosedError):
        port.publish(1)


def test_a_subscription_keeps_nobody_alive(rt: art.Runtime) -> None:
    port: art.OutputPort[int] = art.OutputPort(rt)
    display = rt.spawn(Display, [])
    port.subscribe(display, Display.show)
    del display
    gc.collect()
    rt.run_until_idle()
    assert rt.actors == 0 and port.publish(1) == 0


@pytest.mark.parametrize("thread", ["owner", "another"])
def test_a_circle_through_a_port_is_collected(rt: art.Runtime, thread: str) -> None:
    class Source(art.Actor):
        def __init__(self) -> None:
            self.port: art.OutputPort[int] = art.OutputPort(self.ctx.runtime)

        def meet(self, display: art.Ref[Display]) -> None:
            me = self.ctx.ref
            self.port.subscribe(display, Display.show, lambda number: number if me.alive else None)
            self.port.publish(1)

    display, source = rt.spawn(Display, []), rt.spawn(Source)
    source.tell(Source.meet, display)
    rt.run_until_idle()
    display.kill()
    counter = rt.spawn(Counter)
    rt.run_until_idle()
    gone = weakref.ref(source)
    gc.disable()
    try:
        del source
        if thread == "owner":
            gc.collect()
        else:
            collector = threading.Thread(target=gc.collect)
            collector.start()
            collector.join()
    finally:
        gc.enable()
    rt.run_until_idle()
    assert gone() is None and rt.actors == 1 and rt.run_until(counter.ask(Counter.add)) == 1
