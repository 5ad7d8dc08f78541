"""The pytest plugin: the fixture `actor_runtime`. Found by pytest itself, by the package's entry point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

import pytest

if TYPE_CHECKING:
    from .testing import VirtualRuntime


@pytest.fixture
def actor_runtime() -> Iterator[VirtualRuntime]:
    """A runtime with virtual time (`actor_rt.testing.VirtualRuntime`), closed after the test.

    The test fails if an actor of it fails, and nobody expected that.
    """
    # Not before it is needed: the plugin is part of every run of pytest where the package is installed.
    from .testing import VirtualRuntime

    with VirtualRuntime() as runtime:
        yield runtime
