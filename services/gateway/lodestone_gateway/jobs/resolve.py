"""A request that names stored rows → an input that carries them: a snapshot for the service."""

from uuid import UUID

from lodestone.errors import Conflict
from lodestone.jobs.job_type import JobType
from lodestone.wire import JsonObject
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.job_types.table import PRODUCTS
from lodestone_gateway.jobs.own_lead_magnet import own_lead_magnet_to_keep
from lodestone_gateway.store import lead_magnet_queries as queries

VOICE = "voice"  # the field of the work


async def resolve(
    session: AsyncSession,
    user_id: UUID,
    job_type: JobType,
    input: JsonObject,
    lead_magnet_id: UUID | None,
    snapshot: JsonObject | None = None,
) -> JsonObject:
    """What travels in job.requested; a snapshot that exists already is used as it is.

    A request that names no voice gets that of the brand kit.

    Raises NotFound when the user has no such lead magnet, InvalidRequest when it lacks what the job needs,
    Conflict as `check_not_live`.
    """
    if lead_magnet_id is None:
        return snapshot or await _voiced(session, user_id, job_type, as_sent(job_type, input))
    row = await own_lead_magnet_to_keep(session, lead_magnet_id)
    product = PRODUCTS.get(job_type.name)
    if snapshot:
        work = snapshot
    elif product and product.resolve:
        work = await _voiced(session, user_id, job_type, await product.resolve(session, input, row))
    else:
        work = await _voiced(session, user_id, job_type, as_sent(job_type, input))
    await check_not_live(session, job_type, lead_magnet_id)
    return work


async def _voiced(session: AsyncSession, user_id: UUID, job_type: JobType, work: JsonObject) -> JsonObject:
    """The work with the voice of the user's brand kit, where it has none of its own."""
    if VOICE not in job_type.work.model_fields or VOICE in work:
        return work
    voice = await queries.voice(session, user_id)
    return {**work, VOICE: voice} if voice else work


async def check_not_live(session: AsyncSession, job_type: JobType, lead_magnet_id: UUID | None) -> None:
    """Raises Conflict, with the `jobId` of the live job, if the type allows only one on a lead magnet."""
    product = PRODUCTS.get(job_type.name)
    if product is None or not product.second_refused or lead_magnet_id is None:
        return
    for job in await queries.live_jobs(session, lead_magnet_id, job_type.name):
        raise Conflict(product.second_refused, jobId=str(job.id))


def as_sent(job_type: JobType, input: JsonObject, snapshot: JsonObject | None = None) -> JsonObject:
    """The work of a request that names no stored rows."""
    return snapshot or job_type.work.model_validate(input).to_wire()
