"""A NATS server as an operator sets it up: the committed users, with their passwords in its environment."""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from lodestone.bus.connection import BusClient, connect_options
from lodestone.bus.users import bus_users
from lodestone_local.nats_server import find_server
from nats.errors import Error
from prometheus_client import REGISTRY
from support.waiting import eventually_sync

ACCOUNTS = Path(__file__).parents[2] / "deploy" / "nats" / "accounts.conf"
OPEN = """listen: "127.0.0.1:-1"
ports_file_dir: "."
jetstream { store_dir: "store" }
"""


@contextlib.contextmanager
def server_with_users(folder: Path) -> Iterator[dict[str, str]]:
    """The URL of each user by name."""
    shutil.copy(ACCOUNTS, folder / "accounts.conf")
    passwords = {user.name: f"of{user.name}" for user in bus_users()}
    env = {variable: f"of{login}" for user in bus_users() for login, variable in user.logins.items()}
    with _running(folder, OPEN + 'include "accounts.conf"\n', env) as address:
        yield {user: f"nats://{user}:{password}@{address}" for user, password in passwords.items()}


@contextlib.contextmanager
def open_server(folder: Path) -> Iterator[str]:
    """The URL of a server without users."""
    with _running(folder, OPEN, {}) as address:
        yield f"nats://{address}"


class Violations:
    """What the server refused a client: subjects, in lower case, as the client reports them."""

    def __init__(self) -> None:
        self.subjects: set[str] = set()

    async def hear(self, error: Exception) -> None:
        """The client's `error_cb`."""
        text = str(error)
        assert "permissions violation" in text.lower(), text
        self.subjects.add(text.split('"')[1])


@contextlib.asynccontextmanager
async def connected(urls: dict[str, str], user: str) -> AsyncIterator[tuple[BusClient, Violations]]:
    """A client that signs in as this user, and the violations that the server reports to it."""
    client, violations = BusClient(), Violations()
    options = connect_options(user, client.exit_on_close.on_closed) | {"error_cb": violations.hear}
    await client.connect(servers=[urls[user]], **options)
    try:
        yield client, violations
    finally:
        await client.disconnect()


async def answered(client: BusClient) -> None:
    """Returns once the server has answered everything that was sent, refusals included."""
    await client.flush()  # the first flush may be satisfied by an answer that was left over from connecting
    await client.flush()


def violations() -> float:
    """All violations that the connections of this process have seen so far."""
    return REGISTRY.get_sample_value("lodestone_bus_errors_total", {"kind": "permission"}) or 0


@contextlib.contextmanager
def nothing_forbidden() -> Iterator[None]:
    """Asserts that no connection of this process was refused anything during the block."""
    before = violations()
    yield
    assert violations() == before, "the server refused something to a bus user; see the log"


@contextlib.contextmanager
def _running(folder: Path, config: str, env: dict[str, str]) -> Iterator[str]:
    (folder / "nats.conf").write_text(config)
    command = [str(find_server()), "-c", "nats.conf"]
    with (folder / "nats.log").open("wb") as output:
        server = subprocess.Popen(command, cwd=folder, env=os.environ | env, stdout=output, stderr=output)
    try:
        yield eventually_sync(lambda: _address(folder, server.pid), within=10, told="nats-server is up")
    finally:
        server.terminate()
        server.wait(10)


def _address(folder: Path, pid: int) -> str | None:
    try:
        told = json.loads((folder / f"nats-server_{pid}.ports").read_text())
    except (FileNotFoundError, ValueError):
        return None
    return str(told["nats"][0]).removeprefix("nats://")


async def may_sign_in(url: str) -> bool:
    """Whether the bus accepts the user of this URL; asks once."""
    client = BusClient()
    client.exit_on_close.is_armed = False
    try:
        await client.connect(url, allow_reconnect=False, error_cb=_ignore)
    except (Error, OSError):
        return False
    await client.close()
    return True


async def _ignore(_: Exception) -> None:
    return None
