"""What the sections of the content are, and the fields beside them.

A section is published with the outline it belongs to. So an attempt that finds finished sections of an
earlier one finds their outline too, and asks for the others of the same outline.
"""

from collections.abc import Collection

from lodestone.jobs.content import WrittenContent
from lodestone.jobs.extraction import PlannedSection, SectionItem
from lodestone.jobs.slugs import slug_among
from lodestone.llm.loose_values import text_of
from lodestone.wire import WireModel
from lodestone.worker.collector import Beside, Collector, Draft
from lodestone.worker.handler import JobContext
from pydantic import ValidationError

from lodestone_extraction.extraction.draft import (
    Closing,
    ContentDraft,
    SectionsDraft,
    closing_of,
    section_of,
)

CLOSING = "the fields beside the sections"


class Outline(WireModel):
    """The part of a published section that holds the whole plan."""

    outline: list[PlannedSection]


def kept_outline(context: JobContext) -> list[PlannedSection] | None:
    """The outline of the sections that earlier attempts finished; None when there are none."""
    for item in context.finished_items.values():
        try:
            return SectionItem.model_validate(item).outline
        except ValidationError:
            continue  # it has an older shape: write it again
    return None


class Content(Collector[PlannedSection, SectionItem]):
    """One section for each in the outline."""

    list_key = "structure"
    shape = SectionsDraft
    item = SectionItem
    name = "section {key}"
    finished = "sections written"
    stray = "a section had none of the ids that were asked for"

    def __init__(
        self, context: JobContext, outline: list[PlannedSection], wanted: Collection[str] | None = None
    ) -> None:
        """Sections with these ids are wanted, or all."""
        self.outline = outline
        self.closing = Beside(CLOSING, closing_of, alone=Closing, with_items=ContentDraft)
        planned = {each.id: each for each in outline if wanted is None or each.id in wanted}
        super().__init__(context, planned, self.closing)

    def key_of(self, draft: Draft) -> str | None:
        """See Collector."""
        ids = [planned.id for planned in self.outline]
        return slug_among(ids, text_of(draft.get("id")), text_of(draft.get("sectionName")))

    def read(self, draft: Draft, wanted: PlannedSection) -> SectionItem:
        """See Collector."""
        section = section_of(draft, wanted.section_name)
        return SectionItem(**section.model_dump(), id=wanted.id, outline=self.outline)

    def whole(self, title: str) -> WrittenContent:
        """The whole content, once nothing is missing."""
        closing = self.closing.value.model_dump() if self.closing.value else {}
        return WrittenContent(title=title, structure=[item.section() for item in self.items], **closing)
