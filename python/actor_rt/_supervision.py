"""`Supervision`: how an actor is restarted, ended, and supervises others. `Supervisor`: the last of it alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ._limits import Backoff, Intensity


@dataclass(frozen=True)
class Supervision:
    """How an actor is supervised: for `Runtime.supervise`.

    A restart is in place: references, names and what waits in the mailbox stay. The instance stays too; its attributes are cleared and
    `__init__` is called on it again with the arguments of the spawn. The message that failed is gone, and so are the timers and
    coroutines of before. (Attributes in `__slots__` are for `__init__` to set again.)
    """

    restart: Literal["transient", "permanent", "temporary"] = "transient"
    """`transient`: if it failed or was killed. `permanent`: always. `temporary`: never. `Ref.terminate` ends each of them for good."""
    shutdown: float | None = 5.0
    """How many seconds it may take to stop before it is killed. 0: it is killed at once. None: as long as it takes."""
    intensity: Intensity | None = None
    """How many restarts of it alone are allowed, and no more than its supervisor allows for all of its children: one in 5 seconds, unless
    `Runtime(root=Supervisor(children=…))`, or the supervisor's own `children`, says otherwise."""
    backoff: Backoff | None = None
    """How long its restarts wait. None: they do not."""
    significant: bool = False
    """Its end may be that of its supervisor, see `auto_shutdown`."""
    strategy: Literal["one_for_one", "one_for_all", "rest_for_one"] = "one_for_one"
    """Which of its own children are restarted with one that failed."""
    children: Intensity | None = None
    """How many restarts of all its children together it allows; None: one in 5 seconds. With more it fails itself."""
    auto_shutdown: Literal["never", "any", "all"] = "never"
    """Whether it ends when any, or all, of its significant children have ended."""
    keep: bool = False
    """Its entry stays when it has ended for good, so that `Runtime.restart_child` can make another one of it."""
    name: str | None = None
    """A name by which `Runtime.lookup` finds it, its own before `__init__` runs. If another actor has it: `NameTaken`, and nothing is made."""
    start_timeout: float | None = None
    """How many seconds its `on_prepare` may take before it is killed, and its start has failed. None: as long as it takes."""


@dataclass(frozen=True)
class Supervisor:
    """How children are supervised: for `Runtime(root=…)` and `Runtime.set_supervisor`."""

    strategy: Literal["one_for_one", "one_for_all", "rest_for_one"] = "one_for_one"
    """Which children are restarted with one that failed."""
    children: Intensity | None = None
    """How many restarts of all of them together are allowed; None: one in 5 seconds. With more the program is asked to end."""
    auto_shutdown: Literal["never", "any", "all"] = "never"
    """Whether the supervisor ends when any, or all, of its significant children have ended. The root: all ends."""
