"""What the ten ideas are."""

from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype, Concept
from lodestone.worker.collector import Collector, Draft
from lodestone.worker.handler import JobContext

from lodestone_ideation.ideation.draft import Drafts, archetype_of, concept_of


class Ideas(Collector[Archetype, Concept]):
    """One concept for each archetype, no two with the same title."""

    list_key = "concepts"
    shape = Drafts
    item = Concept
    name = "{key}"
    finished = "ideas ready"
    stray = "a concept named none of the archetypes of the list"

    def __init__(self, context: JobContext) -> None:
        super().__init__(context, {archetype.value: archetype for archetype in ARCHETYPES})

    def key_of(self, draft: Draft) -> str | None:
        """See Collector."""
        return archetype_of(draft)

    def read(self, draft: Draft, wanted: Archetype) -> Concept:
        """See Collector."""
        concept = concept_of(draft, wanted)
        if _plain(concept.title) in {_plain(other.title) for other in self.items}:
            raise ValueError("the title is taken")
        return concept


def _plain(title: str) -> str:
    return " ".join(title.casefold().split())
