"""Actors on the event loop you already have.

    class Counter(Actor):
        def __init__(self, start: int = 0) -> None:
            self.count = start

        def add(self, n: int) -> int:
            self.count += n
            return self.count

    with Runtime() as rt:
        counter = rt.spawn(Counter, 5)
        counter.tell(Counter.add, 3)
        total = counter.ask(Counter.add, 1)
        rt.run_until_idle()
        assert total.result() == 9

`actor_rt.aio.attach(rt)` runs it on asyncio's loop.
"""

from ._actor import Actor, reentrant
from ._cause import StopCause
from ._clock import ManualClock
from ._core import Context, Forward, Progress, Ref, Remote, Reply, Timer, Watchdog, __version__
from ._errors import (
    ActorRtError,
    ActorStopped,
    AskCancelled,
    AskTimeout,
    ClosedError,
    ForeignAwaitError,
    ForkedError,
    InternalError,
    NameTaken,
    NotKept,
    NotReady,
    NotSpawned,
    ReentrantStepError,
    Refused,
    ReplyDropped,
    WouldDeadlock,
    WrongThreadError,
)
from ._failure import ErrorInfo
from ._lifecycle import ChildCounts, ChildEvent, ChildInfo, Escalation, Exit, Phase, Reaction, SystemMessage, Who
from ._runtime import Runtime
from ._supervision import Supervision, Supervisor
from ._watch import Busy, Heartbeat, Pulse, Water

__all__ = [
    "Actor",
    "ActorRtError",
    "ActorStopped",
    "AskCancelled",
    "AskTimeout",
    "Busy",
    "ChildCounts",
    "ChildEvent",
    "ChildInfo",
    "ClosedError",
    "Context",
    "ErrorInfo",
    "Escalation",
    "Exit",
    "ForeignAwaitError",
    "ForkedError",
    "Forward",
    "Heartbeat",
    "InternalError",
    "ManualClock",
    "NameTaken",
    "NotKept",
    "NotReady",
    "NotSpawned",
    "Phase",
    "Progress",
    "Pulse",
    "Reaction",
    "ReentrantStepError",
    "Ref",
    "Refused",
    "Remote",
    "Reply",
    "ReplyDropped",
    "Runtime",
    "StopCause",
    "Supervision",
    "Supervisor",
    "SystemMessage",
    "Timer",
    "Watchdog",
    "Water",
    "Who",
    "WouldDeadlock",
    "WrongThreadError",
    "__version__",
    "reentrant",
]
