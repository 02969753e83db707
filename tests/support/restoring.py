"""A system that is backed up while jobs run and then lost, and a look at what a restore makes of it."""

import contextlib
import json
import re
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import nats
import psycopg
from lodestone.jobs import JOB_TYPES
from lodestone_local.credentials import read_secret, sign_token
from nats.aio.client import Client
from sqlalchemy.ext.asyncio import create_async_engine
from support.backup import Backup
from support.canaries import canaries_in_stream, canaries_in_tables, marked
from support.running_system import COMMAND, RunningSystem
from support.samples import example_input
from support.waiting import eventually_sync

LEAVER = UUID("0190aaaa-0000-7000-8000-000000000001")  # deletes their account after the backup
ENDS = ("job.completed", "job.failed", "job.cancelled")
SHOWN = ("status", "result", "usage", "attempt", "progress")
UNDER_WAY = ("running", "waiting")  # at the time of the backup


@dataclass
class Past:
    """What a system was before it was lost; jobs by name, as their owner saw them last."""

    backup: Backup
    jobs: dict[str, dict[str, Any]]
    histories: dict[str, list[dict[str, Any]]]

    def id(self, name: str) -> str:
        """The id of a job."""
        return str(self.jobs[name]["id"])

    def of(self, *names: str) -> list[Any]:
        """What `Restored.of` should be."""
        return [_view(self.jobs[name], self.histories[name]) for name in names]


def live_through(folder: Path) -> Past:
    """Runs a system to its loss. Jobs `ended` before the backup, were `running` or `waiting`, or came `late`.

    The user `second` deletes their account before the backup, another one after it.
    """
    system = RunningSystem(folder)
    try:
        past = _live(system.start(), Backup(folder))
        system.end_all()
        past.backup.keep_end(system)
    finally:
        system.end_all()
    return past


def _live(system: RunningSystem, backup: Backup) -> Past:
    _subscribe(system)
    system.told["tokens"]["leaver"] = sign_token(read_secret(system.data_dir), LEAVER)
    system.pace(first_byte_seconds=0.01, duration_seconds=0.1)
    ids = {"ended": _submit(system)}
    for user in ("second", "leaver"):
        system.wait(_submit(system, user=user), user=user)
    _delete_account(system, "second")
    _switch_extraction(system, "pause")
    ids["waiting"] = system.submit("extraction", example_input("extraction-single-system"))
    system.wait(ids["ended"])
    system.pace(first_byte_seconds=0.01, duration_seconds=6)
    ids["running"] = _submit(system)
    eventually_sync(lambda: system.job(ids["running"])["items"], within=20, told="an item is finished")

    backup.take(system)

    system.pace(first_byte_seconds=0.01, duration_seconds=0.1)
    ids["late"] = _submit(system)
    _delete_account(system, "leaver")
    for name in ("running", "late"):
        system.wait(ids[name])
    backup.note_deletions(system)
    jobs = {name: system.job(id) for name, id in ids.items()}
    return Past(backup, jobs, {name: system.history(id) for name, id in ids.items()})


