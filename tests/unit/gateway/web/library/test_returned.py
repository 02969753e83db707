"""A refused form comes back as it was sent, beside what is stored now."""

from typing import Any

import pytest
from lodestone_gateway.web.library.returned import ReturnedField, Trouble, returned
from support.stored import form

LABELS = {"post": "Text", "headline": "Headline"}


def given_back(sent: dict[str, Any], present: dict[str, list[str]]) -> Trouble:
    return returned(form(**sent), "posts", "No.", present, LABELS, version="7-a", is_choice=True)


def test_it_is_made_from_the_present_version_and_keeps_its_place() -> None:
    trouble = given_back({"version": "3", "place": "1", "section": "0", "token": "x", "post": "Mine."}, {})

    assert dict(trouble.hidden) == {"version": "7-a", "place": "1", "section": "0"}
    assert (trouble.path, trouble.message, trouble.is_choice) == ("posts", "No.", True)


def test_a_form_without_a_place_gets_none() -> None:
    assert dict(given_back({"post": "Mine."}, {}).hidden) == {"version": "7-a"}


@pytest.mark.parametrize(
    ("text", "present", "now"),
    [
        ("Mine.", ["Theirs."], "Theirs."),
        ("Mine.", ["Mine."], None),
        ("Mine. \n", [" Mine."], None),
        ("Mine.", [], ""),
        ("", [], None),
        ("Größe 🚀", ["Größe 🚀"], None),
    ],
)
def test_the_present_text_is_beside_it_where_it_is_another(
    text: str, present: list[str], now: str | None
) -> None:
    assert given_back({"post": text}, {"post": present}).fields == (ReturnedField("post", "Text", text, now),)


def test_fields_of_the_same_name_are_numbered_and_compared_one_by_one() -> None:
    trouble = given_back({"headline": ["A", "B", "C"]}, {"headline": ["A", "b"]})

    assert trouble.fields == (
        ReturnedField("headline", "Headline, 1", "A", None),
        ReturnedField("headline", "Headline, 2", "B", "b"),
        ReturnedField("headline", "Headline, 3", "C", ""),
    )


def test_what_is_no_field_of_the_form_does_not_come_back() -> None:
    assert given_back({"somethingElse": "x"}, {}).fields == ()
