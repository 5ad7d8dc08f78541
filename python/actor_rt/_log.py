"""`Context.log`: what an actor logs says which one it was."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, MutableMapping

if TYPE_CHECKING:
    # At run time it takes a type from 3.11 on only.
    Adapter = logging.LoggerAdapter[logging.Logger]
else:
    Adapter = logging.LoggerAdapter


class ActorLogger(Adapter):
    """The logger of an actor's class, `actor_rt.Counter`, with the actor in front of each message and in the record's `actor`.

    One for each class and not for each actor: `logging` keeps loggers for ever.
    """

    def __init__(self, cls: str, label: str) -> None:
        super().__init__(logging.getLogger(f"actor_rt.{cls}"), {"actor": label})
        self._label = label

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        kwargs["extra"] = {"actor": self._label, **(kwargs.get("extra") or {})}
        return f"{self._label}: {msg}", kwargs
