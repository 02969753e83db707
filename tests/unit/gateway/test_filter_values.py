"""Values of filters: each that cannot be meant names its field and says what may be."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from lodestone.errors import InvalidRequest
from lodestone_gateway.filter_values import amount_of, choices, flag_of, id_of, moment_of, text_of

WRONG: list[tuple[Callable[[str, str], Any], str]] = [
    (lambda field, value: choices(field, value, ["failed"]), "lost"),
    (lambda field, value: choices(field, value, ["failed"]), "failed,"),
    (id_of, "42"),
    (moment_of, "yesterday"),
    (moment_of, "2026-01-31T09:00:00"),
    (moment_of, "0001-01-01T00:00:00+14:00"),
    (amount_of, "much"),
    (amount_of, "NaN"),
    (amount_of, "Infinity"),
    (amount_of, "-1"),
    (amount_of, "1e9"),
    (text_of, " "),
    (text_of, "x" * 201),
    (text_of, "a\x00b"),
    (flag_of, "yes"),
]


@pytest.mark.parametrize(("read", "value"), WRONG)
def test_a_value_that_cannot_be_meant_is_refused_with_its_field(
    read: Callable[[str, str], Any], value: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read("field", value)

    [error] = refused.value.members["errors"]
    assert error["field"] == "field"
    assert error["message"].startswith("Must be ")


def test_what_is_not_given_filters_nothing() -> None:
    assert choices("status", None, ["failed"]) == []
    assert [id_of("a", None), moment_of("b", None), amount_of("c", None), text_of("d", None)] == [None] * 4
    assert flag_of("e", None) is False


def test_a_value_is_read_as_it_is_meant() -> None:
    assert moment_of("since", "2026-01-31T10:00:00+01:00") == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert amount_of("costAbove", "0.25") == Decimal("0.25")
    assert text_of("text", " quote ") == "quote"
    assert choices("status", "failed,pending", ["pending", "failed"]) == ["failed", "pending"]
