"""An operator pauses a job type: no attempt begins until it is resumed. Running ones continue."""

from lodestone.clock import now
from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from lodestone_gateway.live.hub import CHANNEL
from lodestone_gateway.operating.audit import AS_OPERATOR, Action, Actor, Entry, Kind, Outcome, record
from lodestone_gateway.store.operations_tables import PausedJobType
from lodestone_gateway.store.outbox import wake_relay
from lodestone_gateway.store.session import transaction


async def pause(engine: AsyncEngine, actor: Actor, job_type: str) -> None:
    """From now on the relay holds its requests back, and the reconciler pauses its consumer; idempotent."""
    row = {"job_type": job_type, "paused_by": actor.id, "paused_at": now()}
    async with transaction(engine) as session:
        await session.execute(AS_OPERATOR)
        new = insert(PausedJobType).values(row).on_conflict_do_nothing().returning(_NAME)
        outcome = Outcome.DONE if await session.scalar(new) else Outcome.UNCHANGED
        await record(session, actor, Entry(Action.PAUSE, Kind.JOB_TYPE, job_type), outcome)
        await session.execute(TELL_GATEWAYS)


async def resume(engine: AsyncEngine, actor: Actor, job_type: str) -> None:
    """Lets waiting jobs continue; idempotent."""
    async with transaction(engine) as session:
        await session.execute(AS_OPERATOR)
        gone = delete(PausedJobType).filter_by(job_type=job_type).returning(_NAME)
        outcome = Outcome.DONE if await session.scalar(gone) else Outcome.UNCHANGED
        await record(session, actor, Entry(Action.RESUME, Kind.JOB_TYPE, job_type), outcome)
        await session.execute(TELL_GATEWAYS)
        await wake_relay(session)


_NAME = col(PausedJobType.job_type)
TELL_GATEWAYS = text(f"NOTIFY {CHANNEL}")  # with the commit
