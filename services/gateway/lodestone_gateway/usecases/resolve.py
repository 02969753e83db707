"""A request that names stored rows → an input that carries them: a snapshot for the service."""

from uuid import UUID

from lodestone.errors import NotFound
from lodestone.jobs.job_type import JobType
from lodestone.wire import JsonObject


async def resolve(job_type: JobType, input: JsonObject, lead_magnet_id: UUID | None) -> JsonObject:
    """What travels in job.requested. Raises NotFound when the user has no such lead magnet."""
    if lead_magnet_id is not None:
        raise NotFound("You have no such lead magnet.")
    return job_type.work.model_validate(input).to_wire()
