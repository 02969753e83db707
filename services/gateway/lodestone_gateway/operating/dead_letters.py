"""What failed and waits for an operator: failed jobs, which can be run again, and events that fit nowhere.

A dead job is replayed once: its replay is an ordinary retry under a key that only this module makes, so
that two operators, or the owner and an operator, get the same new job. When that one fails, it is the next
dead letter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from lodestone.clock import format_time
from lodestone.errors import Conflict, NotFound, Rejected
from lodestone.status import Status
from lodestone.wire import UtcTime, WireModel
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.jobs.retry import retry
from lodestone_gateway.jobs.submit import Accepted, Together
from lodestone_gateway.operating.audit import (
    NOTHING,
    Action,
    Actor,
    Entry,
    Kind,
    Outcome,
    record,
    record_look,
    record_refusal,
)
from lodestone_gateway.paging import Page, page_of, place_of
from lodestone_gateway.store import operations_queries as queries
from lodestone_gateway.store.operations_queries import DeadJob, DeadJobFilter
from lodestone_gateway.store.operations_tables import DeadEvent
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob

KEY = "replay → {job_id}"  # no caller can send it: theirs are ASCII


class EventLetter(WireModel):
    """A message of the stream that is not part of any job's history."""

    sequence: int
    subject: str
    problem: Literal["invalid", "refused", "after_end", "foreign"]
    size: int
    excerpt: str


class DeadLetter(WireModel):
    """A failed job, or an event that fits nowhere. `replayedAs` is the job that ran it again."""

    kind: Literal["job", "event"]
    id: UUID
    job_id: UUID | None
    job_type: str | None
    user_id: UUID | None
    error_code: str | None
    error: str
    died_at: UtcTime
    attempt: int | None
    replayed_as: UUID | None
    event: EventLetter | None


@dataclass
class Listed:
    """A dead letter at its place in the list: by the time of its death."""

    id: UUID
    created_at: datetime
    letter: DeadLetter


@dataclass(frozen=True)
class Replayed:
    """A dead job and the job that runs it again."""

    job_id: UUID
    replayed_as: UUID


@dataclass(frozen=True)
class Refused:
    """A dead job that could not be run again, and why."""

    job_id: UUID
    code: str
    detail: str


@dataclass(frozen=True)
class Replay:
    """The outcome for many: `remaining` match the filter but were beyond the limit."""

    chosen: list[UUID]
    replayed: list[Replayed]
    refused: list[Refused]
    remaining: int


async def list_dead_letters(
    reader: AsyncEngine,
    engine: AsyncEngine,
    actor: Actor,
    wanted: DeadJobFilter,
    *,
    kinds: Sequence[str],
    cursor: str | None,
    limit: int,
) -> Page[Listed]:
    """Jobs and events by the time of their death, newest first. Raises InvalidRequest for an invalid cursor.

    Events have no owner, no code and no replay, so a filter for one of these leaves them out. Their excerpts
    may have users' texts, so that a page with one is a look.
    """
    before = place_of(cursor)
    with_events = not (wanted.user_id or wanted.error_codes or wanted.cause or wanted.is_replayed)
    found: list[Listed] = []
    async with transaction(reader) as session:
        if "job" in kinds:
            jobs = await queries.dead_jobs(session, wanted, before=before, limit=limit + 1)
            found += map(of_job, jobs)
        if "event" in kinds and with_events:
            events = await queries.dead_events(session, wanted, before=before, limit=limit + 1)
            found += map(of_event, events)
    page = page_of(in_order(found), limit)
    if any(each.letter.event for each in page.rows):
        await record_look(engine, actor, Entry(Action.READ_DEAD_EVENTS, Kind.DEAD_LETTERS))
    return page


async def replay(
    reader: AsyncEngine,
    engine: AsyncEngine,
    actor: Actor,
    job_id: UUID,
    details: Mapping[str, Any] = NOTHING,
) -> Accepted:
    """Runs a failed job again for its owner, who pays for it with their quota; the same new job each time.

    The audit has `details` besides. Raises NotFound, Conflict unless the job failed; and as `retry`.
    """
    async with transaction(reader) as session:
        found = await queries.any_job(session, job_id)
    if found is None:
        raise NotFound("This job does not exist.")
    job, again = found
    entry = Entry(Action.REPLAY_JOB, Kind.JOB, str(job_id), job.user_id, details)
    try:
        return await _replay(engine, actor, entry, job, again)
    except Rejected as refusal:
        await record_refusal(engine, actor, entry, refusal)
        raise


