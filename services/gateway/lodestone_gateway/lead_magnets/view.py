"""A lead magnet as its owner sees it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Self
from uuid import UUID

from lodestone.wire import JsonObject, UtcTime, WireModel
from pydantic import Field, create_model

from lodestone_gateway.job_types.table import COLUMNS, PIECES
from lodestone_gateway.lead_magnets.replaced_texts import ReplacedText
from lodestone_gateway.store.lead_magnet_queries import ListedLeadMagnet
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow


class LeadMagnetStatus(StrEnum):
    """What the owner does with it; jobs never write it."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SCHEDULED = "scheduled"
    ARCHIVED = "archived"


if TYPE_CHECKING:

    class PartJobs(WireModel):
        """The jobs whose results the parts are."""

    class _Parts(WireModel):
        """The columns of all pieces."""

else:
    PartJobs = create_model(
        "PartJobs",
        __base__=WireModel,
        __doc__="The jobs whose results the parts are; null for a part that no job made.",
        **{name: (UUID | None, ...) for name in PIECES},
    )
    _Parts = create_model(
        "_Parts",
        __base__=WireModel,
        **{name: (LeadMagnetRow.model_fields[name].annotation, ...) for name in COLUMNS},
    )


class LeadMagnetSummary(WireModel):
    """A lead magnet in a list: without its parts."""

    id: UUID
    title: str
    archetype: str
    status: LeadMagnetStatus
    is_custom_idea: bool
    is_favourite: bool = False
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
        columns = {name: getattr(row, name) for name in cls.model_fields if name not in ("jobs", "replaced")}
        return cls.model_validate({**columns, "jobs": row.job_ids})


class LeadMagnet(_Parts, LeadMagnetSummary):
    """A lead magnet with everything."""

    concept: JsonObject | None
    generated_content: JsonObject | None
    replaced: list[ReplacedText] = Field(
        default=[],
        description="Deprecated: read `…/versions`. The owner's own versions that were replaced, the newest"
        " five of each piece",
    )

    @classmethod
    def of(cls, row: LeadMagnetRow | ListedLeadMagnet, replaced: Sequence[ReplacedText] = ()) -> Self:
        """The view of a row, and of the owner's texts that were in it before."""
        return super().of(row).model_copy(update={"replaced": list(replaced)})


def entity_tag(row: LeadMagnetRow) -> str:
    """Changes with every write, of the owner or of a job."""
    return f'"{row.version}"'
