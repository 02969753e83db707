"""An operator pauses a job type: no attempt begins until it is resumed. Running ones continue."""

from uuid import UUID

from lodestone.clock import now
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from lodestone_gateway.live.hub import CHANNEL
from lodestone_gateway.store.operations_tables import PausedJobType
from lodestone_gateway.store.outbox import wake_relay
from lodestone_gateway.store.session import transaction


async def pause(engine: AsyncEngine, operator_id: UUID, job_type: str) -> None:
    """From now on the relay holds its requests back, and the reconciler pauses its consumer; idempotent."""
    row = {"job_type": job_type, "paused_by": operator_id, "paused_at": now()}
    async with transaction(engine, operator_id) as session:
        await session.execute(AS_OPERATOR)
        await session.execute(insert(PausedJobType).values(row).on_conflict_do_nothing())
        await session.execute(TELL_GATEWAYS)


async def resume(engine: AsyncEngine, operator_id: UUID, job_type: str) -> None:
    """Lets waiting jobs continue; idempotent."""
    async with transaction(engine, operator_id) as session:
        await session.execute(AS_OPERATOR)
        await session.execute(delete(PausedJobType).where(col(PausedJobType.job_type) == job_type))
        await session.execute(TELL_GATEWAYS)
        await wake_relay(session)


AS_OPERATOR = select(func.set_config("app.is_operator", "true", True))
TELL_GATEWAYS = text(f"NOTIFY {CHANNEL}")  # with the commit
