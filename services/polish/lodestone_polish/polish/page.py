"""The page of one job as it comes: each section is checked, kept and published once."""

from collections.abc import Iterable

from lodestone.jobs.polish import PolishedSection
from lodestone.jobs.slugs import slug_of
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import object_of, text_of
from lodestone.llm.structured import problems
from lodestone.worker.handler import JobContext
from pydantic import ValidationError

from lodestone_polish.polish.draft import section_of
from lodestone_polish.polish.embeds import embeds_in
from lodestone_polish.polish.plan import PlannedSection

HERO = "heroSummary"


class Page:
    """At most one finished section for each of the plan, and the summary above them."""

    list_key = "sections"

    def __init__(self, context: JobContext, plan: list[PlannedSection]) -> None:
        self.plan = plan
        self.hero_summary = ""
        self._context = context
        self._embeds = embeds_in("\n".join(planned.source for planned in plan))
        self._finished: dict[str, PolishedSection] = {}
        for planned in plan:
            if planned.id in context.finished_items:
                self._take_back(planned.id)

    @property
    def sections(self) -> list[PolishedSection]:
        """The finished ones, in the order of the plan."""
        return [self._finished[planned.id] for planned in self.plan if planned.id in self._finished]

    @property
    def embeds(self) -> list[str]:
        """The addresses that the page shows in place."""
        return list(self._embeds)

    def missing_sections(self) -> list[PlannedSection]:
        """Those of the plan that are not finished."""
        return [planned for planned in self.plan if planned.id not in self._finished]

    def missing(self) -> list[str]:
        """See Pieces."""
        return [planned.id for planned in self.missing_sections()] + ([] if self.hero_summary else [HERO])

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
        self.hero_summary = self.hero_summary or text_of(object_of(reply).get(HERO))
        return [] if self.hero_summary else [f"{HERO}: must not be empty"]

    def _planned(self, draft: dict[str, JsonValue]) -> PlannedSection | None:
        """The section of the plan that a draft is for: by its id, or else by its name."""
        id, name = (text_of(draft.get(field)) for field in ("id", "sectionName"))
        named = [id, slug_of(id), slug_of(name)]
        found = [planned for wanted in named for planned in self.plan if planned.id == wanted]
        return found[0] if found else None

    def _try(self, draft: dict[str, JsonValue], planned: PlannedSection) -> str | None:
        try:
            section = section_of(draft, planned, self._embeds)
        except ValidationError as error:
            return problems(error)
        self._finished[planned.id] = section
        message = f"{len(self._finished)} of {len(self.plan)} sections ready"
        self._context.item(planned.id, self.plan.index(planned), section.to_wire(), message)
        return None

    def _take_back(self, id: str) -> None:
        try:
            self._finished[id] = PolishedSection.model_validate(self._context.finished_items[id])
        except ValidationError:
            return  # of an older shape: written again
