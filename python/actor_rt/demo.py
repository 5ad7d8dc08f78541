"""`python -m actor_rt.demo`: the library at work, in a few seconds and without anything else installed.

A shop on asyncio's loop: customers come by the clock, and each asks the till for a price and waits for the answer; the oven bakes in another
thread; the till is a supervised actor with a fault, which is restarted while the customers wait.
"""

from __future__ import annotations

import asyncio
import sys
import time

from . import _errors, aio
from ._actor import Actor
from ._core import Ref
from ._failure import ErrorInfo
from ._limits import Backoff, Intensity
from ._runtime import Runtime
from ._supervision import Supervision, Supervisor

PRICES = {"bread": 3, "cake": 12, "roll": 1}


def say(who: str, what: str) -> None:
    """A line with the seconds since the start."""
    print(f"{time.monotonic() - START:5.2f} s  {who:<10} {what}", flush=True)


START = time.monotonic()


class Oven(Actor):
    """Bakes in another thread: its own handlers go on meanwhile."""

    async def bake(self, what: str) -> str:
        return await self.ctx.offload(self.work, what)

    @staticmethod
    def work(what: str) -> str:
        time.sleep(0.3)
        return f"a warm {what}"


class Till(Actor):
    """Knows the prices. It fails at one of them."""

    def on_started(self) -> None:
        say("till", "opens")

    def price(self, what: str) -> int:
        return PRICES[what]

    def sell(self, what: str) -> None:
        say("till", f"sells {what} for {self.price(what)}")


class Customer(Actor):
    """Comes every now and then."""

    def __init__(self, name: str, wish: str, till: Ref[Till], oven: Ref[Oven], every: float) -> None:
        self.name = name
        self.wish = wish
        self.till = till
        self.oven = oven
        self.ctx.every(every, Customer.come)

    async def come(self) -> None:
        try:
            price = await self.till.ask(Till.price, self.wish).within(1.0)
        except (_errors.ActorRtError, KeyError) as error:
            say(self.name, f"gets no price for {self.wish}: {error!r}")
            return
        what = await self.oven.ask(Oven.bake, self.wish)
        say(self.name, f"takes {what}, and pays {price}")
        self.till.tell(Till.sell, self.wish)


failures: list[BaseException] = []


def failed(error: BaseException, info: ErrorInfo) -> None:
    """What became of an exception: the till is gone, and comes back."""
    failures.append(error)
    say("runtime", f"{info.method} raised {error!r}: its supervisor starts it anew")


async def main(seconds: float) -> None:
    """Run the shop."""
    with Runtime(on_error=failed, root=Supervisor(children=Intensity(100, 1.0))) as rt, aio.attach(rt):
        care = Supervision(backoff=Backoff(0.2, 1.0), restart="permanent")
        till, oven = rt.supervise(care, Till), rt.spawn(Oven)
        customers = [
            rt.spawn(Customer, "Ada", "bread", till, oven, 0.5),
            rt.spawn(Customer, "Grace", "cake", till, oven, 0.8),
            rt.spawn(Customer, "Edsger", "unicorn", till, oven, 1.3),
        ]
        await asyncio.sleep(seconds)
        assert till.alive
        say("runtime", f"{rt.actors} actors live, {len(failures)} failures were survived: closing")
        del customers


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 4.0))
