"""The filters of the audit's page, as the address has them."""

from datetime import UTC, datetime

import pytest
from lodestone_gateway.web.console.audit import errors_of, filter_of
from support.verdicts import OWNER

RIGHT = {"userId": str(OWNER), "action": "pause", "since": "2026-01-31T09:00"}


def test_times_without_an_offset_are_in_utc() -> None:
    wanted = filter_of(RIGHT)

    assert errors_of(RIGHT) == {}
    assert (wanted.user_id, wanted.action, wanted.operator_id) == (OWNER, "pause", None)
    assert wanted.since == datetime(2026, 1, 31, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("operatorId", "me"),
        ("userId", "x"),
        ("since", "soon"),
        ("until", "2026-13-01T00:00"),
        ("action", "lost"),
        ("cursor", "x"),
        ("operator", str(OWNER)),
    ],
)
def test_a_wrong_filter_is_named(name: str, value: str) -> None:
    assert errors_of({**RIGHT, name: value}).keys() == {name}
