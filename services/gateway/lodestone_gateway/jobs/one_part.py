"""A job for one part of a lead magnet's text: which part is meant, and what its service needs of the rest."""

from dataclasses import dataclass
from uuid import UUID

from lodestone.errors import InvalidRequest
from lodestone.events import RequestedPart
from lodestone.jobs.job_type import JobType
from lodestone.jobs.parts import Parts
from lodestone.wire import JsonObject
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.job_types.product import Stored
from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.jobs.fitting import fitted
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.store.tables import BackgroundJob

MOST_NAMED = 60  # parts that a refusal names


@dataclass(frozen=True)
class AskedPart:
    """The part that a caller wants made again, and how it is to differ."""

    key: str
    instruction: str

    def to_wire(self) -> JsonObject:
        """What is kept of it in the job's input."""
        return {"part": self.key, "instruction": self.instruction}


@dataclass(frozen=True)
class PartOfJob:
    """What travels to the service, and the job whose result the present text was."""

    requested: RequestedPart
    parent_job_id: UUID | None


async def part_of_lead_magnet(
    session: AsyncSession, kind: JobType, asked: AskedPart, row: LeadMagnetRow, work: JsonObject
) -> PartOfJob:
    """That part of the newest text. Raises InvalidRequest, with the `parts` that exist, for another one."""
    parts, piece = kind.parts, PIECES[kind.name]
    emails = await queries.email_sequence(session, row.id)
    whole = piece.whole(Stored(row, emails, {}))
    text = parts.find(whole, asked.key) if parts and whole else None
    if parts is None or whole is None or text is None:
        raise no_such_part(kind, parts, whole)
    parent_job_id: UUID | None = getattr(row, piece.job_column)
    requested = RequestedPart(
        key=asked.key,
        instruction=asked.instruction,
        input=work,
        present=fitted(kind, whole, {**piece.unkept, **await _result(session, parent_job_id)}),
        text=text,
    )
    if parts.find(requested.present, asked.key) is None:
        raise no_such_part(kind, parts, requested.present)
    return PartOfJob(requested, parent_job_id)


def no_such_part(kind: JobType, parts: Parts | None, whole: JsonObject | None) -> InvalidRequest:
    """A refusal that names the parts that exist, in its message and as `parts`."""
    listed = parts.of(whole)[:MOST_NAMED] if parts and whole else []
    if parts is None or not listed:
        message = f"There are no {kind.unit} yet of which one could be made again; make all of them first."
        return InvalidRequest(errors=[{"field": "part", "message": message}], parts=[])
    named = ", ".join(f"{part.key} ({part.name})" for part in listed)
    inner = f"; or one of the {parts.within} of a part, such as {listed[0].key}/1" if parts.within else ""
    message = f"There is no such part. Use one of: {named}{inner}."
    errors = [{"field": "part", "message": message}]
    return InvalidRequest(errors=errors, parts=[vars(part) for part in listed])


async def _result(session: AsyncSession, job_id: UUID | None) -> JsonObject:
    if job_id is None:
        return {}
    found = select(col(BackgroundJob.result)).where(col(BackgroundJob.id) == job_id)
    result: JsonObject | None = await session.scalar(found)
    return result or {}
