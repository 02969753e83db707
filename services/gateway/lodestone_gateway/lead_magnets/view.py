"""A lead magnet as its owner sees it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Self
from uuid import UUID

from lodestone.wire import JsonObject, UtcTime, WireModel

from lodestone_gateway.lead_magnets.replaced_texts import ReplacedText
from lodestone_gateway.store.lead_magnet_queries import ListedLeadMagnet
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow


class LeadMagnetStatus(StrEnum):
    """What the owner does with it; jobs never write it."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SCHEDULED = "scheduled"
    ARCHIVED = "archived"


class PartJobs(WireModel):
    """The jobs whose results the parts are; null for a part that no job made."""

    extraction: UUID | None
    polish: UUID | None
    posts: UUID | None
    emails: UUID | None


class LeadMagnetSummary(WireModel):
    """A lead magnet in a list: without its parts."""

    id: UUID
    title: str
    archetype: str
    status: LeadMagnetStatus
    is_custom_idea: bool
    ideation_job_id: UUID | None
    external_url: str | None
    scheduled_time: UtcTime | None
    published_at: UtcTime | None
    polished_at: UtcTime | None
    jobs: PartJobs
    version: int
    created_at: UtcTime
    updated_at: UtcTime

    @classmethod
    def of(cls, row: LeadMagnetRow | ListedLeadMagnet) -> Self:
        """The view of a row."""
        jobs = {name: getattr(row, f"{name}_job_id") for name in PartJobs.model_fields}
        columns = {name: getattr(row, name) for name in cls.model_fields if name not in ("jobs", "replaced")}
        return cls.model_validate({**columns, "jobs": jobs})


class LeadMagnet(LeadMagnetSummary):
    """A lead magnet with everything."""

    concept: JsonObject | None
    extracted_content: JsonObject | None
    generated_content: JsonObject | None
    interactive_config: JsonObject | None
    polished_content: JsonObject | None
    linkedin_post: str | None
    post_variations: list[JsonObject] | None
    dm_template: str | None
    cta_word: str | None
    replaced: list[ReplacedText] = []

    @classmethod
    def of(cls, row: LeadMagnetRow | ListedLeadMagnet, replaced: Sequence[ReplacedText] = ()) -> Self:
        """The view of a row, and of the owner's texts that were in it before."""
        return super().of(row).model_copy(update={"replaced": list(replaced)})


def entity_tag(row: LeadMagnetRow) -> str:
    """Changes with every write, of the owner or of a job."""
    return f'"{row.version}"'
