"""The result of a job that made one part: that part goes into the newest text, whatever else was changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lodestone.jobs import JOB_TYPES
from lodestone.wire import JsonObject
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.job_types.product import EndedJob
from lodestone_gateway.store.tables import JobEventRow


@dataclass(frozen=True)
class Merged:
    """The newest text with the new part in it, and whether it may be put in place."""

    whole: JsonObject
    is_to_be_offered: bool


async def merged(
    session: AsyncSession, job: EndedJob, key: str, present: JsonObject | None, result: JsonObject
) -> Merged:
    """To be offered: a part that its owner changed or took away after asking, so that nothing is overwritten.

    `present` is the newest text as a result has it; where the part is gone, the result as it was made is
    what is offered.
    """
    parts = JOB_TYPES[job.job_type].parts
    made = parts.find(result, key) if parts else None
    now = parts.find(present, key) if parts and present else None
    if parts is None or present is None or made is None or now is None:
        return Merged(result, is_to_be_offered=True)
    return Merged(parts.put(present, key, made), is_to_be_offered=now != await _text_then(session, job.id))


def changed_columns(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that differ; the others are not written."""
    return {name: value for name, value in after.items() if value != before[name]}


async def _text_then(session: AsyncSession, job_id: UUID) -> JsonObject | None:
    """The part as it was when the job was accepted; None once the job's texts were deleted."""
    is_request = (col(JobEventRow.job_id) == job_id) & (col(JobEventRow.seq) == 1)
    body: JsonObject = await session.scalar(select(col(JobEventRow.body)).where(is_request)) or {}
    part: JsonObject = body.get("part") or {}
    text: JsonObject | None = part.get("text")
    return text
