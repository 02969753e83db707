"""Each idea is published once, when it is valid."""

from typing import Any

from lodestone.jobs.ideation import IDEATION
from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype
from lodestone.worker.testing import MemoryContext
from lodestone_ideation.ideation.draft import concept_of
from lodestone_ideation.ideation.ideas import Ideas

BREAKDOWN, SYSTEM = ARCHETYPES[:2]


def draft(archetype: Archetype, title: str | None = None, **changes: Any) -> dict[str, Any]:
    texts = ("painSolved", "whyNowHook", "contents", "deliveryFormat", "creationTimeEstimate")
    return {
        "archetype": archetype.value,
        "title": title or f"A title for {archetype}",
        **dict.fromkeys(texts, "Some text."),
        **changes,
    }


def test_a_right_idea_is_published_at_its_place_and_counted() -> None:
    job = MemoryContext(IDEATION)
    job.expect(10)

    assert Ideas(job).offer([draft(SYSTEM)], [BREAKDOWN, SYSTEM]) == []

    (event,) = job.events
    assert event.to_wire()["itemKey"] == "single-system"
    assert (event.to_wire()["itemIndex"], event.to_wire()["done"], event.to_wire()["total"]) == (1, 1, 10)
    assert job.messages == ["1 of 10 ideas ready"]


def test_an_idea_that_is_offered_again_is_not_published_again() -> None:
    job = MemoryContext(IDEATION)
    ideas = Ideas(job)

    ideas.offer([draft(SYSTEM), draft(SYSTEM, "Another title")], [SYSTEM])
    ideas.offer([draft(SYSTEM)], [SYSTEM])

    assert len(job.events) == 1


def test_an_idea_that_nobody_asked_for_is_passed_over() -> None:
    job = MemoryContext(IDEATION)

    Ideas(job).offer([draft(Archetype.PROMPT)], [BREAKDOWN, SYSTEM])

    assert job.events == []


def test_what_is_wrong_is_said_in_words_for_the_model() -> None:
    ideas = Ideas(MemoryContext(IDEATION))

    complaints = ideas.offer([draft(SYSTEM, contents=None), {"title": "No archetype"}], [SYSTEM])

    assert complaints[0].startswith("single-system: contents:")
    assert "archetypes of the list" in complaints[1]


def test_no_two_ideas_have_the_same_title() -> None:
    job = MemoryContext(IDEATION)
    ideas = Ideas(job)
    ideas.offer([draft(BREAKDOWN, "The Two-Page Quote")], [BREAKDOWN])

    complaints = ideas.offer([draft(SYSTEM, "the two-page  quote")], [SYSTEM])

    assert complaints == ["single-system: the title is taken"]
    assert ideas.missing([BREAKDOWN, SYSTEM]) == [SYSTEM]


def test_kept_ideas_are_there_and_are_not_published_again() -> None:
    kept = concept_of(draft(SYSTEM), SYSTEM)
    job = MemoryContext(IDEATION, finished_items={"single-system": kept.to_wire()})

    ideas = Ideas(job)

    assert ideas.items == [kept]
    assert ideas.missing(ARCHETYPES[:3]) == [BREAKDOWN, ARCHETYPES[2]]
    assert job.events == []


def test_a_kept_idea_of_another_shape_is_asked_for_again() -> None:
    job = MemoryContext(IDEATION, finished_items={"single-system": {"title": "Old"}, "unknown": {}})

    assert Ideas(job).missing(ARCHETYPES) == list(ARCHETYPES)


def test_ideas_are_in_archetype_order_however_they_come() -> None:
    ideas = Ideas(MemoryContext(IDEATION))

    for archetype in reversed(ARCHETYPES):
        ideas.offer([draft(archetype)], [archetype])

    assert [concept.archetype for concept in ideas.items] == list(ARCHETYPES)
