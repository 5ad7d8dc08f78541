"""What holds on every loop. Each test runs on each of the chosen loops (`hosts.py`)."""

from __future__ import annotations

import logging
import os
import signal
import threading
from typing import Any, Callable, Iterator

import pytest
from hosts import CHOSEN, HOSTS, LIMIT, Host

import actor_rt as art
from actor_rt._pump import Pump


@pytest.fixture(params=CHOSEN)
def host(request: pytest.FixtureRequest) -> Host:
    return HOSTS[request.param]()


@pytest.fixture
def rt() -> Iterator[art.Runtime]:
    with art.Runtime() as runtime:
        yield runtime


class Actor(art.Actor):
    """Does what a test says."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    def do(self, function: Callable[..., object], *args: object) -> object:
        return function(*args)

    def hear(self, what: object) -> None:
        self.heard.append(what)

    async def wait(self, seconds: float) -> str:
        await self.ctx.sleep(seconds)
        return "waited"

    def flood(self, other: art.Ref[Actor]) -> None:
        other.tell(Actor.flood, self.ctx.ref)


class Run:
    """One run of a loop with a runtime: left when `done`, or with an error when it takes too long."""

    def __init__(self, host: Host, rt: art.Runtime) -> None:
        self.host = host
        self.rt = rt
        self.pumps = 0
        self.attachment: Any = None
        self.error: BaseException | None = None
        self.left = False

    def __call__(self, begin: Callable[[], object]) -> None:
        def began(attachment: Pump) -> None:
            self.attachment = attachment
            self.host.later(LIMIT, self.late)
            self.checked(begin)

        self.left = False
        self.host.run(self.rt, began)
        if self.error is not None:
            raise self.error

    def checked(self, function: Callable[[], object]) -> None:
        """In a callback of the loop's, which may lose what is raised."""
        try:
            function()
        except BaseException as error:
            self.error = error
            self.host.quit()

    def later(self, seconds: float, function: Callable[[], object]) -> None:
        self.host.later(seconds, lambda: self.checked(function))

    def late(self) -> None:
        if not self.left:
            self.error = TimeoutError("the loop was not left in time")
            self.host.quit()

    def done(self, *_: object) -> None:
        self.left = True
        self.host.quit()


@pytest.fixture
def run(host: Host, rt: art.Runtime, monkeypatch: pytest.MonkeyPatch) -> Run:
    one = Run(host, rt)
    pump = Pump._pump

    def counting(self: Pump) -> None:
        one.pumps += 1
        pump(self)

    monkeypatch.setattr(Pump, "_pump", counting)
    return one


def test_messages_and_coroutines_run(rt: art.Runtime, run: Run) -> None:
    actor = rt.spawn(Actor)
    answer = actor.ask(Actor.wait, 0.001)

    def begin() -> None:
        answer.add_done_callback(run.done)

    run(begin)
    assert answer.result() == "waited"


def test_what_was_sent_before_attaching_is_handled(rt: art.Runtime, run: Run) -> None:
    heard: list[object] = []
    actor = rt.spawn(Actor)
    actor.tell(Actor.do, heard.append, "sent")
    remote = actor.remote()
    thread = threading.Thread(target=lambda: remote.tell(Actor.do, run.done))
    thread.start()
    thread.join()
    run(lambda: None)
    assert heard == ["sent"]


def test_a_burst_of_another_thread_is_one_pump(rt: art.Runtime, run: Run) -> None:
    heard: list[object] = []
    remote = rt.spawn(Actor).remote()

    def burst() -> None:
        for n in range(1000):
            remote.tell(Actor.do, heard.append, n)
        remote.tell(Actor.do, run.done)

    def begin() -> None:
        run.attachment.set_budget(1_000_000, None)
        run.later(0.02, send)

    def send() -> None:
        # The loop is not there to hear of it meanwhile.
        run.pumps = 0
        thread = threading.Thread(target=burst)
        thread.start()
        thread.join()

    run(begin)
    assert heard == list(range(1000)) and run.pumps == 1