def with_new_job(actor: Actor, entry: Entry) -> Together:
    """What writes the entry of a replay, with the job that came of it, in that job's transaction."""

    async def together(session: AsyncSession, accepted: Accepted) -> None:
        details = {**entry.details, "replayedAs": str(accepted.job_id)}
        outcome = Outcome.UNCHANGED if accepted.is_replay else Outcome.DONE
        await record(session, actor, replace(entry, details=details), outcome)

    return together


async def _replay(
    engine: AsyncEngine, actor: Actor, entry: Entry, job: BackgroundJob, again: BackgroundJob | None
) -> Accepted:
    together = with_new_job(actor, entry)
    if job.status != Status.FAILED:
        raise Conflict(f"Only a failed job can be replayed; this one is {job.status}.")
    if again is None:
        return await retry(engine, None, None, job.user_id, job.id, KEY.format(job_id=job.id), together)
    accepted = Accepted(again.id, Status(again.status), is_replay=True)
    async with transaction(engine) as session:
        await together(session, accepted)
    return accepted


async def replay_many(
    reader: AsyncEngine,
    engine: AsyncEngine,
    actor: Actor,
    wanted: DeadJobFilter,
    *,
    limit: int,
    dry_run: bool,
) -> Replay:
    """Replays what matches, the newest failure first, at most `limit`; a refusal does not stop the rest.

    A dry run is no action, and in no audit.
    """
    async with transaction(reader) as session:
        jobs = await queries.dead_jobs(session, wanted, before=None, limit=limit)
        remaining = await queries.count_dead_jobs(session, wanted) - len(jobs)
    result = Replay([job.id for job in jobs], [], [], max(remaining, 0))
    if dry_run:
        return result
    async with transaction(engine) as session:
        details = {**_told(wanted), "limit": limit, "jobs": len(jobs)}
        many = Entry(Action.REPLAY_DEAD_LETTERS, Kind.DEAD_LETTERS, None, wanted.user_id, details)
        await record(session, actor, many)
    for job_id in result.chosen:
        try:
            accepted = await replay(reader, engine, actor, job_id)
            result.replayed.append(Replayed(job_id, accepted.job_id))
        except Rejected as error:
            result.refused.append(Refused(job_id, error.code, error.message))
    return result


def _told(wanted: DeadJobFilter) -> dict[str, Any]:
    """The filter's parts that say something."""
    parts: dict[str, Any] = {
        "jobTypes": list(wanted.job_types),
        "errorCodes": list(wanted.error_codes),
        "since": wanted.since and format_time(wanted.since),
        "until": wanted.until and format_time(wanted.until),
    }
    return {name: value for name, value in parts.items() if value}


def in_order(found: Iterable[Listed]) -> list[Listed]:
    """The newest first, and of the same time the higher id, as the database orders each kind."""
    return sorted(found, key=lambda each: (each.created_at, each.id), reverse=True)


def of_job(job: DeadJob) -> Listed:
    """A failed job at its place."""
    letter = DeadLetter(
        kind="job",
        id=job.id,
        job_id=job.id,
        job_type=job.job_type,
        user_id=job.user_id,
        error_code=job.error_code,
        error=job.error or "",
        died_at=job.completed_at,
        attempt=job.attempt,
        replayed_as=job.replayed_as,
        event=None,
    )
    return Listed(job.id, job.completed_at, letter)


def of_event(event: DeadEvent) -> Listed:
    """An event of no job's history at its place."""
    letter = DeadLetter(
        kind="event",
        id=event.id,
        job_id=event.job_id,
        job_type=event.job_type,
        user_id=None,
        error_code=None,
        error=event.reason,
        died_at=event.seen_at,
        attempt=None,
        replayed_as=None,
        event=EventLetter.model_validate(event.model_dump()),
    )
    return Listed(event.id, event.seen_at, letter)
