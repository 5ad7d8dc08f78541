"""Actors that several tests use."""

from __future__ import annotations

from multiprocessing.connection import Connection

import actor_rt as art


class Counter(art.Actor):
    def __init__(self, start: int = 0) -> None:
        self.count = start

    def add(self, n: int = 1, *, twice: bool = False) -> int:
        self.count += n * (2 if twice else 1)
        return self.count

    def fail(self, text: str = "on purpose") -> None:
        raise ValueError(text)

    def myself(self) -> art.Ref[Counter]:
        return self.ctx.ref

    def refuse(self) -> None:
        raise art.Refused("not today")

    async def slowly(self, n: int, delay: float = 1.0) -> int:
        await self.ctx.sleep(delay)
        return self.add(n)


class Recorder(art.Actor):
    """Writes down what it hears."""

    def __init__(self, heard: list[object]) -> None:
        self.heard = heard

    def hear(self, what: object) -> None:
        self.heard.append(what)

    def on_stop(self, cause: art.StopCause) -> None:
        self.heard.append(cause)


class Failing(art.Actor):
    def fail(self, text: str = "a fault") -> None:
        raise ValueError(text)

    def stop_me(self) -> None:
        self.ctx.stop()


class Diary(Failing):
    """Writes down what it is told. `heard` outlives its incarnations."""

    def __init__(self, heard: list[object]) -> None:
        self.heard = heard
        heard.append("init")

    def note(self, what: object) -> None:
        self.heard.append(what)

    def on_started(self) -> None:
        self.heard.append("started")

    def on_restart(self, cause: art.StopCause) -> None:
        self.heard.append(("restart", cause.kind, str(cause.error)))


def count_up(n: int, answer: Connection) -> None:
    """What a child process does: count in a runtime of its own, and send the count."""
    with art.Runtime() as rt:
        counter = rt.spawn(Counter)
        for _ in range(n):
            counter.tell(Counter.add)
        answer.send(rt.run_until(counter.ask(Counter.add, 0)))
    answer.close()
