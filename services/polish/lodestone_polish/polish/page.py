"""What the page's sections are, and the summary above them."""

from lodestone.jobs.polish import PolishedSection
from lodestone.jobs.slugs import slug_among
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import object_of, text_of
from lodestone.worker.collector import Beside, Collector, Draft
from lodestone.worker.handler import JobContext

from lodestone_polish.polish.draft import Hero, PageDraft, SectionsDraft, section_of
from lodestone_polish.polish.embeds import embeds_in
from lodestone_polish.polish.plan import PlannedSection

HERO = "heroSummary"


class Page(Collector[PlannedSection, PolishedSection]):
    """One section for each in the plan."""

    list_key = "sections"
    shape = SectionsDraft
    item = PolishedSection
    name = "section {key}"
    finished = "sections ready"
    stray = "a section had none of the ids that were asked for"

    def __init__(self, context: JobContext, plan: list[PlannedSection]) -> None:
        self.plan = plan
        self.embeds = embeds_in("\n".join(planned.source for planned in plan))  # by address
        self.hero = Beside(HERO, hero_summary_of, alone=Hero, with_items=PageDraft)
        super().__init__(context, {planned.id: planned for planned in plan}, self.hero)

    def key_of(self, draft: Draft) -> str | None:
        """See Collector."""
        ids = [planned.id for planned in self.plan]
        return slug_among(ids, text_of(draft.get("id")), text_of(draft.get("sectionName")))

    def read(self, draft: Draft, wanted: PlannedSection) -> PolishedSection:
        """See Collector."""
        return section_of(draft, wanted, self.embeds)


def hero_summary_of(reply: JsonValue) -> str:
    """The summary in a whole reply. Raises ValueError when there is none."""
    if summary := text_of(object_of(reply).get(HERO)):
        return summary
    raise ValueError(f"{HERO}: must not be empty")
