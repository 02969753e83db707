"""Removes what is older than the settings allow, in small batches, while its process leads."""

from datetime import timedelta

from lodestone.clock import now
from prometheus_client import Counter
from sqlalchemy import Delete, TextClause, delete, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel, col

from lodestone_gateway.reconciler.bin import empty_bin
from lodestone_gateway.retention_settings import Retention
from lodestone_gateway.store.erasure_tables import Erasure
from lodestone_gateway.store.lead_magnet_tables import WizardDraftRow
from lodestone_gateway.store.operations_tables import DeadEvent
from lodestone_gateway.store.session import transaction

BATCH = 500  # rows; a longer statement would hold others up
BATCHES = 10  # of each kind in one round
REMEMBERED = timedelta(days=35)  # what was erased: longer than the stream keeps a late message of it

removed = Counter("lodestone_retention_removed_total", "Rows removed by age or number", ["what"])

# Both leave the rest to the eraser; jobs that are to be erased already are not counted again.
_TEXTS = text("""
    INSERT INTO erasures (job_id, job_type, user_id)
    SELECT id, job_type, user_id FROM background_jobs
    WHERE completed_at < :before AND erased_at IS NULL
        AND NOT EXISTS (SELECT FROM erasures WHERE job_id = background_jobs.id)
    ORDER BY completed_at LIMIT :batch ON CONFLICT DO NOTHING
""")
_JOBS = text("""
    INSERT INTO erasures (job_id, job_type, user_id, removes_row)
    SELECT id, job_type, user_id, true FROM background_jobs
    WHERE completed_at < :before
        AND NOT EXISTS (SELECT FROM erasures WHERE job_id = background_jobs.id AND removes_row)
    ORDER BY completed_at LIMIT :batch
    ON CONFLICT (job_id) DO UPDATE SET removes_row = true, done_at = NULL
""")
# What was only looked at counts from then. An action goes when none of its jobs is left.
_OUTCOMES = text("""
    DELETE FROM bulk_action_jobs WHERE ctid IN (
        SELECT job.ctid FROM bulk_actions AS action
        JOIN bulk_action_jobs AS job ON job.bulk_action_id = action.id
        WHERE action.state <> 'running' AND coalesce(action.ended_at, action.created_at) < :before
            AND action.created_at < :before
        LIMIT :batch)
""")
_BULK_ACTIONS = text("""
    DELETE FROM bulk_actions WHERE ctid IN (
        SELECT ctid FROM bulk_actions
        WHERE state <> 'running' AND coalesce(ended_at, created_at) < :before AND created_at < :before
            AND NOT EXISTS (SELECT FROM bulk_action_jobs WHERE bulk_action_id = bulk_actions.id)
        LIMIT :batch)
""")


class Keeper:
    """Removes what has reached its age or number."""

    def __init__(self, engine: AsyncEngine, kept: Retention) -> None:
        self._engine = engine
        self._kept = kept

    async def keep_round(self) -> None:
        """Removes some batches of each kind."""
        kept = self._kept
        await self._remove("texts", kept.texts, _TEXTS)
        await self._remove("jobs", kept.jobs, _JOBS)
        await self._remove("bulk_action_jobs", kept.jobs, _OUTCOMES)
        await self._remove("bulk_actions", kept.jobs, _BULK_ACTIONS)
        await self._remove("drafts", kept.drafts, _older(WizardDraftRow, "updated_at"))
        await self._remove("drafts", kept.binned, _older(WizardDraftRow, "binned_at"))
        await self._empty_bin(kept.binned)
        await self._remove("dead_events", kept.dead_events, _older(DeadEvent, "seen_at"))
        await self._execute("dead_events", _beyond(kept.dead_events_count))
        await self._remove("erasures", REMEMBERED, _older(Erasure, "done_at"))

    async def _remove(self, what: str, age: timedelta | None, statement: Delete | TextClause) -> None:
        if age is not None:
            values = {"before": now() - age, "batch": BATCH}
            await self._execute(what, statement, values)

    async def _empty_bin(self, age: timedelta) -> None:
        for _ in range(BATCHES):
            count = await empty_bin(self._engine, now() - age, BATCH)
            removed.labels(what="lead_magnets").inc(count)
            if count < BATCH:
                return

    async def _execute(
        self, what: str, statement: Delete | TextClause, values: dict[str, object] | None = None
    ) -> None:
        for _ in range(BATCHES):
            async with transaction(self._engine) as session:
                result = await session.execute(statement, values or {})
            count: int = result.rowcount  # type: ignore[attr-defined]
            removed.labels(what=what).inc(count)
            if count < BATCH:
                return


def _older(table: type[SQLModel], time: str) -> TextClause:
    name = table.__tablename__
    return text(
        f"DELETE FROM {name} WHERE ctid IN"  # noqa: S608
        f" (SELECT ctid FROM {name} WHERE {time} < :before ORDER BY {time} LIMIT :batch)"
    )


def _beyond(count: int) -> Delete:
    newest_first = (col(DeadEvent.seen_at).desc(), col(DeadEvent.id).desc())
    beyond = select(col(DeadEvent.id)).order_by(*newest_first).offset(count).limit(BATCH)
    return delete(DeadEvent).where(col(DeadEvent.id).in_(beyond)).execution_options(synchronize_session=False)