class Restored:
    """A system made from a backup, and what became of the jobs in it."""

    def __init__(self, system: RunningSystem, past: Past) -> None:
        self._system = system
        self._past = past

    def finish(self) -> None:
        """Lets what was under way come to its end, and what was deleted be erased."""
        _switch_extraction(self._system, "resume")
        for name in UNDER_WAY:
            assert self._system.wait(self._past.id(name))["status"] == "completed"
        _until_erased(self._system)

    def of(self, *names: str) -> list[Any]:
        """What these jobs are, with their histories."""
        ids = map(self._past.id, names)
        return [_view(self._system.job(id), self._system.history(id)) for id in ids]

    def knows(self, name: str) -> bool:
        """Whether there is such a job."""
        return self._system.request("GET", f"/api/jobs/{self._past.id(name)}").status_code == 200

    async def ends(self) -> dict[str, tuple[int, int]]:
        """How often each job under way ended, by its history and by the stream."""
        found = {}
        async with self._bus() as client:
            for name in UNDER_WAY:
                id = self._past.id(name)
                told = [event["event"] for event in self._system.history(id)]
                info = await client.jetstream().stream_info("JOBS", subjects_filter=f"job.*.*.{id}")
                stored = info.state.subjects or {}
                in_stream = sum(count for subject, count in stored.items() if subject.startswith(ENDS))
                found[name] = (sum(event in ENDS for event in told), in_stream)
        return found

    async def heard_of(self) -> set[str]:
        """Of which jobs under way the subscriber is told that they ended."""
        password = (self._system.data_dir / "nats" / "subscriber-newsletter.password").read_text()
        server = self._system.told["nats"].rpartition("@")[2]
        url = f"nats://subscriber-newsletter:{password}@{server}"
        names = {self._past.id(name): name for name in UNDER_WAY}
        heard: set[str] = set()
        async with await nats.connect(url, inbox_prefix="_INBOX_subscriber-newsletter") as client:
            bound = await client.jetstream().pull_subscribe_bind("subscriber-newsletter", stream="JOBS")
            while not set(names) <= heard:
                heard |= {json.loads(message.data)["jobId"] for message in await bound.fetch(1, timeout=20)}
        return {names[id] for id in heard & set(names)}

    def dead_events(self) -> set[str]:
        """What is wrong with the events that are in no job's history."""
        found = self._system.request("GET", "/api/ops/dead-letters?kind=event", user="operator")
        return {letter["event"]["problem"] for letter in found.raise_for_status().json()["items"]}

    async def canaries(self) -> list[str]:
        """Where texts of users are who deleted their account."""
        url = self._system.told["postgres"].replace("postgresql:", "postgresql+psycopg:")
        engine = create_async_engine(url)
        async with self._bus() as client:
            found = [*await canaries_in_tables(engine), *await canaries_in_stream(client)]
        await engine.dispose()
        return found

    def drift(self) -> dict[str, str]:
        """The jobs whose rows differ from the stream, by name or else by id, and in what."""
        command = [COMMAND, "rebuild", "--data-dir", str(self._system.data_dir)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        names = {self._past.id(name): name for name in self._past.jobs}
        told = re.findall(r"^drift\s+(\S+): (.+)$", done.stdout, re.MULTILINE)
        return {names.get(id, id): columns for id, columns in told}

    @contextlib.asynccontextmanager
    async def _bus(self) -> AsyncIterator[Client]:
        client = await nats.connect(self._system.told["nats"])
        try:
            yield client
        finally:
            await client.close()


def _subscribe(system: RunningSystem) -> None:
    options = ("--events", "completed", "--data-dir", system.data_dir)
    subprocess.run([COMMAND, "subscriber", "add", "newsletter", *options], check=True)


def _submit(system: RunningSystem, *, user: str = "demo") -> str:
    """An ideation; with a canary in each text unless the user is demo."""
    body = example_input("ideation-fitness-coach")
    is_marked = user != "demo"
    return system.submit(
        "ideation", marked(JOB_TYPES["ideation"].input, body) if is_marked else body, user=user
    )


def _switch_extraction(system: RunningSystem, action: str) -> None:
    path = f"/api/ops/job-types/extraction/{action}"
    system.request("POST", path, user="operator").raise_for_status()


def _delete_account(system: RunningSystem, user: str) -> None:
    system.request("DELETE", "/api/account", user=user).raise_for_status()
    _until_erased(system)


def _until_erased(system: RunningSystem) -> None:
    def waiting() -> bool:
        with psycopg.connect(system.told["postgres"]) as connection:
            query = "SELECT FROM {} WHERE done_at IS NULL"
            tables = ("erasures", "deleted_accounts")
            return any(connection.execute(query.format(table).encode()).fetchall() for table in tables)

    eventually_sync(lambda: not waiting(), within=30, told="all that was deleted is erased")


def _view(job: dict[str, Any], history: list[dict[str, Any]]) -> Any:
    return {key: job[key] for key in SHOWN}, history
