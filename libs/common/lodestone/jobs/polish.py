"""Polish: content becomes a page of typed blocks."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from lodestone.deadlines import TimeLimits
from lodestone.jobs.blocks import Block
from lodestone.jobs.content import ChosenConcept, ExtractedContent
from lodestone.jobs.job_type import JobType
from lodestone.jobs.lead_magnet import Archetype
from lodestone.jobs.parts import InParts, Parts
from lodestone.jobs.voice import VOICE, Voice
from lodestone.wire import MAX_ENTRIES, Count, JsonObject, RequiredText, Text, UtcTime, WireModel

WORDS_PER_MINUTE = 200

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]


class PolishInput(InParts):
    """The lead magnet to polish."""

    lead_magnet_id: UUID = Field(
        description="The lead magnet whose content becomes a page; it must be the caller's."
    )


class PolishWork(WireModel):
    """The lead magnet as it was when the job was accepted."""

    lead_magnet_id: UUID = Field(description="The lead magnet that the page is for.")
    title: RequiredText = Field(description="The lead magnet's title.")
    archetype: Archetype = Field(description="Which kind of lead magnet it is.")
    concept: ChosenConcept = Field(description="The concept that its owner chose.")
    extracted_content: ExtractedContent = Field(
        description="The content that becomes the page, with the owner's edits."
    )
    voice: Voice | None = VOICE


class PolishedSection(WireModel):
    """A section of the page; its id is the anchor."""

    id: Slug = Field(
        description="A slug of its name, unique on the page; its anchor and the key of the item."
    )
    section_name: RequiredText = Field(description="Its heading.")
    introduction: Text = Field(default="", description="What the section is about, before its blocks.")
    blocks: Annotated[list[Block], Field(min_length=1, max_length=MAX_ENTRIES)] = Field(
        description="What it shows, from top to bottom."
    )
    key_takeaway: Text = Field(default="", description="What to remember of it.")


class PageMetadata(WireModel):
    """How long the page is."""

    reading_time_minutes: Count = Field(
        description="Minutes at 200 words a minute, at least 1; set by us, not by the model."
    )
    word_count: Count = Field(description="Words of summary, introductions, takeaways and blocks; set by us.")


def page_metadata(hero_summary: str, sections: Sequence[PolishedSection]) -> PageMetadata:
    """Counts the words of summary, introductions, takeaways and block contents."""
    texts = [hero_summary]
    for section in sections:
        texts += [section.introduction, section.key_takeaway, *(block.content for block in section.blocks)]
    words = sum(len(text.split()) for text in texts)
    minutes = (words + WORDS_PER_MINUTE // 2) // WORDS_PER_MINUTE  # a half is rounded up
    return PageMetadata(reading_time_minutes=max(1, minutes), word_count=words)


def _unique_ids(sections: list[PolishedSection]) -> list[PolishedSection]:
    if len({section.id for section in sections}) != len(sections):
        raise ValueError("section ids must differ")
    return sections


class PolishedContent(WireModel):
    """The page."""

    version: Literal[1] = Field(default=1, description="The version of this shape.")
    polished_at: UtcTime = Field(description="When the job finished the page.")
    title: Text | None = Field(
        default=None, description="The page's title; null where the lead magnet's counts."
    )
    hero_summary: RequiredText = Field(description="What stands above the sections.")
    sections: Annotated[
        list[PolishedSection],
        Field(min_length=1, max_length=MAX_ENTRIES),
        AfterValidator(_unique_ids),
    ] = Field(description="Its sections in the order of the content.")
    metadata: PageMetadata = Field(description="How long the page is; counted again after each edit.")


class PolishResult(WireModel):
    """The page and when it was made."""

    polished_content: PolishedContent = Field(description="The page.")
    polished_at: UtcTime = Field(description="When the job finished it; the same time as in the page.")


def _counted(result: JsonObject) -> JsonObject:
    page = PolishedContent.model_validate(result["polishedContent"])
    metadata = page_metadata(page.hero_summary, page.sections).to_wire()
    return {**result, "polishedContent": {**result["polishedContent"], "metadata": metadata}}


PAGE_PARTS = Parts(
    unit="section",
    path=("polishedContent", "sections"),
    keys=lambda sections: [str(section.get("id")) for section in sections],
    name=lambda section: str(section.get("sectionName")),
    withheld=("title",),
    within="blocks",
    fixed=frozenset({"image", "embed", "divider", "resource-card", "resource-grid"}),
    settled=_counted,
)

POLISH = JobType(
    name="polish",
    service="polish",
    path="polish",
    input=PolishInput,
    work=PolishWork,
    result=PolishResult,
    item=PolishedSection,
    output_tokens=8000,
    limits=TimeLimits(deadline=600, attempt=270, call=240),
    model="claude-opus-5-5",
    saves_to="lead_magnet",
    label="Page",
    parts=PAGE_PARTS,
    unit="sections",
)
