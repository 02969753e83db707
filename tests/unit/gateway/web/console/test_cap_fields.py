"""The form of one user's caps: what is typed, what it means, and what cannot be meant."""

import pytest
from lodestone_gateway.caps import OwnCaps
from lodestone_gateway.web.console.cap_fields import LABELS, WRONG, read_caps, texts_of
from pydantic.alias_generators import to_camel

STORED = {"spendADay": "7.50", "liveJobs": None, "jobsADay": {"emails": 3, "posts": None}, "drafts": 0}
TYPED = {
    "spendADay": "7.50",
    "liveJobs": "none",
    "jobsADay.emails": "3",
    "jobsADay.posts": "none",
    "drafts": "0",
}


def test_what_is_stored_is_typed_and_read_again() -> None:
    form = read_caps({**dict.fromkeys(LABELS, ""), **TYPED})

    assert texts_of(STORED) == TYPED
    assert form.caps
    assert (form.caps.given(), form.errors) == (STORED, {})


def test_every_cap_of_a_user_has_a_field() -> None:
    assert {name.partition(".")[0] for name in LABELS} == {to_camel(name) for name in OwnCaps.model_fields}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("liveJobs", "-1"),
        ("liveJobs", "1.5"),
        ("liveJobs", "9999999999999999"),
        ("spendADay", "much"),
        ("spendADay", "NaN"),
        ("drafts", "none"),
        ("drafts", "51"),
        ("jobsADay.posts", "many"),
    ],
)
def test_a_value_that_cannot_be_meant_is_named_and_stays_as_typed(name: str, text: str) -> None:
    form = read_caps({name: text, "storedBytes": "5"})

    assert (form.caps, form.errors) == (None, {name: WRONG})
    assert form.texts == {name: text, "storedBytes": "5"}