def test_a_sleeping_loop_is_woken_by_another_thread(rt: art.Runtime, run: Run) -> None:
    remote = rt.spawn(Actor).remote()
    answers: list[object] = []

    def ask() -> None:
        for n in range(20):
            answers.append(remote.ask(Actor.do, str, n).result(LIMIT))
        remote.tell(Actor.do, run.done)

    thread = threading.Thread(target=ask)
    run(thread.start)
    thread.join()
    assert answers == [str(n) for n in range(20)]


@pytest.mark.parametrize("delay", [0.0004, 0.0014, 0.0019, 0.0104, 0.1])
def test_timers_are_never_early_and_do_not_spin(rt: art.Runtime, run: Run, delay: float) -> None:
    class Timed(art.Actor):
        def arm(self) -> None:
            self.armed = self.ctx.now
            self.ctx.after(delay, Timed.ring)

        def ring(self) -> None:
            self.rang = self.ctx.now
            run.done()

        def took(self) -> float:
            return self.rang - self.armed

    timed = rt.spawn(Timed)

    def arm() -> None:
        run.pumps = 0
        timed.tell(Timed.arm)

    run(lambda: run.later(0.01, arm))
    assert run.pumps <= 6, "pumps for one timer"
    assert rt.run_until(timed.ask(Timed.took)) >= delay


def test_a_callback_of_the_loops_arms_an_earlier_timer(rt: art.Runtime, run: Run) -> None:
    actor = rt.spawn(Actor)

    class Sleeper(art.Actor):
        def arm(self, seconds: float) -> None:
            self.ctx.after(seconds, Sleeper.ring)

        def ring(self) -> None:
            run.done()

    sleeper = rt.spawn(Sleeper)
    sleeper.tell(Sleeper.arm, 10 * LIMIT)

    def begin() -> None:
        run.later(0.02, lambda: sleeper.tell(Sleeper.arm, 0.01))

    run(begin)
    assert actor.alive


def test_timers_without_a_delay_come_one_a_step(rt: art.Runtime, run: Run) -> None:
    class Hurried(art.Actor):
        def start(self, left: int) -> None:
            if left:
                self.ctx.after(0.0, Hurried.start, left - 1)
            else:
                run.done()

    hurried = rt.spawn(Hurried)
    run(lambda: hurried.tell(Hurried.start, 50))
    assert run.pumps <= 54


def test_a_flood_leaves_the_loop_its_turns(rt: art.Runtime, run: Run) -> None:
    one, two = rt.spawn(Actor), rt.spawn(Actor)
    between: list[int] = []

    def turn(pumps: int) -> None:
        between.append(run.pumps - pumps)
        if sum(between) < 10:
            pumps = run.pumps
            run.later(0.0, lambda: turn(pumps))
        else:
            run.done()

    def begin() -> None:
        one.tell(Actor.flood, two)
        two.tell(Actor.flood, one)
        run.later(0.0, lambda: turn(run.pumps))

    run(begin)
    # A callback of the loop's own waits for a pump or two, each of which is bounded.
    assert max(between) <= 4


def test_attaching_again_does_nothing_and_detaching_twice_neither(rt: art.Runtime, run: Run, host: Host) -> None:
    actor = rt.spawn(Actor)
    for round in range(3):
        run(lambda: actor.tell(Actor.do, run.done))
        # Not attached: it is run by hand.
        assert rt.run_until(actor.ask(Actor.do, str, round)) == str(round)

    def begin() -> None:
        again = host.attach(rt)
        if again is not None:
            assert again is run.attachment
        for refused in (rt.step, rt.run, rt.run_until_idle):
            with pytest.raises(art.ReentrantStepError, match="a host's loop runs this runtime"):
                refused()
        run.attachment.detach()
        run.attachment.detach()
        rt.run_until_idle()
        run.done()

    run(begin)


@pytest.mark.parametrize("how", ["detach", "close"])
def test_a_handler_may_leave_the_loop_or_close(rt: art.Runtime, run: Run, how: str) -> None:
    actor = rt.spawn(Actor)
    late: list[object] = []

    def leave() -> None:
        rt.close() if how == "close" else run.attachment.detach()

    def begin() -> None:
        actor.tell(Actor.do, leave)
        actor.tell(Actor.do, late.append, "late")
        run.later(0.05, run.done)

    run(begin)
    assert rt.closed == (how == "close")
    if how == "detach":
        rt.run_until_idle()
        assert late == ["late"]


