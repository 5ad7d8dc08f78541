"""The examples in docstrings of the native half, in which doctest itself finds none, run as they stand.

They find `art`, a runtime `rt` with virtual time (`clock`), and the classes of `actors`.
"""

from __future__ import annotations

import doctest
from typing import Iterator

import pytest
from actors import Counter, Recorder

import actor_rt as art
from actor_rt import _core


def documented() -> Iterator[tuple[str, str]]:
    """The methods of its classes that have an example, with their docstrings."""
    for name, thing in vars(_core).items():
        if isinstance(thing, type) and thing.__module__.startswith("actor_rt"):
            for part, value in vars(thing).items():
                text = getattr(value, "__doc__", None)
                if text and ">>>" in text:
                    yield f"{name}.{part}", text


EXAMPLES = list(documented())


@pytest.mark.parametrize(("path", "text"), EXAMPLES, ids=[path for path, _ in EXAMPLES])
def test_an_example_does_what_it_says(rt: art.Runtime, clock: art.ManualClock, path: str, text: str) -> None:
    names = {"art": art, "rt": rt, "clock": clock, "Counter": Counter, "Recorder": Recorder}
    example = doctest.DocTestParser().get_doctest(text, names, path, None, None)
    wrong: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(example, out=wrong.append)
    assert not wrong, "".join(wrong)


def test_what_has_an_example_has_not_lost_it() -> None:
    paths = {path for path, _ in EXAMPLES}
    assert {"Ref.offer", "Ref.sending", "Ref.room", "Reply.map", "Context.remaining"} <= paths
