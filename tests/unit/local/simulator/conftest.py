"""The simulator's parts, on a clock that the test moves."""

import pytest
from support.clock import Clock


@pytest.fixture
def clock() -> Clock:
    """One that stands at 0."""
    return Clock()
