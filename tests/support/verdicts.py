"""Snapshots as a verdict is judged from them: everything is well, except what a test says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.verdict.snapshot import Beat, BulkPause, LogEntry, Pause, Request, Snapshot

T = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
JOB, OWNER, OTHER = (UUID(int=n) for n in (1, 2, 3))
NOON = "2026-03-04T05:06:07.000Z"
PAUSE = Pause("job_type", paused_by=OTHER, paused_at=T)
OF_USER, OF_ALL = (replace(PAUSE, kind=kind) for kind in ("user", "everything"))
IN_BULK = BulkPause(UUID(int=8), OTHER, T)
GRADUAL = replace(PAUSE, per_minute=6)
OVERLOADED = {"code": "AI_UNAVAILABLE", "message": "Overloaded."}


def ago(seconds: float) -> datetime:
    """So long before the snapshot."""
    return T - timedelta(seconds=seconds)


def job(status: str = "pending", **columns: Any) -> BackgroundJob:
    """An ideation job that was accepted a second ago."""
    waits = {
        "waiting_for": "slot" if status == "pending" else None,
        "attempt": 0 if status == "pending" else 1,
    }
    times = {"created_at": ago(1), "updated_at": ago(1), "deadline_at": T + timedelta(minutes=5)}
    given = waits | times | columns
    return BackgroundJob(id=JOB, user_id=OWNER, job_type="ideation", status=status, input={}, **given)


def event(name: str, *, seconds_ago: float = 0.0, attempt: int = 1, **body: Any) -> LogEntry:
    """An event of its log."""
    return LogEntry(name, ago(seconds_ago), attempt, body)


def beat(worker: str = "w-7", *, slots: int = 4, running: int = 1, seconds_ago: float = 2.0) -> Beat:
    """What a process of its service said."""
    return Beat(worker, slots, running, ago(seconds_ago))


def waiting(*, ahead: int = 0, own: int = 0, tried: bool = False) -> Request:
    """A request that is not published."""
    return Request(tried, None, ahead, own)


def published(seconds_ago: float = 1.0) -> Request:
    """A request that is on the bus."""
    return Request(True, ago(seconds_ago))


def seen(row: BackgroundJob | None = None, **more: Any) -> Snapshot:
    """A pending job on the bus; agents lead, the reconciler listens, and a worker has free slots."""
    well: dict[str, Any] = {"request": published(), "observed_at": ago(2), "beats": [beat()]}
    return Snapshot(row or job(), T, **well | more)


RETRYING = event("retrying", reason=OVERLOADED, counted=False)
CALLED = event("call_started")
STARTED = event("started", workerId="w-7")


def retried(waits: str = "provider", *, seconds: float = 20.0, called: bool = True, **more: Any) -> Snapshot:
    """A job between two attempts: the first one called the provider, or did not."""
    row = job("processing", waiting_for=waits, retry_at=T + timedelta(seconds=seconds), seq=4)
    log = [STARTED, *([CALLED] if called else []), RETRYING]
    return seen(row, **{"log": log} | more)


def run(**more: Any) -> Snapshot:
    """A job that worker w-7 runs."""
    return seen(job("processing", seq=2), **{"log": [STARTED]} | more)
