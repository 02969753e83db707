"""Which sections the page has. The content decides, not the model, so that each attempt has the same ones.

One for each section of the content, one for the mistakes, and one for what makes the content trustworthy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lodestone.jobs.content import ContentSection, ExtractedContent
from lodestone.jobs.slugs import unique_slugs


class Origin(StrEnum):
    """The part of the content that a section is made from."""

    SECTION = "section"
    MISTAKES = "mistakes"
    GROUNDS = "grounds"  # insight, experience, proof and difference


@dataclass(frozen=True)
class PlannedSection:
    """A section of the page; its id is its anchor and the key of the item."""

    id: str
    name: str  # the page may have another
    source: str  # the words that it is made from
    origin: Origin = Origin.SECTION


def plan_of(content: ExtractedContent) -> list[PlannedSection]:
    """The sections of the page in their order."""
    parts = list(_parts(content))
    ids = unique_slugs(name for name, _, _ in parts)
    return [PlannedSection(id, *part) for id, part in zip(ids, parts, strict=True)]


def _parts(content: ExtractedContent) -> Iterator[tuple[str, str, Origin]]:
    """Name, source and origin of each section."""
    for section in content.structure:
        yield section.section_name, "\n".join(_texts(section)), Origin.SECTION
    if mistakes := "\n".join(content.common_mistakes).strip():
        yield "Common mistakes", mistakes, Origin.MISTAKES
    grounds = (
        content.non_obvious_insight,
        content.personal_experience,
        content.proof,
        content.differentiation,
    )
    if source := "\n".join(grounds).strip():
        yield "Why it works", source, Origin.GROUNDS


def _texts(section: ContentSection) -> Iterator[str]:
    yield section.introduction
    for item in section.contents:
        yield from (item.headline, item.summary, item.detail)
    yield section.key_takeaway