def test_an_exception_does_not_reach_the_loop(
    rt: art.Runtime, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(art.Actor):
        def fail(self) -> None:
            raise ValueError("on purpose")

    def hook(error: BaseException, info: art.ErrorInfo) -> None:
        raise LookupError("the hook fails, too")

    def begin() -> None:
        rt.spawn(Broken).tell(Broken.fail)
        run.later(0.02, again)

    def again() -> None:
        rt.on_error = hook
        rt.spawn(Broken).tell(Broken.fail)
        run.later(0.02, run.done)

    with caplog.at_level(logging.ERROR):
        run(begin)
    shown = [record.exc_info[1] for record in caplog.records if record.exc_info]
    assert [type(error) for error in shown] == [ValueError, LookupError]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_in_a_handler_leaves_the_loop_and_the_runtime_goes_on(
    rt: art.Runtime, run: Run, kind: type[BaseException]
) -> None:
    heard: list[object] = []
    actor = rt.spawn(Actor)

    def interrupt() -> None:
        raise kind

    def begin() -> None:
        actor.tell(Actor.do, interrupt)
        actor.tell(Actor.do, heard.append, "next")

    with pytest.raises(kind):
        run(begin)
    assert actor.alive
    rt.run_until_idle()
    assert heard == ["next"]


def test_an_interrupt_wakes_a_sleeping_loop(rt: art.Runtime, run: Run) -> None:
    actor = rt.spawn(Actor)
    timers: list[threading.Timer] = []

    def begin() -> None:
        actor.tell(Actor.do, print)
        timers.append(threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)))
        timers[0].start()

    with pytest.raises(KeyboardInterrupt):
        run(begin)
    timers[0].join()
    assert rt.run_until(actor.ask(Actor.do, str, 1)) == "1"


def test_a_host_call_may_run_the_loop_inside_of_itself(rt: art.Runtime, run: Run, host: Host) -> None:
    actor, other = rt.spawn(Actor), rt.spawn(Actor)
    heard: list[object] = []

    def dialog() -> str:
        # The runtime goes on in there.
        answer = other.ask(Actor.wait, 0.005)
        if not host.nested(answer.done):
            return "no loop inside of this one"
        return answer.result()

    class Form(art.Actor):
        async def open(self) -> None:
            heard.append(await self.ctx.host_call(dialog))
            run.done()

    form = rt.spawn(Form)
    run(lambda: form.tell(Form.open))
    assert heard in (["waited"], ["no loop inside of this one"]) and actor.alive


def test_a_loop_inside_of_a_handler_does_not_step_nor_spin(rt: art.Runtime, run: Run, host: Host) -> None:
    actor = rt.spawn(Actor)
    remote = actor.remote()
    heard: list[object] = []
    ended: list[object] = []

    def dialog() -> None:
        run.pumps = 0
        actor.tell(Actor.do, heard.append, "own")
        thread = threading.Thread(target=lambda: remote.tell(Actor.do, heard.append, "remote"))
        thread.start()
        thread.join()
        host.later(0.1, lambda: ended.append(True))
        host.nested(lambda: bool(ended))
        assert not heard and run.pumps <= 4
        remote.tell(Actor.do, run.done)

    answer = actor.ask(Actor.do, dialog)
    run(lambda: None)
    assert answer.exception() is None and heard == ["own", "remote"]


def test_loops_over_what_is_ready_end_while_an_actor_always_has_work(rt: art.Runtime, run: Run, host: Host) -> None:
    actor = rt.spawn(Actor)
    ended: list[str] = []

    def again() -> None:
        if not ended:
            actor.tell(Actor.do, again)

    def begin() -> None:
        actor.tell(Actor.do, again)
        run.later(0.02, run_ready)

    def run_ready() -> None:
        # They never did on Tk and GLib: each idle call made the next one.
        host.run_ready()
        ended.append("it came back")
        run.done()

    run(begin)
    assert ended == ["it came back"]
