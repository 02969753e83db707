"""Each section is published once, with the outline that it belongs to."""

from typing import Any

from lodestone.jobs.extraction import EXTRACTION
from lodestone.worker.testing import MemoryContext
from lodestone_extraction.extraction.content import CLOSING, Content, kept_outline
from lodestone_extraction.extraction.draft import outline_of

OUTLINE = outline_of({"sections": [{"sectionName": f"Part {n}", "covers": ""} for n in (1, 2, 3)]})
ITEM = {"headline": "Do it", "summary": "It works.", "detail": "Like this."}
CLOSING_DRAFT: dict[str, Any] = dict.fromkeys(
    ("format", "nonObviousInsight", "personalExperience", "proof", "differentiation"), "Some text."
)


def draft(id: str = "part-2", **changes: Any) -> dict[str, Any]:
    return {
        "id": id,
        "sectionName": "x",
        "introduction": "i",
        "contents": [ITEM],
        "keyTakeaway": "k",
        **changes,
    }


def test_a_right_section_is_published_at_its_place_and_counted() -> None:
    job = MemoryContext(EXTRACTION)
    job.expect(3)

    assert Content(job, OUTLINE).offer([draft()]) == []

    (event,) = job.events
    wire = event.to_wire()
    assert (wire["itemKey"], wire["itemIndex"], wire["done"], wire["total"]) == ("part-2", 1, 1, 3)
    assert wire["item"]["sectionName"] == "Part 2"
    assert job.messages == ["1 of 3 sections written"]


def test_a_section_is_known_by_its_name_where_its_id_is_wrong() -> None:
    content = Content(MemoryContext(EXTRACTION), OUTLINE)

    content.offer([draft("section-two", sectionName="Part 2"), draft("Part 3")])

    assert [planned.id for planned in content.missing()] == ["part-1"]


def test_a_section_that_is_offered_again_or_not_planned_is_not_published() -> None:
    job = MemoryContext(EXTRACTION)
    content = Content(job, OUTLINE)

    complaints = content.offer([draft(), draft(), draft("part-9")])

    assert len(job.events) == 1
    assert complaints == ["a section had none of the ids that were asked for"]


def test_what_is_wrong_is_said_in_words_for_the_model() -> None:
    (complaint,) = Content(MemoryContext(EXTRACTION), OUTLINE).offer([draft(contents=[])])

    assert complaint.startswith("section part-2: contents:")


def test_sections_and_closing_fields_are_all_wanted() -> None:
    content = Content(MemoryContext(EXTRACTION), OUTLINE)
    assert content.lacking() == ["section part-1", "section part-2", "section part-3", CLOSING]

    content.offer([draft("part-3"), draft("part-1")])
    assert content.closing.take({"format": "Doc"})
    assert content.lacking() == ["section part-2", CLOSING]

    assert content.closing.take(CLOSING_DRAFT) == []
    content.offer([draft("part-2")])
    assert content.lacking() == []
    whole = content.whole("The title")
    assert [section.section_name for section in whole.structure] == ["Part 1", "Part 2", "Part 3"]
    assert whole.title == "The title"


def test_kept_sections_bring_their_outline_and_are_not_published_again() -> None:
    first = MemoryContext(EXTRACTION)
    Content(first, OUTLINE).offer([draft("part-3")])
    again = MemoryContext(EXTRACTION, finished_items=first.items)

    outline = kept_outline(again)

    assert outline == OUTLINE
    content = Content(again, outline)
    assert [planned.id for planned in content.missing()] == ["part-1", "part-2"]
    assert again.events == []


def test_kept_sections_of_another_shape_are_written_again() -> None:
    job = MemoryContext(EXTRACTION, finished_items={"part-1": {"sectionName": "Old"}})

    assert kept_outline(job) is None
    assert len(Content(job, OUTLINE).missing()) == 3
