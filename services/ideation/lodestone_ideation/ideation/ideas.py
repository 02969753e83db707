"""The ideas of one job as they come: each is checked, kept and published once."""

from collections.abc import Iterable

from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype, Concept
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.structured import problems
from lodestone.worker.handler import JobContext
from pydantic import ValidationError

from lodestone_ideation.ideation.draft import archetype_of, concept_of


class Ideas:
    """At most one finished concept for each archetype, no two with the same title."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._finished: dict[Archetype, Concept] = {}
        for archetype in ARCHETYPES:
            if archetype in context.finished_items:
                self._take_back(archetype)

    @property
    def concepts(self) -> list[Concept]:
        """The finished ones, in archetype order."""
        return [self._finished[archetype] for archetype in ARCHETYPES if archetype in self._finished]

    def missing(self, archetypes: Iterable[Archetype]) -> list[Archetype]:
        """Those of the archetypes that have no concept yet, in their order."""
        return [archetype for archetype in archetypes if archetype not in self._finished]

    def offer(self, drafts: Iterable[dict[str, JsonValue]], wanted: Iterable[Archetype]) -> list[str]:
        """Keeps and publishes what is wanted and right; says of the rest what is wrong with it."""
        complaints = []
        for draft in drafts:
            archetype = archetype_of(draft)
            if archetype is None:
                complaints.append("a concept named none of the archetypes of the list")
            elif archetype in self.missing(wanted) and (problem := self._try(draft, archetype)):
                complaints.append(f"{archetype}: {problem}")
        return complaints

    def _try(self, draft: dict[str, JsonValue], archetype: Archetype) -> str | None:
        try:
            concept = concept_of(draft, archetype)
        except ValidationError as error:
            return problems(error)
        if _plain(concept.title) in {_plain(other.title) for other in self._finished.values()}:
            return "the title is taken"
        self._finished[archetype] = concept
        self._publish(concept)
        return None

    def _publish(self, concept: Concept) -> None:
        index = ARCHETYPES.index(concept.archetype)
        message = f"{len(self._finished)} of {len(ARCHETYPES)} ideas ready"
        self._context.item(concept.archetype.value, index, concept.to_wire(), message)

    def _take_back(self, archetype: Archetype) -> None:
        try:
            self._finished[archetype] = Concept.model_validate(self._context.finished_items[archetype])
        except ValidationError:
            return  # of an older shape: asked for again


def _plain(title: str) -> str:
    return " ".join(title.casefold().split())
