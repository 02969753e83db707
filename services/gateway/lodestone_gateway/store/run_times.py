"""What recent runs of a job type took, for estimates: a bounded read along an index.

For roles that see all rows. Sizes are those of the stored inputs, compressed; nothing of a text is read.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from lodestone.status import Status
from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

MOST_RUNS = 250  # of a type: 200 whose estimates are judged, and those that the oldest of these rest on


class Run(NamedTuple):
    """A completed job."""

    accepted_at: datetime
    started_at: datetime  # its first attempt
    ended_at: datetime
    size: int  # bytes of its input as it is stored


async def recent_runs(
    session: AsyncSession | AsyncConnection, job_types: Iterable[str]
) -> dict[str, tuple[Run, ...]]:
    """By type the runs that were accepted last, the newest first.

    Without erased ones, which have no size, and those with a parent, which made only a part.
    """
    found: dict[str, list[Run]] = {job_type: [] for job_type in job_types}
    for job_type, *run in await session.execute(_READ, {"job_types": list(found), "most": MOST_RUNS}):
        found[job_type].append(Run(*run))
    return {job_type: tuple(runs) for job_type, runs in found.items()}


async def service_slots(session: AsyncSession | AsyncConnection) -> dict[str, int]:
    """By service the slots of the processes that were heard in the last minute."""
    return {service: slots for service, slots in await session.execute(_SLOTS)}


# The state comes as a value: for a constant the planner walks all jobs by time, past those that do not match.
_READ = text("""
    SELECT kind.job_type, run.created_at, run.started_at, run.completed_at, run.size
    FROM unnest(:job_types) AS kind(job_type) CROSS JOIN unnest(:states) AS ended(status) CROSS JOIN LATERAL (
        SELECT created_at, id, started_at, completed_at, erased_at, parent_job_id,
            pg_column_size(input) AS size
        FROM background_jobs WHERE job_type = kind.job_type AND status = ended.status
        ORDER BY created_at DESC, id DESC LIMIT :most) AS run
    WHERE run.started_at IS NOT NULL AND run.erased_at IS NULL AND run.parent_job_id IS NULL
    ORDER BY kind.job_type, run.created_at DESC, run.id DESC
""").bindparams(
    bindparam("job_types", type_=ARRAY(Text)),
    bindparam("states", [Status.COMPLETED.value], type_=ARRAY(Text)),
)
_SLOTS = text("SELECT service, sum(slots)::int FROM service_beats GROUP BY service")
