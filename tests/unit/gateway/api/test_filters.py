"""Filters of lists: one or more of what there is, and an unknown one is refused by name."""

from uuid import UUID

import pytest
from lodestone.errors import InvalidRequest
from lodestone_gateway.filter_values import choices, id_of

ALLOWED = ["pending", "failed", "completed"]
ID = "0199aa00-0000-7000-8000-00000000000a"


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        (None, []),
        ("failed", ["failed"]),
        ("failed,pending", ["failed", "pending"]),
        ("failed,failed", ["failed", "failed"]),
    ],
)
def test_values_are_between_commas(given: str | None, chosen: list[str]) -> None:
    assert choices("status", given, ALLOWED) == chosen


@pytest.mark.parametrize("given", ["", ",", "failed,", "Failed", "failed, pending", "failed;pending", "всё"])
def test_a_filter_for_something_unknown_does_not_mean_all(given: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        choices("status", given, ALLOWED)

    assert refused.value.members["errors"] == [
        {"field": "status", "message": "Must be from: pending, failed, completed."}
    ]


def test_a_user_is_named_by_an_id() -> None:
    assert id_of("userId", None) is None
    assert id_of("userId", ID) == id_of("userId", ID.upper()) == UUID(ID)


@pytest.mark.parametrize("given", ["", "me", ID.replace("-", ""), f"{{{ID}}}", f"{ID} "])
def test_what_is_no_id_is_refused(given: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        id_of("userId", given)

    assert refused.value.members["errors"] == [{"field": "userId", "message": "Must be an id (a UUID)."}]
