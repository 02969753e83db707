"""Events on their way to the bus: written in the transaction that causes them, published by the relay."""

from datetime import datetime

import structlog
from lodestone.events import JobEvent
from lodestone.tracing import current_traceparent
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.store.tables import OutboxRow

CHANNEL = "outbox"

log = structlog.get_logger(__name__)


async def put(session: AsyncSession, event: JobEvent, *, event_id: str, time: datetime) -> None:
    """Adds the event; a job's second event of the same kind changes nothing."""
    row = {
        "event_id": event_id,
        "job_id": event.job_id,
        "user_id": event.user_id,
        "job_type": event.job_type,
        "event": event.name,
        "body": event.body(),
        "time": time,
        "traceparent": current_traceparent(),
    }
    await session.execute(insert(OutboxRow).values(**row).on_conflict_do_nothing())


async def wake_relay(engine: AsyncEngine) -> None:
    """Tells the relay of new rows, after their commit; when that fails, its sweep finds them."""
    try:
        async with engine.connect() as connection:
            autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await autocommit.execute(text(f"NOTIFY {CHANNEL}"))
    except SQLAlchemyError as error:
        log.warning("relay_not_woken", error=type(error).__name__)
