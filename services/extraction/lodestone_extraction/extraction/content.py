"""The content of one job as it comes: its outline, its sections, and the fields beside them.

A section is published with the outline it belongs to. So an attempt that finds finished sections of an
earlier one finds their outline too, and asks for the others of the same outline.
"""

from collections.abc import Iterable

from lodestone.jobs.content import WrittenContent, WrittenSection
from lodestone.jobs.extraction import PlannedSection, SectionItem
from lodestone.jobs.slugs import slug_of
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import text_of
from lodestone.llm.structured import problems
from lodestone.wire import JsonObject, WireModel
from lodestone.worker.handler import JobContext
from pydantic import ValidationError

from lodestone_extraction.extraction.draft import Closing, closing_of, section_of

CLOSING = "the fields beside the sections"


class Outline(WireModel):
    """The part of a published section that tells the whole plan."""

    outline: list[PlannedSection]


def kept_outline(context: JobContext) -> list[PlannedSection] | None:
    """The outline of the sections that earlier attempts finished; None when there are none."""
    for item in context.finished_items.values():
        try:
            return SectionItem.model_validate(item).outline
        except ValidationError:
            continue  # of an older shape: written again
    return None


class Content:
    """At most one finished section for each of the outline, and the closing fields."""

    list_key = "structure"

    def __init__(self, context: JobContext, outline: list[PlannedSection]) -> None:
        self.outline = outline
        self.closing: Closing | None = None
        self._context = context
        self._finished: dict[str, WrittenSection] = {}
        for planned in outline:
            if planned.id in context.finished_items:
                self._take_back(planned.id, context.finished_items[planned.id])

    @property
    def written(self) -> list[WrittenSection]:
        """The finished sections, in the order of the outline."""
        return [self._finished[planned.id] for planned in self.outline if planned.id in self._finished]

    def missing_sections(self) -> list[PlannedSection]:
        """Those of the outline that are not finished."""
        return [planned for planned in self.outline if planned.id not in self._finished]

    def missing(self) -> list[str]:
        """See Pieces."""
        return [planned.id for planned in self.missing_sections()] + ([] if self.closing else [CLOSING])

    def offer(self, drafts: Iterable[dict[str, JsonValue]]) -> list[str]:
        """See Pieces."""
        complaints = []
        for draft in drafts:
            planned = self._planned(draft)
            if planned is None:
                complaints.append("a section had none of the ids that were asked for")
            elif planned.id not in self._finished and (problem := self._try(draft, planned)):
                complaints.append(f"section {planned.id}: {problem}")
        return complaints

    def finish(self, reply: JsonValue) -> list[str]:
        """See Pieces."""
        if self.closing is None:
            try:
                self.closing = closing_of(reply)
            except ValidationError as error:
                return [problems(error)]
        return []

    def whole(self, title: str) -> WrittenContent:
        """The content, when nothing is missing."""
        closing = self.closing.model_dump() if self.closing else {}
        return WrittenContent(title=title, structure=self.written, **closing)

    def _planned(self, draft: dict[str, JsonValue]) -> PlannedSection | None:
        """The section of the outline that a draft is for: by its id, or else by its name."""
        id, name = (text_of(draft.get(field)) for field in ("id", "sectionName"))
        named = [id, slug_of(id), slug_of(name)]
        found = [planned for id in named for planned in self.outline if planned.id == id]
        return found[0] if found else None

    def _try(self, draft: dict[str, JsonValue], planned: PlannedSection) -> str | None:
        try:
            section = section_of(draft, planned.section_name)
        except ValidationError as error:
            return problems(error)
        self._finished[planned.id] = section
        item = SectionItem(**section.model_dump(), id=planned.id, outline=self.outline)
        message = f"{len(self._finished)} of {len(self.outline)} sections written"
        self._context.item(planned.id, self.outline.index(planned), item.to_wire(), message)
        return None

    def _take_back(self, id: str, item: JsonObject) -> None:
        try:
            self._finished[id] = SectionItem.model_validate(item).section()
        except ValidationError:
            return  # of an older shape: written again
