"""The database of a local system: migrated by the gateway's own command; its first subscriber."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from lodestone.errors import Misconfigured

from lodestone_local.dying import die_with
from lodestone_local.nats_server import EmbeddedNats
from lodestone_local.processes import StartFailed, last_words
from lodestone_local.programs import installed_command


async def set_up_database(env: dict[str, str], log: Path) -> None:
    """Raises StartFailed if the migration failed."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            installed_command("lodestone-gateway"),
            "migrate",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=env,
            process_group=0,
            preexec_fn=die_with(os.getpid(), signal.SIGKILL),
        )
    try:
        status = await process.wait()
    except asyncio.CancelledError:
        process.kill()
        raise
    if status != 0:
        raise StartFailed(f"The database could not be brought up to date. {last_words(log)} Its log: {log}")


def compare_with_events(told: Mapping[str, Any]) -> int:
    """Runs the gateway's own command on the system of a ready file; returns its exit status."""
    where = {"LODESTONE_NATS_URL": told["nats"], "LODESTONE_DATABASE_URL": told["postgres"]}
    command = [installed_command("lodestone-gateway"), "rebuild"]
    return subprocess.run(command, env=os.environ | where, check=False).returncode  # noqa: S603 - our own


def manage_subscribers(told: Mapping[str, Any], data_dir: Path, arguments: list[str]) -> int:
    """The same for the subscribers of its bus; reloads an embedded server at once.

    Raises Misconfigured for a cluster of embedded servers, which a reload does not connect to new accounts.
    """
    if told.get("natsNodes", 1) > 1:
        raise Misconfigured(
            "A cluster of embedded servers takes no subscribers. Start one with --nats-nodes 1."
        )
    embedded = EmbeddedNats(data_dir.absolute() / "nats")
    where = {
        "LODESTONE_NATS_URL": told["nats"],
        "LODESTONE_SUBSCRIBERS_FILE": str(embedded.subscribers_file),
    }
    command = [installed_command("lodestone-gateway"), "subscriber", *arguments]
    status = subprocess.run(command, env=os.environ | where, check=False).returncode  # noqa: S603 - our own
    if status == 0 and told["natsMonitoring"]:
        embedded.reload()
    return status


def subscribe(database_url: str, user_id: UUID, plan: str) -> None:
    """Puts a user on a plan unless they already have one; the tables must exist."""
    import psycopg

    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO users (id) VALUES (%s) ON CONFLICT DO NOTHING", [user_id])
        connection.execute(
            "INSERT INTO subscriptions (user_id, plan) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [user_id, plan],
        )
