"""One job of any user as an operator inspects it: all of it, its history, and why it is where it is."""

import json
from decimal import Decimal
from typing import Self
from uuid import UUID

from lodestone.errors import NotFound
from lodestone.status import Status
from lodestone.wire import JsonObject, Usd, UtcTime, WireModel
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.jobs.view import Job
from lodestone_gateway.operating.audit import Action, Actor, Entry, Kind, record_look
from lodestone_gateway.store import operations_queries, queries
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.run_times import recent_runs
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import JobCall
from lodestone_gateway.verdict.estimate import estimate
from lodestone_gateway.verdict.judge import in_a_sentence, judge
from lodestone_gateway.verdict.model import Estimate, OperatorCause, told_to_operator, told_to_owner
from lodestone_gateway.verdict.reading import look


class ProviderCall(WireModel):
    """A provider call in the ledger; while `finishedAt` is null it is running, or was never settled."""

    call_id: UUID
    attempt: int
    model: str | None
    max_tokens: int | None
    started_at: UtcTime | None
    finished_at: UtcTime | None
    request_id: str | None
    outcome: str | None
    estimated: bool  # the provider did not report its usage
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cost_usd: Usd = Decimal(0)
    cache_saved_usd: Usd = Decimal(0)  # by the provider's cache; below zero where writing to it cost more

    @classmethod
    def of(cls, row: JobCall) -> Self:
        """The view of a row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class InspectedJob(Job):
    """A job with its owner; `verdict` says where it is and why, `reason` is the same in one text.

    Events are as in its history.
    """

    user_id: UUID
    reason: str
    verdict: list[OperatorCause] = []
    events: list[JsonObject]
    calls: list[ProviderCall]


async def inspect_job(
    reader: AsyncEngine, engine: AsyncEngine, actor: Actor, job_id: UUID, holds: Holds
) -> InspectedJob:
    """The job, whoever owns it; `holds` says whose jobs are capped, where that is known. Raises NotFound.

    It is a look at a user's content: nothing is shown before the audit has it.
    """
    async with transaction(reader) as session:
        job = await queries.job(session, job_id)
        if job is None:
            raise NotFound("This job does not exist.")
        now_held = await _holds(session, holds)
        history = await queries.job_events(session, job_id, after=0)
        events = [event for event in history if event.seq <= job.seq]  # what came since is not in the row
        calls = await operations_queries.job_calls(session, job_id)
        seen = await look(session, job, holds)
        runs = await recent_runs(session, [job.job_type]) if seen.is_live else {}
    await record_look(engine, actor, Entry(Action.INSPECT_JOB, Kind.JOB, str(job_id), job.user_id))
    chain = judge(seen)
    owners = Job.of(job, now_held).model_dump(exclude={"why", "estimate"})
    return InspectedJob(
        **owners,
        why=None if job.status == Status.COMPLETED else told_to_owner(chain, seen.now),
        estimate=Estimate.of(estimate(seen, chain, runs.get(job.job_type, ()))),
        user_id=job.user_id,
        reason=in_a_sentence(chain),
        verdict=told_to_operator(chain, seen.now),
        events=[json.loads(event.json) for event in events],
        calls=[ProviderCall.of(call) for call in calls],
    )


async def _holds(session: AsyncSession, told: Holds) -> Holds:
    """What holds jobs back, from the tables, and whose jobs are capped, as it was told."""
    pauses = await operations_queries.paused_job_types(session)
    paused = {name for name, pause in pauses.items() if pause.per_minute is None}
    return Holds.of(
        paused | await operations_queries.held_work(session),
        (),
        told.capped,
        resumed=pauses.keys() - paused,
        paused_users=await operations_queries.paused_users(session),
    )
