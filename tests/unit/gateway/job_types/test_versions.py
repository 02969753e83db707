"""What becomes a version before another write, and whose it is."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lodestone_gateway.job_types.versions import differs, is_replaced

MINE, THEIRS, BY_JOB = "my words", "other words", "a job's words"


@pytest.mark.parametrize(
    ("before", "written", "is_kept"),
    [
        ({"a": MINE}, {"a": THEIRS}, True),
        ({"a": MINE}, {"a": None}, True),
        ({"a": MINE}, {"a": MINE}, False),
        ({"a": MINE}, {}, False),
        ({"a": MINE, "b": MINE}, {"b": THEIRS}, True),
        ({"a": None}, {"a": THEIRS}, False),
        ({"a": []}, {"a": [THEIRS]}, False),
        ({}, {"a": THEIRS}, False),
    ],
    ids=[
        "written over",
        "removed",
        "written again as it is",
        "not written",
        "one of two",
        "nothing there",
        "an empty list",
        "no such column",
    ],
)
def test_what_another_write_takes_away_becomes_a_version(
    before: dict[str, Any], written: dict[str, Any], is_kept: bool
) -> None:
    assert is_replaced(before, written) is is_kept


@pytest.mark.parametrize(
    ("before", "by_job", "is_own"),
    [
        ({"a": MINE}, {}, True),
        ({"a": MINE}, {"a": BY_JOB}, True),
        ({"a": BY_JOB, "b": MINE}, {"a": BY_JOB, "b": BY_JOB}, True),
        ({"a": BY_JOB}, {"a": BY_JOB}, False),
        ({"a": BY_JOB, "b": None}, {"a": BY_JOB}, False),
    ],
    ids=["no job wrote it", "edited since", "one of two", "as the job wrote it", "and nothing beside it"],
)
def test_whose_a_version_is(before: dict[str, Any], by_job: dict[str, Any], is_own: bool) -> None:
    assert differs(before, by_job) is is_own


COLUMNS = st.dictionaries(st.sampled_from("abc"), st.sampled_from([None, "", "x", "y"]))


@settings(max_examples=50)
@given(before=COLUMNS, written=COLUMNS)
def test_no_word_is_lost_without_a_version(before: dict[str, Any], written: dict[str, Any]) -> None:
    after = before | written

    lost = [name for name, text in before.items() if text and after[name] != text]

    assert is_replaced(before, written) is bool(lost)
