"""Counts words, by an actor in Rust, on the loop you already have.

    from tally import Tally, actor_rt

    with actor_rt.Runtime() as rt:
        tally = Tally(rt)
        tally.add("to be or not to be")
        print(rt.run_until(tally.top(2)))
"""

# First: it has the native half of actor_rt in it.
from ._native import Tally
from . import actor_rt

__all__ = ["Tally", "actor_rt"]
