"""What there is to do, asked of the tables in one statement for all rounds: mostly it is nothing."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from enum import StrEnum

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from lodestone_gateway.reconciler.older_stream import NEWS
from lodestone_gateway.store.cursor_table import ProjectorCursor
from lodestone_gateway.store.erasure_tables import DeletedAccount, Erasure
from lodestone_gateway.store.job_ends import is_living
from lodestone_gateway.store.session import single_read
from lodestone_gateway.store.tables import JobCall

SHARED_SECONDS = 1.0  # how long an answer serves all rounds; shorter than the pause between two rounds

Round = Callable[[], Awaitable[None]]


class Need(StrEnum):
    """Why a round has something to do."""

    LIVING_JOBS = "living_jobs"
    OPEN_CALLS = "open_calls"
    ERASURES = "erasures"
    OLDER_STREAM = "older_stream"


_LOOK = select(
    exists().where(is_living()).label(Need.LIVING_JOBS),
    exists().where(col(JobCall.finished_at).is_(None)).label(Need.OPEN_CALLS),
    (
        exists().where(col(Erasure.done_at).is_(None)) | exists().where(col(DeletedAccount.done_at).is_(None))
    ).label(Need.ERASURES),
    exists().where(col(ProjectorCursor.turned_back_at) > func.now() - NEWS).label(Need.OLDER_STREAM),
)


class Needs:
    """What the rounds of one process have to do."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._asking = asyncio.Lock()
        self._found = frozenset[Need]()
        self._asked_at = float("-inf")

    async def look(self) -> frozenset[Need]:
        """What there is now, or was a moment ago. Raises what the database raises."""
        async with self._asking:
            if time.monotonic() - self._asked_at >= SHARED_SECONDS:
                async with single_read(self._engine) as connection:
                    found = (await connection.execute(_LOOK)).one()._mapping
                self._found = frozenset(need for need in Need if found[need])
                self._asked_at = time.monotonic()
            return self._found

    def while_there_are(self, need: Need, do_round: Round, otherwise: Round | None = None) -> Round:
        """The round, or `otherwise`, where it has nothing to do.

        It runs once more after the last need, and at first: it also counts what is left.
        """
        was_needed = True

        async def run() -> None:
            nonlocal was_needed
            is_needed = need in await self.look()
            if is_needed or was_needed:
                await do_round()
            elif otherwise:
                await otherwise()
            was_needed = is_needed

        return run
