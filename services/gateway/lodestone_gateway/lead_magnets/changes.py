"""What an owner may change in a lead magnet: one shape for the API and for the forms of the pages."""

from typing import TYPE_CHECKING

from lodestone.jobs.addresses import AddressOrEmpty
from lodestone.jobs.content import ChosenConcept
from lodestone.jobs.lead_magnet import Archetype
from lodestone.wire import JsonObject
from pydantic import create_model, field_validator

from lodestone_gateway.fields import KeptBody, Moment, Title
from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.lead_magnets.view import LeadMagnetStatus


class OwnChanges(KeptBody):
    """What may be changed of any lead magnet, besides its pieces."""

    title: Title | None = None
    archetype: Archetype | None = None
    status: LeadMagnetStatus | None = None
    concept: ChosenConcept | None = None
    generated_content: JsonObject | None = None
    external_url: AddressOrEmpty | None = None
    scheduled_time: Moment | None = None
    is_favourite: bool | None = None

    @field_validator("title", "archetype", "status", "is_favourite")
    @classmethod
    def _not_null(cls, value: str | bool | None) -> str | bool:
        if value is None:
            raise ValueError("must not be null")
        return value


if TYPE_CHECKING:

    class LeadMagnetChanges(OwnChanges):
        """What is to be changed, the pieces too."""

else:
    LeadMagnetChanges = create_model(
        "LeadMagnetChanges",
        __base__=(OwnChanges, *(piece.changes for piece in PIECES.values())),
        __doc__="What is to be changed; what is left out stays, null takes a part away.",
    )
