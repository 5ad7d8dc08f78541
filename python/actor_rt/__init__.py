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
from ._asking import Coalesce
from ._cause import StopCause
from ._clock import ManualClock
from ._core import Context, Forward, Progress, Ref, Remote, Reply, Sending, Timer, Watch, Watchdog, __version__
from ._errors import (
    ActorRtError,
    ActorStopped,
    AskCancelled,
    AskTimeout,
    ClosedError,
    ForeignAwaitError,
    ForkedError,
    InternalError,
    JobDiscarded,
    MailboxFull,
    NameTaken,
    NoQuorum,
    NoRoom,
    NotKept,
    NotReady,
    NotSpawned,
    ReentrantStepError,
    Refused,
    ReplyDropped,
    TryAgain,
    WouldDeadlock,
    WrongThreadError,
)
from ._failure import ErrorInfo
from ._groups import GroupEvent, NameEvent, RestartEvent
from ._inspect import Counts, DeadLetter, Stats, Trace
from ._lifecycle import ChildCounts, ChildEvent, ChildInfo, Escalation, Exit, Phase, Reaction, SystemMessage, Who
from ._limits import Backoff, Intensity, Rate
from ._messages import Askable, Function, on
from ._native import Library, NativeRef, get_include
from ._pool import Discarded, Job, JobPriority, Pool, PoolEvent, PoolKey, PoolSettings, PoolSpec, PoolStats, Reason
from ._port import OutputPort, Subscription
from ._runtime import Runtime
from ._supervision import Supervision, Supervisor
from ._watch import Busy, Heartbeat, Pulse, Water

__all__ = [
    "Actor",
    "ActorRtError",
    "ActorStopped",
    "AskCancelled",
    "AskTimeout",
    "Askable",
    "Backoff",
    "Busy",
    "ChildCounts",
    "ChildEvent",
    "ChildInfo",
    "ClosedError",
    "Coalesce",
    "Context",
    "Counts",
    "DeadLetter",
    "Discarded",
    "ErrorInfo",
    "Escalation",
    "Exit",
    "ForeignAwaitError",
    "ForkedError",
    "Forward",
    "Function",
    "GroupEvent",
    "Heartbeat",
    "Intensity",
    "InternalError",
    "Job",
    "JobDiscarded",
    "JobPriority",
    "Library",
    "MailboxFull",
    "ManualClock",
    "NameEvent",
    "NameTaken",
    "NativeRef",
    "NoQuorum",
    "NoRoom",
    "NotKept",
    "NotReady",
    "NotSpawned",
    "OutputPort",
    "Phase",
    "Pool",
    "PoolEvent",
    "PoolKey",
    "PoolSettings",
    "PoolSpec",
    "PoolStats",
    "Progress",
    "Pulse",
    "Rate",
    "Reaction",
    "Reason",
    "ReentrantStepError",
    "Ref",
    "Refused",
    "Remote",
    "Reply",
    "ReplyDropped",
    "RestartEvent",
    "Runtime",
    "Sending",
    "Stats",
    "StopCause",
    "Subscription",
    "Supervision",
    "Supervisor",
    "SystemMessage",
    "Timer",
    "Trace",
    "TryAgain",
    "Watch",
    "Watchdog",
    "Water",
    "Who",
    "WouldDeadlock",
    "WrongThreadError",
    "__version__",
    "get_include",
    "on",
    "reentrant",
]
