"""Growth: the same requests of an empty system and of one with years of history; a backlog of the outbox."""

import json
import time
from pathlib import Path

from lodestone_local.credentials import DEMO, OPERATOR, sign_token
from support.noop.contract import NoopInput
from support.waiting import eventually

from bench.cores import CoreClock
from bench.figures import Figures, percentile
from bench.filling import History, fill, fill_outbox, tell_relay
from bench.measured_system import MeasuredSystem, job
from bench.wire import Wire, wires

REQUESTS = 40  # of each kind, after some that warm up
WARM_UP = 5
FEW = 100  # jobs of the user in the system that counts as empty
HISTORY = History()
BACKLOGS = (5_000, 100_000)  # waiting outbox rows
WAITING_USERS = 1_000
UNMEASURED = 500  # rows until a relay that begins knows how much workers take
MEASURED = 4_000  # rows
GIVE_UP = """
    WITH gone AS (DELETE FROM outbox WHERE published_at IS NULL RETURNING job_id)
    UPDATE background_jobs SET status = 'cancelled', waiting_for = NULL, completed_at = now()
    WHERE id IN (SELECT job_id FROM gone) RETURNING 1"""
PATHS = {
    "GET a job": "/api/jobs/{job}",
    "history of a job": "/api/jobs/{job}/events",
    "list of 20": "/api/jobs?limit=20",
    "list of 100": "/api/jobs?limit=100",
    "list by status": "/api/jobs?status=failed",
    "list by status and type": "/api/jobs?status=failed&jobType=posts",
    "list by type": "/api/jobs?jobType=posts",
    "list by type without a row": "/api/jobs?jobType=noop&status=cancelled",
    "usage": "/api/usage",
    "lead magnets": "/api/lead-magnets",
}
OPERATORS = {
    "overview": "/api/ops/overview",
    "services": "/api/ops/services",
    "runs": "/api/ops/jobs",
    "runs: failed posts": "/api/ops/jobs?status=failed&jobType=posts",
    "runs: stuck": "/api/ops/jobs?stuck=true",
    "runs: a text that some have": "/api/ops/jobs?text=missing",
    "runs: a text that none has": "/api/ops/jobs?text=no-such-words",
    "runs: cost above": "/api/ops/jobs?costAbove=0.5",
    "a run": "/api/ops/jobs/{job}",
    "dead letters": "/api/ops/dead-letters",
    "dead letters by cause": "/api/ops/dead-letters/groups",
    "users": "/api/ops/users",
    "users by spend": "/api/ops/users?sort=spend",
    "a user": f"/api/ops/users/{DEMO}",
    "bulk actions": "/api/ops/bulk-actions",
    "audit": "/api/ops/audit",
}


async def growth(folder: Path, rounds: int) -> Figures:
    """The empty system first, then the full one."""
    figures = Figures("growth")
    with MeasuredSystem(folder) as system:
        token = sign_token(system.secret, DEMO)
        url = system.running.told["postgres"]
        fill(url, History(jobs=2 * FEW))
        empty = [await _asked(system, token) for _ in range(rounds)]
        fill(url, HISTORY)
        for before in empty:
            after = await _asked(system, token)
            for name, seconds in after.items():
                figures.add(f"{name}: empty", 1_000 * before[name])
                figures.add(f"{name}: full", 1_000 * seconds)
                figures.add(f"{name}: full / empty", seconds / before[name], "x")
        for rows in BACKLOGS * rounds:
            await system.until_over()
            await _backlog(system, figures, rows)
    return figures


async def _asked(system: MeasuredSystem, token: str) -> dict[str, float]:
    """The median of each request, in seconds."""
    medians, operators = {}, sign_token(system.secret, OPERATOR, operator=True)
    async with wires(system.gateway, 1) as (connection,):
        _, told = await connection.ask("GET", "/api/jobs?limit=1", token)
        job_id = json.loads(told)["items"][0]["id"]
        for name, path in PATHS.items():
            medians[name] = await _median(connection, "GET", path.format(job=job_id), token, b"")
        for name, path in OPERATORS.items():
            medians[f"ops, {name}"] = await _median(
                connection, "GET", path.format(job=job_id), operators, b""
            )
        medians["POST a job"] = await _median(connection, "POST", "/api/jobs", token, job())
    await system.until_over()
    return medians


async def _median(connection: Wire, method: str, path: str, token: str, body: bytes) -> float:
    times = []
    for _ in range(WARM_UP + REQUESTS):
        started = time.perf_counter()
        status, told = await connection.ask(method, path, token, body)
        times.append(time.perf_counter() - started)
        assert status in (200, 202), told
    return percentile(times[WARM_UP:], 50)


async def _backlog(system: MeasuredSystem, figures: Figures, rows: int) -> None:
    """What the relay and Postgres use for each of the jobs that they give to a worker."""
    pids = {name: pid for name, pid in system.pids.items() if name in ("relay", "Postgres")}
    url, before = system.running.told["postgres"], _published(system)
    with system.paused("projector"):
        with system.paused("relay"):
            fill_outbox(url, rows, WAITING_USERS, "noop", NoopInput().to_wire())
        tell_relay(url)
        since = await _until_published(system, before + UNMEASURED)
        clock, started = CoreClock(pids), time.monotonic()
        published = await _until_published(system, since + MEASURED) - since
        used = clock.seconds()
        figures.add(f"a backlog of {rows}: rows", published / (time.monotonic() - started), "/s")
        figures.add(f"a backlog of {rows}: cost", 1_000 * sum(used.values()) / published, "core-ms")
        system.rows(GIVE_UP)


async def _until_published(system: MeasuredSystem, rows: int) -> int:
    """Returns how many there are then."""
    await eventually(lambda: _published(system) >= rows, within=120, told=f"{rows} are published")
    return _published(system)


def _published(system: MeasuredSystem) -> int:
    """Requests on the stream, as the bus counts them: Postgres would have to count what waits."""
    url = f"{system.running.told['natsMonitoring']}/jsz?accounts=true&consumers=true"
    told = system.running.http.get(url).raise_for_status().json()
    streams = (stream for account in told["account_details"] for stream in account["stream_detail"])
    durables = (durable for stream in streams for durable in stream.get("consumer_detail", ()))
    (noop,) = (durable for durable in durables if durable["name"] == "noop")
    return int(noop["delivered"]["consumer_seq"] + noop["num_pending"])
