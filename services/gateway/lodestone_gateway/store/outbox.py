"""Events on their way to the bus: written in the transaction that causes them, published by the relay.

The wake-up is part of that transaction, so it comes with the commit and costs no second one. It says which
row was added, or nothing where there may be several.
"""

from datetime import datetime

from lodestone.events import JobEvent
from lodestone.jobs import JOB_TYPES
from lodestone.tracing import current_traceparent
from lodestone.wire import JsonObject
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.store.tables import OutboxRow

CHANNEL = "outbox"


async def put(session: AsyncSession, event: JobEvent, *, event_id: str, time: datetime) -> None:
    """Adds the event and wakes the relay; a job's second event of the same kind changes nothing."""
    await put_row(session, row_of(event, event_id=event_id, time=time))


async def put_row(session: AsyncSession, row: JsonObject) -> None:
    """Adds an event's row, likewise."""
    added = insert(OutboxRow).values(row).on_conflict_do_nothing().returning(col(OutboxRow.event_id)).cte()
    await session.execute(select(func.pg_notify(CHANNEL, added.c.event_id)))


def row_of(event: JobEvent, *, event_id: str, time: datetime) -> JsonObject:
    """The columns of an event's row; it continues the current trace."""
    return {
        "event_id": event_id,
        "job_id": event.job_id,
        "user_id": event.user_id,
        "job_type": event.job_type,
        "event": event.name,
        "body": event.body(),
        "time": time,
        "traceparent": current_traceparent(),
        "tokens": JOB_TYPES[event.job_type].output_tokens,
    }


async def wake_relay(session: AsyncSession) -> None:
    """Has the relay look at its rows after the commit; `put` does it for its own."""
    await session.execute(select(func.pg_notify(CHANNEL, "")))
