"""The rules that all JSON models share."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.wire import (
    MAX_ENTRIES,
    MAX_TEXT,
    RequiredText,
    Text,
    TextList,
    Usd,
    UtcTime,
    WireModel,
)
from pydantic import TypeAdapter, ValidationError
from support.samples import problems


class Order(WireModel):
    """An example model."""

    business_type: Text = ""
    call_to_action: Text | None = None


def accepts(kind: Any, value: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


def test_names_are_camel_case_outside_and_snake_case_inside() -> None:
    order = Order.model_validate({"businessType": "bids"})

    assert order.business_type == "bids"
    assert order.to_wire() == {"businessType": "bids", "callToAction": None}


def test_our_own_code_may_use_the_inner_names() -> None:
    assert Order(business_type="bids") == Order.model_validate({"businessType": "bids"})


def test_unknown_fields_are_passed_over() -> None:
    assert Order.model_validate({"businessType": "bids", "mood": 1}) == Order(business_type="bids")


def test_a_model_never_changes() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(Order(), "business_type", "other")  # noqa: B010 - the type checker refuses it too


def test_a_wrong_field_is_named_as_the_caller_wrote_it() -> None:
    assert list(problems(Order, {"businessType": 7})) == ["businessType"]


@pytest.mark.parametrize("kind", [Text, RequiredText])
@pytest.mark.parametrize("text", ["a\x00b", "half \ud83d", "\udc00"])
def test_what_no_database_keeps_is_refused(kind: Any, text: str) -> None:
    assert not accepts(kind, text)


@pytest.mark.parametrize("text", ["", "  ", "\n\t", "\u00a0"])
def test_a_text_that_must_say_something_is_not_blank(text: str) -> None:
    assert not accepts(RequiredText, text)


def test_a_text_may_be_empty_where_it_may_be_missing() -> None:
    assert accepts(Text, "")


def test_a_text_has_a_bound() -> None:
    assert accepts(Text, "x" * MAX_TEXT)
    assert not accepts(Text, "x" * (MAX_TEXT + 1))
    assert not accepts(RequiredText, "x" * (MAX_TEXT + 1))


def test_a_callers_list_has_a_bound_and_names_the_entry_that_is_wrong() -> None:
    assert accepts(TextList, ["x"] * MAX_ENTRIES)
    assert not accepts(TextList, ["x"] * (MAX_ENTRIES + 1))
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(TextList).validate_python(["fine", "x" * (MAX_TEXT + 1)])
    assert refused.value.errors()[0]["loc"] == (1,)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=50))
def test_a_text_is_never_changed_only_checked(text: str) -> None:
    assert TypeAdapter(Text).validate_python(text) == text
    if text.strip():
        assert TypeAdapter(RequiredText).validate_python(text) == text


def test_a_time_is_utc_with_milliseconds_whatever_zone_it_was_given_in() -> None:
    given_time = datetime(2026, 11, 24, 12, 0, 0, 123_999, timezone(timedelta(hours=2)))

    time = TypeAdapter(UtcTime).validate_python(given_time)

    assert time == datetime(2026, 11, 24, 10, 0, 0, 123_000, UTC)
    assert TypeAdapter(UtcTime).dump_python(time) == "2026-11-24T10:00:00.123Z"


@pytest.mark.parametrize(
    ("amount", "text"), [("0", "0"), ("1E-7", "0.0000001"), ("1E+3", "1000"), ("0.10", "0.10")]
)
def test_money_is_plain_decimal_text(amount: str, text: str) -> None:
    assert TypeAdapter(Usd).dump_python(Decimal(amount)) == text


@given(st.decimals(0, 1_000_000, places=9).map(abs))
def test_money_survives_the_way_there_and_back(amount: Decimal) -> None:
    adapter = TypeAdapter(Usd)
    text = json.loads(adapter.dump_json(amount))

    assert "e" not in text.lower()
    assert adapter.validate_python(text) == amount
