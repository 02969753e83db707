"""A process that is told to stop ends within its grace period, even if its backends are dead or silent."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.backends import NatsServer
from support.waiting import eventually_sync

GRACE_SECONDS = 30.0
DEAD_NAMES = Path(__file__).parents[1] / "support" / "dead_names"
GATEWAY, WORKER = (str(Path(sys.executable).with_name(f"lodestone-{each}")) for each in ("gateway", "worker"))
COMMANDS = {
    "gateway": [GATEWAY, "serve"],
    "relay": [GATEWAY, "relay"],
    "projector": [GATEWAY, "project"],
    "ideation": [WORKER, "ideation"],
}


@pytest.fixture
def env(own_nats: NatsServer, postgres_url: str, tmp_path: Path) -> dict[str, str]:
    """What each process needs, with a bus of its own that a test may kill."""
    env = {
        **os.environ,
        "LODESTONE_NATS_URL": own_nats.url,
        "LODESTONE_DATABASE_URL": postgres_url,
        "LODESTONE_JWT_SECRET": "only-for-this-test-" * 3,
        "LODESTONE_LOCAL": "true",
        "LODESTONE_PORT": "0",
        "LODESTONE_ANTHROPIC_API_KEY": "unused",
        "LODESTONE_GRACE_SECONDS": f"{GRACE_SECONDS:g}",
        "LODESTONE_READY_FILE": str(tmp_path / "ready.json"),
        "LODESTONE_TEST_ASKED": str(tmp_path / "asked"),
    }
    subprocess.run([GATEWAY, "migrate"], env=env, check=True)
    return env


@contextlib.contextmanager
def running(name: str, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(COMMANDS[name], env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def stop(process: subprocess.Popen[bytes]) -> int:
    """Its exit status; raises TimeoutExpired if the platform would have killed it."""
    process.send_signal(signal.SIGTERM)
    return process.wait(GRACE_SECONDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_it_ends_while_no_name_server_answers(name: str, env: dict[str, str], tmp_path: Path) -> None:
    somewhere = {
        "LODESTONE_NATS_URL": "nats://nats.example.com:4222",
        "LODESTONE_DATABASE_URL": "postgresql://postgres.example.com/lodestone",
        "PYTHONPATH": str(DEAD_NAMES),
    }
    with running(name, env | somewhere) as process:
        eventually_sync((tmp_path / "asked").exists, within=60, told=f"{name} asks for a name")

        assert stop(process) == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_it_ends_while_the_bus_is_dead(
    name: str, env: dict[str, str], own_nats: NatsServer, tmp_path: Path
) -> None:
    with running(name, env) as process:
        eventually_sync((tmp_path / "ready.json").exists, within=60, told=f"{name} is ready")
        own_nats.kill()

        assert stop(process) == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_it_ends_while_the_bus_stands_still(
    name: str, env: dict[str, str], own_nats: NatsServer, tmp_path: Path
) -> None:
    with running(name, env) as process:
        eventually_sync((tmp_path / "ready.json").exists, within=60, told=f"{name} is ready")
        with own_nats.standing_still():
            assert stop(process) == 0
