"""What an owner may change of a lead magnet: one shape for the API and for the forms of the pages."""

from typing import Annotated

from lodestone.jobs.content import ChosenConcept, ExtractedContent
from lodestone.jobs.lead_magnet import Archetype
from lodestone.jobs.polish import PolishedContent, page_metadata
from lodestone.jobs.posts import PostVariation
from lodestone.wire import MAX_ENTRIES, JsonObject, Text
from pydantic import AfterValidator, Field, field_validator

from lodestone_gateway.fields import KeptBody, Moment, Title, WebAddress
from lodestone_gateway.lead_magnets.view import LeadMagnetStatus


def _counted(content: PolishedContent | None) -> PolishedContent | None:
    if content is None:
        return None
    return content.model_copy(update={"metadata": page_metadata(content.hero_summary, content.sections)})


class LeadMagnetChanges(KeptBody):
    """What is to be changed; what is left out stays, null takes a part away."""

    title: Title | None = None
    archetype: Archetype | None = None
    status: LeadMagnetStatus | None = None
    concept: ChosenConcept | None = None
    extracted_content: ExtractedContent | None = None
    generated_content: JsonObject | None = None
    interactive_config: JsonObject | None = None
    polished_content: Annotated[PolishedContent | None, AfterValidator(_counted)] = None
    linkedin_post: Text | None = None
    post_variations: Annotated[list[PostVariation], Field(max_length=MAX_ENTRIES)] | None = None
    dm_template: Text | None = None
    cta_word: Text | None = None
    external_url: WebAddress | None = None
    scheduled_time: Moment | None = None

    @field_validator("title", "archetype", "status")
    @classmethod
    def _not_null(cls, value: str | None) -> str:
        if value is None:
            raise ValueError("must not be null")
        return value
