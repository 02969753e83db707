"""One system with a process for each part, for all tests of this folder: they kill and leave it whole."""

from collections.abc import Iterator

import pytest
from support.house import House


@pytest.fixture(scope="session")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    short_drain = {"LODESTONE_DRAIN_SECONDS": "3"}
    with House(tmp_path_factory.mktemp("failure"), "--processes", env=short_drain) as house:
        yield house


@pytest.fixture
def house(processes: House) -> Iterator[House]:
    processes.refresh()
    processes.pace(first_byte_seconds=0.05, duration_seconds=3.0)
    yield processes
    processes.reset_simulator()
