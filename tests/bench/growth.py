"""Growth: the same requests of an empty system and of one with years of history; a backlog of the outbox."""

import json
import time
from pathlib import Path

from lodestone_local.credentials import DEMO, OPERATOR, sign_token
from support.noop.contract import NoopInput
from support.waiting import eventually

from bench.cores import CoreClock
from bench.figures import Figures, percentile
from bench.filling import History, fill, fill_outbox
from bench.measured_system import MeasuredSystem, job
from bench.wire import Wire, wires

REQUESTS = 40  # of each kind, after some that warm up
WARM_UP = 5
FEW = 100  # jobs of the user in the system that counts as empty
HISTORY = History()
BACKLOGS = (1_000, 100_000)  # waiting outbox rows
FIRST = 900  # rows of a backlog that are measured
PUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
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
        for rows in BACKLOGS:
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
    """What the relay and Postgres use for each of the first jobs that they give to a worker."""
    pids = {name: pid for name, pid in system.pids.items() if name in ("relay", "Postgres")}
    with system.paused("projector"):
        fill_outbox(system.running.told["postgres"], rows, "noop", NoopInput().to_wire())
        clock, started = CoreClock(pids), time.monotonic()
        await eventually(lambda: _waiting(system) <= rows - FIRST, within=600, told="the first are published")
        used, published = clock.seconds(), rows - _waiting(system)
        figures.add(f"a backlog of {rows}: rows", published / (time.monotonic() - started), "/s")
        figures.add(f"a backlog of {rows}: cost", 1_000 * sum(used.values()) / published, "core-ms")
        system.rows(GIVE_UP)


def _waiting(system: MeasuredSystem) -> int:
    ((rows,),) = system.rows(PUBLISHED)
    return int(rows)  # type: ignore[call-overload, no-any-return]
