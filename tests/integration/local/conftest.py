"""A gateway with a database, for the commands that speak to one."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from support.api import Projection, RunningGateway, User, running_gateway
from support.lodestone_command import Shell


@pytest.fixture(scope="module")
async def gateway(module_postgres_url: str) -> AsyncIterator[RunningGateway]:
    """A serving gateway."""
    async with running_gateway(module_postgres_url) as gateway:
        yield gateway


@pytest.fixture(scope="module")
async def projection(gateway: RunningGateway) -> AsyncIterator[Projection]:
    """Writes events into the gateway's tables."""
    projection = Projection(gateway.settings.database_url)
    yield projection
    await projection.engine.dispose()


@pytest.fixture(scope="module")
def operator(gateway: RunningGateway) -> User:
    """An operator, who owns nothing."""
    return gateway.user(role="operator")


@pytest.fixture
def shell(
    gateway: RunningGateway,
    operator: User,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Iterator[Shell]:
    """The operator's shell."""
    shell = Shell(monkeypatch, capsys, tmp_path)
    shell.export(LODESTONE_URL=gateway.url, LODESTONE_TOKEN=operator.token)
    configured = structlog.get_config()
    # The gateway is in this process: what it logs is not what the command prints.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    monkeypatch.setattr("lodestone.telemetry.configure_logging", lambda *_: None)
    yield shell
    structlog.configure(**configured)
