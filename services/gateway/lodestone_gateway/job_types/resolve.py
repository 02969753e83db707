"""A request that names stored rows → an input that carries them: a snapshot for the service."""

from collections.abc import Iterable
from uuid import UUID

from lodestone.errors import Conflict, InvalidRequest, NotFound
from lodestone.jobs.emails import EMAILS, EmailsInput, EmailsWork
from lodestone.jobs.job_type import JobType
from lodestone.jobs.polish import POLISH, PolishWork
from lodestone.wire import JsonObject
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.job_types.emails_work import emails_work
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow

ONE_AT_A_TIME = POLISH.name  # a unique index holds the same rule

_MISSING = {
    "concept": "This lead magnet has no concept yet; choose one first.",
    "extractedContent": "This lead magnet has no content yet; run an extraction first.",
}


async def resolve(
    session: AsyncSession,
    job_type: JobType,
    input: JsonObject,
    lead_magnet_id: UUID | None,
    snapshot: JsonObject | None = None,
) -> JsonObject:
    """What travels in job.requested: the snapshot where there is one already.

    Raises NotFound when the user has no such lead magnet, InvalidRequest when it lacks what the job needs,
    Conflict as `check_not_live`.
    """
    if lead_magnet_id is None:
        return snapshot or _as_sent(job_type, input)
    row = await own_lead_magnet_to_keep(session, lead_magnet_id)
    work = snapshot or await _with_rows(session, job_type, input, row)
    await check_not_live(session, job_type, lead_magnet_id)
    return work


async def own_lead_magnet_to_keep(session: AsyncSession, lead_magnet_id: UUID) -> LeadMagnetRow:
    """The user's lead magnet, not to be deleted before this transaction ends. Raises NotFound."""
    row = await queries.lead_magnet_to_keep(session, lead_magnet_id)
    if row is None:
        raise NotFound("You have no such lead magnet.")
    return row


async def check_not_live(session: AsyncSession, job_type: JobType, lead_magnet_id: UUID | None) -> None:
    """Raises Conflict with the first one's `jobId` where a second live job of the type is not wanted."""
    if job_type.name != ONE_AT_A_TIME or lead_magnet_id is None:
        return
    for job in await queries.live_jobs(session, lead_magnet_id, job_type.name):
        raise Conflict("This lead magnet is already being polished.", jobId=str(job.id))


async def _with_rows(
    session: AsyncSession, job_type: JobType, input: JsonObject, row: LeadMagnetRow
) -> JsonObject:
    match job_type.name:
        case POLISH.name:
            return _polish(row).to_wire()
        case EMAILS.name:
            return (await _emails(session, EmailsInput.model_validate(input), row)).to_wire()
    return _as_sent(job_type, input)


def _as_sent(job_type: JobType, input: JsonObject) -> JsonObject:
    return job_type.work.model_validate(input).to_wire()


def _polish(row: LeadMagnetRow) -> PolishWork:
    needed = {"concept": row.concept, "extractedContent": row.extracted_content}
    _refuse_without(name for name, part in needed.items() if part is None)
    named = {"leadMagnetId": row.id, "title": row.title, "archetype": row.archetype}
    return PolishWork.model_validate({**needed, **named})


async def _emails(session: AsyncSession, asked: EmailsInput, row: LeadMagnetRow) -> EmailsWork:
    if not (row.concept or row.extracted_content or row.interactive_config):
        _refuse_without(_MISSING)
    kit = await queries.brand_kit(session, row.user_id)
    return emails_work(asked, row, kit, await queries.user_name(session, row.user_id))


def _refuse_without(missing: Iterable[str]) -> None:
    errors = [{"field": name, "message": _MISSING[name]} for name in missing]
    if errors:
        raise InvalidRequest(errors=errors)
