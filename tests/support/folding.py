"""The projector's own fold without a broker: the test gives the events of a job's log."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import ErrorCode
from lodestone.events import (
    JobCallFinished,
    JobCallStarted,
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobProgress,
    JobRequested,
    JobStarted,
    Outcome,
    Prompt,
    Reason,
    Usage,
)
from lodestone.ids import new_id
from lodestone.job_log import Entry
from lodestone.wire import JsonObject
from lodestone_gateway.projector.batch import commit_batch
from lodestone_gateway.projector.cursor import read_cursor
from lodestone_gateway.store.pipeline import KeptConnection
from lodestone_gateway.store.queries import job as read_job
from lodestone_gateway.store.session import Role, make_engine, transaction
from lodestone_gateway.store.tables import BackgroundJob, OutboxRow
from sqlalchemy import select
from sqlmodel import col
from support.samples import (
    emails_result,
    extracted_content,
    ideation_result,
    polished_content,
    posts_result,
)

RESULTS: dict[str, JsonObject] = {
    "ideation": ideation_result(),
    "extraction": {"extractedContent": extracted_content(), "interactiveConfig": None},
    "polish": {
        "polishedContent": polished_content(),
        "polishedAt": polished_content()["polishedAt"],
    },
    "posts": posts_result(),
    "emails": emails_result(),
    "answers": {"answers": [{"id": "outcome", "answer": "A quote in an hour.", "missing": ""}]},
}
"""A valid result for each job type."""


class Folding:
    """Commits batches as the projector does, in its database role."""

    def __init__(self, database_url: str) -> None:
        self.engine = make_engine(database_url, Role.PROJECTOR, pool_size=2)
        self.tables = KeptConnection(self.engine)
        # The projector's role cannot read the outbox.
        self._reader = make_engine(database_url, Role.READER, pool_size=1)

    async def close(self) -> None:
        """Closes the connections."""
        await self.tables.aclose()
        await self.engine.dispose()
        await self._reader.dispose()

    async def complete(
        self, job_id: UUID, result: JsonObject | None = None, *, time: datetime | None = None
    ) -> None:
        """Folds a whole job that completes."""
        job = await self._job(job_id)
        done = JobCompleted(
            **_of(job, 1), result=RESULTS[job.job_type] if result is None else result, usage=Usage()
        )
        await self.commit(job, await self._requested(job), _started(job), done, time=time)

    async def fail(self, job_id: UUID) -> None:
        """Folds a whole job that fails."""
        job = await self._job(job_id)
        reason = Reason(code=ErrorCode.AI_ERROR, message="It broke.")
        await self.commit(
            job,
            await self._requested(job),
            _started(job),
            JobFailed(**_of(job, 1), error=reason, usage=Usage()),
        )

    async def cancel(self, job_id: UUID) -> None:
        """Folds the end that the owner asked for, whether or not the job has begun."""
        job = await self._job(job_id)
        await self.commit(job, JobCancelled(**_of(job, job.attempt), usage=Usage()))

    async def begin(self, job_id: UUID, *concepts: JsonObject) -> None:
        """Folds the start and these finished items."""
        job = await self._job(job_id)
        items = [
            JobProgress(
                **_of(job, 1),
                done=index + 1,
                total=10,
                message="",
                item=concept,
                item_key=concept["archetype"],
                item_index=index,
            )
            for index, concept in enumerate(concepts)
        ]
        await self.commit(job, await self._requested(job), _started(job), *items)

    async def pay(self, job_id: UUID, cost_usd: str, *, time: datetime | None = None) -> None:
        """One settled call of 100 and 10 tokens, and some of the provider's cache."""
        job, call_id = await self._job(job_id), new_id()
        finished = JobCallFinished(
            **_of(job, 1),
            call_id=call_id,
            input_tokens=100,
            output_tokens=10,
            cache_read_tokens=30,
            cache_write_tokens=4,
            cost_usd=Decimal(cost_usd),
            cache_saved_usd=Decimal("0.0625"),
            outcome=Outcome.USED,
        )
        await self.commit(
            job, JobCallStarted(**_of(job, 1), call_id=call_id, model="m", max_tokens=9), finished, time=time
        )

    async def commit(self, job: BackgroundJob, *events: JobEvent, time: datetime | None = None) -> None:
        """Commits one batch."""
        cursor = await read_cursor(self.engine)
        entries = [
            Entry(cursor.sequence + number, str(new_id()), time or now(), event)
            for number, event in enumerate(events, start=1)
        ]
        await commit_batch(self.tables, cursor, entries, cursor.sequence + len(entries))

    async def _job(self, job_id: UUID) -> BackgroundJob:
        async with transaction(self._reader) as session:
            found = await read_job(session, job_id)
            assert found is not None
            return found

    async def _requested(self, job: BackgroundJob) -> JobRequested:
        """The event that the relay would have published."""
        async with transaction(self._reader) as session:
            found = await session.execute(
                select(col(OutboxRow.body)).where(
                    col(OutboxRow.job_id) == job.id, col(OutboxRow.event) == "requested"
                )
            )
            return JobRequested.model_validate(found.scalar_one())


def _of(job: BackgroundJob, attempt: int) -> dict[str, Any]:
    return {"job_id": job.id, "job_type": job.job_type, "user_id": job.user_id, "attempt": attempt}


def _started(job: BackgroundJob) -> JobStarted:
    prompt = Prompt(name=job.job_type, version=1, sha256="0" * 64)
    return JobStarted(**_of(job, 1), worker_id="test", model="m", prompt=prompt)
