"""A model's loose emails become strict ones, or are refused with the reason."""

from typing import Any

import pytest
from lodestone.jobs.emails import Email
from lodestone_content.emails.draft import day_of, email_of
from pydantic import ValidationError

URL = "https://example.org/guide?x=1"
GOOD: dict[str, Any] = {
    "day": 2,
    "subject": "some more for you",
    "body": f"Hi {{{{first_name}}}},\n\nhere: {URL}.",
    "replyTrigger": "Which one?",
}


def email(**changes: Any) -> Email:
    return email_of({**GOOD, **changes}, 2, {URL})


def test_a_good_email_comes_out_as_it_is() -> None:
    assert email().to_wire() == GOOD


@pytest.mark.parametrize("given", [2, "2", "Day 2"])
def test_a_day_is_known_in_any_spelling(given: Any) -> None:
    assert day_of({"day": given}) == 2


@pytest.mark.parametrize("name", ["{first_name}", "{{ first_name }}", "[First Name]", "{{firstName}}"])
def test_the_readers_name_is_written_in_one_way(name: str) -> None:
    assert email(body=f"Hi {name},").body == "Hi {{first_name}},"


def test_a_body_may_come_in_parts() -> None:
    assert email(body=["Hi.", "Bye."]).body == "Hi.\nBye."


@pytest.mark.parametrize("field", ["subject", "body", "replyTrigger"])
@pytest.mark.parametrize("nothing", [None, " ", []])
def test_an_email_that_lacks_something_to_read_is_refused(field: str, nothing: Any) -> None:
    with pytest.raises(ValidationError, match=field):
        email(**{field: nothing})


@pytest.mark.parametrize("body", ["See https://example.org/made-up.", "See https://example.org/guide?x=12"])
def test_an_address_that_nobody_gave_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match="not in the material"):
        email(body=body)
