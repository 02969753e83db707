"""Repairs what is missing once the stream was found to be older than the tables (`lodestone/bus/place.py`).

The reconciler restores the logs of living jobs, as after a loss. This restores those of ended jobs: their
requests may be delivered again, and a job whose log lacks its end would run, and be paid for, once more. It
also erases texts that came back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from lodestone.bus.publisher import JobStream
from lodestone.clock import now
from lodestone.tasks import at_most
from nats.aio.client import Client
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from lodestone_gateway.jobs.restore import Records, restore
from lodestone_gateway.reconciler.scan import KEPT
from lodestone_gateway.store.cursor_table import ProjectorCursor
from lodestone_gateway.store.erasure_tables import Erasure
from lodestone_gateway.store.session import single_read, transaction
from lodestone_gateway.store.tables import BackgroundJob

AT_ONCE = 16
ENDED = 1000  # jobs, the last to end: more than a stream goes back by, unless its copy is old
NEWS = timedelta(days=1)  # a process that starts within this time repairs again

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Ended:
    """A job that has ended by the tables."""

    job_id: UUID
    job_type: str


class OlderStream:
    """Repairs while its process leads."""

    def __init__(self, client: Client, stream: JobStream, engine: AsyncEngine) -> None:
        self._client = client
        self._stream = stream
        self._engine = engine
        self._records = Records(engine)
        self._repaired_at: datetime | None = None

    async def repair_round(self) -> None:
        """Repairs once after each time that the stream was found to be older."""
        found_at = await read_turned_back_at(self._engine)
        is_news = found_at is not None and found_at > now() - NEWS and found_at != self._repaired_at
        if found_at is None or not is_news or not self._client.is_connected:
            return
        await at_most(AT_ONCE, map(self._end, await read_last_ended(self._engine, found_at, ENDED)))
        await erase_again(self._engine, found_at)
        self._repaired_at = found_at

    async def _end(self, ended: Ended) -> None:
        found = await self._stream.read(ended.job_type, ended.job_id)
        if found.entries and not found.terminal:
            log.warning("repairing", job_id=str(ended.job_id), repair="end")
            await restore(self._stream, self._records, ended.job_type, ended.job_id, also_ended=True)


async def read_turned_back_at(engine: AsyncEngine) -> datetime | None:
    """When the projector last found that the stream is older than its cursor."""
    async with single_read(engine) as connection:
        found: datetime | None = await connection.scalar(select(col(ProjectorCursor.turned_back_at)))
        return found


async def read_last_ended(engine: AsyncEngine, before: datetime, limit: int) -> list[Ended]:
    """The jobs that ended last before then and may be in the stream, the newest first."""
    completed_at = col(BackgroundJob.completed_at)
    query = (
        select(col(BackgroundJob.id), col(BackgroundJob.job_type))
        .where(completed_at < before, completed_at > before - KEPT)
        .order_by(completed_at.desc())
        .limit(limit)
    )
    async with transaction(engine) as session:
        return [Ended(*row) for row in await session.execute(query)]


async def erase_again(engine: AsyncEngine, since: datetime) -> None:
    """Has everything that was erased before then looked for in the stream once more."""
    async with transaction(engine) as session:
        await session.execute(
            update(Erasure).where(col(Erasure.done_at) < since).values(done_at=None),
            execution_options={"synchronize_session": False},
        )
