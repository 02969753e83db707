"""Each section is published once, at the place that the plan gives it."""

from typing import Any

from lodestone.jobs.content import ExtractedContent
from lodestone.jobs.polish import POLISH
from lodestone.worker.testing import MemoryContext
from lodestone_polish.polish.page import HERO, Page
from lodestone_polish.polish.plan import plan_of
from support.samples import extracted_content

PLAN = plan_of(ExtractedContent.model_validate(extracted_content()))


def draft(id: str = "common-mistakes", **changes: Any) -> dict[str, Any]:
    return {"id": id, "sectionName": "Mistakes", "blocks": [{"type": "paragraph", "content": "x"}], **changes}


def test_a_right_section_is_published_at_its_place_and_counted() -> None:
    job = MemoryContext(POLISH)
    job.expect(3)

    assert Page(job, PLAN).offer([draft()]) == []

    (event,) = job.events
    wire = event.to_wire()
    assert (wire["itemKey"], wire["itemIndex"], wire["done"], wire["total"]) == ("common-mistakes", 1, 1, 3)
    assert job.messages == ["1 of 3 sections ready"]


def test_a_section_is_known_by_its_name_where_its_id_is_wrong() -> None:
    page = Page(MemoryContext(POLISH), PLAN)

    page.offer([draft("s1", sectionName="The calls"), draft("Why it works")])

    assert [planned.id for planned in page.missing()] == ["common-mistakes"]


def test_an_id_that_the_model_repeats_makes_one_section() -> None:
    job = MemoryContext(POLISH)
    page = Page(job, PLAN)

    page.offer([draft(), draft()])

    assert len(job.events) == 1
    assert page.lacking() == ["section the-calls", "section why-it-works", HERO]


def test_what_is_wrong_is_said_in_words_for_the_model() -> None:
    page = Page(MemoryContext(POLISH), PLAN)

    complaints = page.offer([draft(blocks=None), draft("unknown", sectionName="")])

    assert complaints[0].startswith("section common-mistakes: blocks:")
    assert complaints[1] == "a section had none of the ids that were asked for"
    assert page.hero.take({"heroSummary": None}) == ["heroSummary: must not be empty"]


def test_kept_sections_are_there_and_are_not_published_again() -> None:
    first = MemoryContext(POLISH)
    Page(first, PLAN).offer([draft()])
    again = MemoryContext(POLISH, finished_items={**first.items, "the-calls": {"of": "an older shape"}})

    page = Page(again, PLAN)

    assert [section.id for section in page.items] == ["common-mistakes"]
    assert page.lacking() == ["section the-calls", "section why-it-works", HERO]
    assert again.events == []
