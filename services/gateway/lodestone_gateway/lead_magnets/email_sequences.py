"""The five emails of a lead magnet: written by a job, edited and activated by their owner."""

from collections.abc import Collection, Iterator
from itertools import product
from typing import Any
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import Conflict, ErrorCode, InvalidRequest, NotFound
from lodestone.jobs.emails import EMAILS, Email, EmailSequence
from lodestone.wire import JsonObject, UtcTime, WireModel
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.entity_tags import check_known
from lodestone_gateway.job_types.versions import keep_emails
from lodestone_gateway.jobs.own_lead_magnet import check_lead_magnet, own_lead_magnet_to_keep
from lodestone_gateway.lead_magnets.placeholders import placeholders
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import EmailSequenceRow, LeadMagnetRow
from lodestone_gateway.store.session import transaction

CHANGED = "These emails have changed since you read them; read them again."
CHECKED = ("subject", "body", "replyTrigger")  # what must contain no placeholder


class NewEmails(WireModel):
    """Five emails, one for each of the days 0 to 4, in order."""

    emails: EmailSequence


class LeadMagnetEmails(WireModel):
    """The emails as their owner sees them."""

    id: UUID
    lead_magnet_id: UUID
    emails: list[Email]
    status: str  # draft or active; synced is an older word for active
    used_fallback: bool  # the fixed template stood in
    fallback_reason: ErrorCode | None
    version: int = 1
    created_at: UtcTime
    updated_at: UtcTime

    @classmethod
    def of(cls, row: EmailSequenceRow) -> "LeadMagnetEmails":
        """The view of a row."""
        return cls.model_validate(row.model_dump())


async def read_emails(engine: AsyncEngine, user_id: UUID, lead_magnet_id: UUID) -> EmailSequenceRow:
    """The emails. Raises NotFound before there are any."""
    async with transaction(engine, user_id) as session:
        return await _there(session, lead_magnet_id)


async def replace_emails(
    engine: AsyncEngine,
    user_id: UUID,
    lead_magnet_id: UUID,
    emails: list[JsonObject],
    known_tags: Collection[str] = (),
) -> EmailSequenceRow:
    """Writes the owner's emails and makes them a draft again.

    Raises NotFound, and Conflict unless one of `known_tags` is the present one. What it replaces becomes a
    version.
    """
    async with transaction(engine, user_id) as session:
        magnet = await own_lead_magnet_to_keep(session, lead_magnet_id)
        row = await queries.email_sequence(session, lead_magnet_id, to_change=True)
        _check_known(row, known_tags)
        return await write_emails(session, magnet, row, emails)


async def write_emails(
    session: AsyncSession,
    magnet: LeadMagnetRow,
    row: EmailSequenceRow | None,
    emails: list[JsonObject],
    **columns: Any,
) -> EmailSequenceRow:
    """Writes the owner's emails over a locked row, as a draft; what they replace becomes a version."""
    time = now()
    if row is not None:
        await keep_emails(session, row, emails, magnet.emails_job_id)
    written = {"emails": emails, "status": "draft", "edited_at": time, "updated_at": time, **columns}
    return await queries.write_email_sequence(session, magnet.id, magnet.user_id, **written)


async def activate_emails(
    engine: AsyncEngine, user_id: UUID, lead_magnet_id: UUID, known_tags: Collection[str] = ()
) -> EmailSequenceRow:
    """Makes them active.

    Raises NotFound, InvalidRequest while a text holds a placeholder, and Conflict unless one of `known_tags`
    is the present one, or while a job is writing them again: its result would be a draft.
    """
    async with transaction(engine, user_id) as session:
        row = await _there(session, lead_magnet_id, to_change=True)
        errors = list(_placeholders(row.emails)) or _none(row.emails)
        if errors:
            raise InvalidRequest("These emails cannot be activated yet.", errors=errors)
        _check_known(row, known_tags)
        if row.status != "active":
            await _check_not_written(session, lead_magnet_id)
            row.status, row.updated_at, row.version = "active", now(), row.version + 1
            await session.flush()
        return row


def entity_tag(row: EmailSequenceRow) -> str:
    """Changes with every write, by the owner or a job."""
    return f'"{row.version}"'


def _check_known(row: EmailSequenceRow | None, known_tags: Collection[str]) -> None:
    present, version = (entity_tag(row), row.version) if row else (None, None)
    check_known(known_tags, present, CHANGED, version=version)


async def _check_not_written(session: AsyncSession, lead_magnet_id: UUID) -> None:
    for job in await queries.live_jobs(session, lead_magnet_id, EMAILS.name):
        message = "These emails are being rewritten. Wait for the new ones, or stop that job first."
        raise Conflict(message, jobId=str(job.id))


async def _there(session: AsyncSession, lead_magnet_id: UUID, *, to_change: bool = False) -> EmailSequenceRow:
    await check_lead_magnet(session, lead_magnet_id)
    row = await queries.email_sequence(session, lead_magnet_id, to_change=to_change)
    if row is None:
        raise NotFound("This lead magnet has no emails yet.")
    return row


def _placeholders(emails: list[JsonObject]) -> Iterator[JsonObject]:
    for index, name in product(range(len(emails)), CHECKED):
        found = placeholders(emails[index].get(name) or "")
        if found:
            message = f"Replace {' and '.join(found)} in emails[{index}].{name} with your own words."
            yield {"field": f"emails.{index}.{name}", "message": message}


def _none(emails: list[JsonObject]) -> list[JsonObject]:
    return [] if emails else [{"field": "emails", "message": "At least one email is required."}]
