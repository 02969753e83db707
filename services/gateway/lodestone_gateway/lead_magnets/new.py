"""Creates a lead magnet from a concept of an ideation job, or from the user's own idea."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import CapReached, Conflict, InvalidRequest, NotFound
from lodestone.ids import new_id
from lodestone.jobs.content import ChosenConcept
from lodestone.jobs.ideation import IDEATION
from lodestone.jobs.lead_magnet import ARCHETYPE_NAMES, Archetype, ViralCheck
from lodestone.status import Status
from lodestone.wire import JsonObject, RequiredText, Text, WireModel
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.fields import MAX_TITLE, Title
from lodestone_gateway.jobs.caps import check_room_to_store
from lodestone_gateway.jobs.quota import check_quota, use_for_lead_magnet, was_released
from lodestone_gateway.store import queries
from lodestone_gateway.store.cap_queries import cap_of
from lodestone_gateway.store.lead_magnet_queries import count_of_ideation, one_at_a_time
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.store.library_queries import made_of_own_idea
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob

PER_IDEATION = "leadMagnetsPerIdeation"
_ALL_MARKS = ViralCheck.model_validate({field.alias: True for field in ViralCheck.model_fields.values()})


class NewLeadMagnet(WireModel):
    """A concept of an ideation job (`ideationJobId`, `conceptIndex`), or the user's own idea."""

    ideation_job_id: UUID | None = None
    concept_index: Annotated[int, Field(ge=0, le=9)] | None = None
    title: Title | None = None
    pain_solved: RequiredText | None = None
    archetype: Archetype = Archetype.SINGLE_BREAKDOWN
    why_now_hook: Text = ""
    contents: Text = ""
    delivery_format: Text = ""

    def own_concept(self) -> ChosenConcept:
        """The user's own idea. Raises InvalidRequest if it says too little."""
        given = {"title": self.title, "painSolved": self.pain_solved}
        missing = [required(field) for field, value in given.items() if value is None]
        if missing:
            raise InvalidRequest(errors=missing)
        texts = self.model_dump(exclude={"ideation_job_id", "concept_index", "archetype"})
        return custom_concept(self.archetype, **texts)


def required(field: str) -> dict[str, str]:
    """The error for a missing field."""
    return {"field": field, "message": "This field is required."}


def custom_concept(archetype: Archetype, **given: str) -> ChosenConcept:
    """A user's own idea; it has every mark of the viral check, and takes one to two hours."""
    return ChosenConcept(
        archetype=archetype,
        archetype_name=ARCHETYPE_NAMES[archetype],
        viral_check=_ALL_MARKS,
        creation_time_estimate="1–2 hours",
        **given,  # type: ignore[arg-type]
    )


async def from_own_idea(
    engine: AsyncEngine, user_id: UUID, concept: ChosenConcept, *, beside: Sequence[UUID] | None = None
) -> LeadMagnetRow:
    """The new lead magnet, which counts against the plan.

    Raises UsageLimitExceeded, CapReached; and Conflict, with a `leadMagnetId`, if there is one of this idea
    that is not among those that it may stand `beside`; None allows all.
    """
    async with transaction(engine, user_id) as session:
        if beside is not None:
            await _check_not_made(session, user_id, concept, beside)
        await check_quota(session, user_id)
        await check_room_to_store(session, user_id)
        row = await _insert(session, user_id, concept, is_custom_idea=True)
        await use_for_lead_magnet(session, user_id, row.id)
        return row


async def _check_not_made(
    session: AsyncSession, user_id: UUID, concept: ChosenConcept, beside: Sequence[UUID]
) -> None:
    await one_at_a_time(session, f"own ideas of {user_id}")  # a form that is sent twice at once
    made = await made_of_own_idea(session, user_id, concept.to_wire())
    if made is not None and made not in beside:
        raise Conflict("You have made a lead magnet of this idea already.", leadMagnetId=str(made))


async def from_ideation(engine: AsyncEngine, user_id: UUID, job_id: UUID, index: int) -> LeadMagnetRow:
    """The new lead magnet; its ideation job has been counted, or will be when it ends.

    Raises NotFound when the user has no such ideation job, Conflict when the job has no such concept, and
    CapReached, UsageLimitExceeded where the job ended without being counted, as jobs did that an earlier
    version ended.
    """
    async with transaction(engine, user_id) as session:
        job = await queries.job(session, job_id)
        if job is None or job.job_type != IDEATION.name:
            raise NotFound("You have no such ideation job.")
        concept = ChosenConcept.model_validate(concept_of(job, index))
        is_counted = not await was_released(session, job_id)
        if not is_counted:
            await check_quota(session, user_id)
        await check_room_to_store(session, user_id)
        await check_room_beside(session, user_id, job_id)
        row = await _insert(session, user_id, concept, is_custom_idea=False, ideation_job_id=job_id)
        if not is_counted:
            await use_for_lead_magnet(session, user_id, row.id)
        return row


async def check_room_beside(session: AsyncSession, user_id: UUID, job_id: UUID) -> None:
    """Raises CapReached if the user has as many lead magnets from this ideation job as the plan allows."""
    most = await cap_of(session, user_id, PER_IDEATION)
    if most is None:
        return
    await one_at_a_time(session, f"lead magnets of {job_id}")  # so that the count stays correct
    count = await count_of_ideation(session, job_id)
    if count >= most:
        message = (
            f"Your plan allows {most} lead magnets from one set of ideas, and you have {count}."
            " Delete one of them first."
        )
        raise CapReached(message, cap=PER_IDEATION, limit=most, used=count, resetsAt=None)


def concept_of(job: BackgroundJob, index: int) -> JsonObject:
    """The concept, even of a job that is running or ended early: finished items stay. Raises Conflict."""
    for entry in job.items:
        if entry["itemIndex"] == index:
            concept: JsonObject = entry["item"]
            return concept
    whole: list[JsonObject] = job.result["concepts"] if job.result else []
    if index < len(whole):
        return whole[index]
    raise Conflict(f"This job has no concept {index}" + ("." if Status(job.status).is_terminal else " yet."))


async def _insert(
    session: AsyncSession, user_id: UUID, concept: ChosenConcept, **columns: Any
) -> LeadMagnetRow:
    time = now()
    row = LeadMagnetRow(
        id=new_id(),
        user_id=user_id,
        title=concept.title[:MAX_TITLE],
        archetype=concept.archetype,
        concept=concept.to_wire(),
        created_at=time,
        updated_at=time,
        **columns,
    )
    session.add(row)
    await session.flush()
    return row
