"""A model's loose sections and fields become strict ones, or are refused with what is missing."""

from typing import Any

import pytest
from lodestone_extraction.extraction.draft import closing_of, outline_of, section_of
from pydantic import ValidationError

ITEM = {"headline": "Price the delay", "summary": "Ask what waiting costs.", "detail": "Write it down."}
SECTION: dict[str, Any] = {
    "id": "the-calls",
    "sectionName": "The calls",
    "introduction": "Two calls.",
    "contents": [ITEM],
    "keyTakeaway": "Ask first.",
}
CLOSING: dict[str, Any] = {
    "format": "Doc",
    "nonObviousInsight": "The dear option goes first.",
    "personalExperience": "14 years of bids.",
    "proof": "11% to 24%.",
    "commonMistakes": ["Options that differ by hours"],
    "differentiation": "It shows the page.",
}


def planned(*names: str) -> dict[str, Any]:
    return {"sections": [{"sectionName": name, "covers": f"What {name} covers"} for name in names]}


def test_an_outline_gets_an_id_for_each_section() -> None:
    outline = outline_of(planned("The calls", "The page", "The calls"))

    assert [section.id for section in outline] == ["the-calls", "the-page", "the-calls-2"]
    assert outline[1].section_name == "The page"
    assert outline[1].covers == "What The page covers"


@pytest.mark.parametrize("count", [0, 1, 2, 10, 60])
def test_an_outline_of_too_few_or_too_many_sections_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"four to seven named sections, not {count}"):
        outline_of(planned(*(f"Part {n}" for n in range(count))))


@pytest.mark.parametrize("data", [None, [], "text", {"sections": None}, {"sections": ["a", "b", "c"]}])
def test_what_is_no_outline_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="not 0"):
        outline_of(data)


def test_a_good_section_keeps_its_texts_under_the_name_of_the_outline() -> None:
    section = section_of({**SECTION, "sectionName": "Other"}, "The calls")

    assert section.to_wire() == {name: value for name, value in SECTION.items() if name != "id"}


@pytest.mark.parametrize("field", ["introduction", "keyTakeaway"])
@pytest.mark.parametrize("nothing", [None, "", []])
def test_a_section_may_lack_introduction_and_takeaway(field: str, nothing: Any) -> None:
    assert section_of({**SECTION, field: nothing}, "The calls").to_wire()[field] == ""


def test_text_where_an_item_belongs_becomes_an_item() -> None:
    (item,) = section_of({**SECTION, "contents": ["Price it. Then send it."]}, "The calls").contents

    assert item.headline == "Price it."
    assert item.detail == "Price it. Then send it."


def test_one_item_may_stand_without_its_list_and_parts_are_joined() -> None:
    (item,) = section_of({**SECTION, "contents": {**ITEM, "detail": ["One.", "Two."]}}, "The calls").contents

    assert item.detail == "One.\nTwo."


@pytest.mark.parametrize(
    "contents", [None, [], [None], [{}], [{**ITEM, "detail": None}], [{"headline": "x"}]]
)
def test_a_section_that_lacks_something_to_read_is_refused(contents: Any) -> None:
    with pytest.raises(ValidationError, match="contents"):
        section_of({**SECTION, "contents": contents}, "The calls")


def test_mistakes_are_texts_however_they_come() -> None:
    mistakes: list[Any] = [{"mistake": "Waiting", "why": "it looks safe"}, "Rushing", None]

    assert closing_of({**CLOSING, "commonMistakes": mistakes}).common_mistakes == [
        "Waiting: it looks safe",
        "Rushing",
    ]
    assert closing_of({**CLOSING, "commonMistakes": None}).common_mistakes == []


@pytest.mark.parametrize("field", [name for name in CLOSING if name != "commonMistakes"])
def test_a_field_beside_the_sections_must_say_something(field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        closing_of({**CLOSING, field: None})
