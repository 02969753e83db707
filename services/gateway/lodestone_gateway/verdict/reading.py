"""A job's verdict from the tables as they are now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from lodestone.clock import now
from lodestone.status import Status
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.store.verdict_queries import surroundings
from lodestone_gateway.verdict.estimate import estimate
from lodestone_gateway.verdict.judge import judge
from lodestone_gateway.verdict.model import Cause, Estimate, told_to_owner
from lodestone_gateway.verdict.recent_runs import RecentRuns
from lodestone_gateway.verdict.snapshot import Beat, BulkPause, LogEntry, Pause, Request, Snapshot


@dataclass(frozen=True)
class Explained:
    """What a job's owner is told beside the job."""

    why: list[Cause] | None = None  # None for a completed job
    estimate: Estimate | None = None  # None for an ended one


async def explain(reader: AsyncEngine, job: BackgroundJob, holds: Holds, runs: RecentRuns) -> Explained:
    """Why the job is in its state, and when it begins and ends. An ended job needs nothing but its row."""
    status = Status(job.status)
    if status is Status.COMPLETED:
        return Explained()
    if status.is_terminal:
        return Explained(told_to_owner(judge(Snapshot(job, now())), now()))
    async with transaction(reader) as session:
        seen = await look(session, job, holds)
    chain = judge(seen)
    expected = estimate(seen, chain, await runs.of(job.job_type))
    return Explained(told_to_owner(chain, seen.now), Estimate.of(expected))


async def look(session: AsyncSession, job: BackgroundJob, holds: Holds) -> Snapshot:
    """The snapshot of a job; the session is one of the reader role. Whose jobs are capped is in no table."""
    return replace(snapshot_of(job, await surroundings(session, job)), is_capped=holds.caps(job))


def snapshot_of(job: BackgroundJob, row: Mapping[str, Any]) -> Snapshot:
    """The snapshot that a row of `surroundings` describes."""
    request = (
        Request(row["tried"], row["published_at"], row["ahead"], row["ahead_of_owner"])
        if row["has_request"]
        else None
    )
    return Snapshot(
        job,
        row["now"],
        log=[LogEntry(event, _time(time), attempt, body) for event, time, attempt, body in row["log"]],
        request=request,
        pauses=[Pause(kind, UUID(by), _time(at), pace) for kind, by, at, pace in row["pauses"]],
        bulk_pause=_bulk_pause(row),
        held_until=row["held_until"],
        is_lane_held=row["is_lane_held"],
        relay_leads=row["relay_leads"],
        projector_leads=row["projector_leads"],
        observed_at=row["observed_at"],
        unfolded=row["unfolded"],
        undelivered=row["undelivered"],
        waiting_pulls=row["waiting_pulls"],
        beats=list(_beats(row["beats"])),
        waiting_alike=row["waiting_alike"],
        run_again_as=row["run_again_as"],
        started=row["started"],
        sent=row["sent"],
        size=row["size"],
    )


def _bulk_pause(row: Mapping[str, Any]) -> BulkPause | None:
    if row["held_by_operator"] is None:
        return None
    return BulkPause(row["held_by"], row["held_by_operator"], row["held_at"])


def _beats(told: Iterable[Any]) -> Iterable[Beat]:
    for worker_id, slots, running, time in told:
        yield Beat(worker_id, slots, running, _time(time))


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
