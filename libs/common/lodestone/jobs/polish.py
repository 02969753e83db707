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
from lodestone.wire import MAX_ENTRIES, Count, RequiredText, Text, UtcTime, WireModel

WORDS_PER_MINUTE = 200

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]


class PolishInput(WireModel):
    """The lead magnet to polish."""

    lead_magnet_id: UUID


class PolishWork(WireModel):
    """The lead magnet as it was when the job was accepted."""

    lead_magnet_id: UUID
    title: RequiredText
    archetype: Archetype
    concept: ChosenConcept
    extracted_content: ExtractedContent


class PolishedSection(WireModel):
    """A section of the page; its id is the anchor."""

    id: Slug
    section_name: RequiredText
    introduction: Text = ""
    blocks: Annotated[list[Block], Field(min_length=1, max_length=MAX_ENTRIES)]
    key_takeaway: Text = ""


class PageMetadata(WireModel):
    """How long the page is."""

    reading_time_minutes: Count
    word_count: Count


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

    version: Literal[1] = 1
    polished_at: UtcTime
    title: Text | None = None
    hero_summary: RequiredText
    sections: Annotated[
        list[PolishedSection],
        Field(min_length=1, max_length=MAX_ENTRIES),
        AfterValidator(_unique_ids),
    ]
    metadata: PageMetadata


class PolishResult(WireModel):
    """The page and when it was made."""

    polished_content: PolishedContent
    polished_at: UtcTime


POLISH = JobType(
    name="polish",
    service="polish",
    path="polish",
    input=PolishInput,
    work=PolishWork,
    result=PolishResult,
    item=PolishedSection,
    limits=TimeLimits(deadline=600, attempt=270, call=240),
    model="claude-opus-5-5",
    saves_to="lead_magnet",
    label="Page",
    unit="sections",
)
