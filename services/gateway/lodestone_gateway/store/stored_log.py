"""What every stream of a job begins with, by one plain statement: the job's state and its events.

`queries.job` and `queries.job_events` in one transaction read the same, in five statements.
"""

from dataclasses import dataclass
from uuid import UUID

from lodestone.status import Status
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.store.queries import ShownEvent, event_columns
from lodestone_gateway.store.session import directly


@dataclass(frozen=True)
class StoredLog:
    """A job and its events after a cursor, at one moment."""

    status: Status
    seq: int
    events: list[ShownEvent]


async def stored_log(engine: AsyncEngine, user_id: UUID, job_id: UUID, *, after: int) -> StoredLog | None:
    """The user's job with its events from the seq after `after`; None if the user has no such job."""
    values = {"user": str(user_id), "job": job_id, "after": after}
    async with directly(engine) as connection:
        rows = await (await connection.execute(_READ, values, prepare=True)).fetchall()
    if not rows:
        return None
    status, seq, *_ = rows[0]
    events = [ShownEvent(*row[2:]) for row in rows if row[2] is not None]
    return StoredLog(Status(status), seq, events)


# The user is named before a row is read: both reads depend on `named`, and `OFFSET 0` keeps the planner from
# merging them with it. In another order, row-level security would show no row.
_READ = f"""
    WITH named AS MATERIALIZED (SELECT set_config('app.user_id', %(user)s, true) AS user_id)
    SELECT job.status, job.seq, {event_columns("event")}
    FROM named
    CROSS JOIN LATERAL (
        SELECT status, seq FROM background_jobs WHERE id = %(job)s AND named.user_id IS NOT NULL OFFSET 0
    ) AS job
    LEFT JOIN LATERAL (
        SELECT * FROM job_events
        WHERE job_id = %(job)s AND seq > %(after)s AND named.user_id IS NOT NULL OFFSET 0
    ) AS event ON true
    ORDER BY event.seq"""  # noqa: S608
