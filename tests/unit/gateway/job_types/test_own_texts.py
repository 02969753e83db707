"""What of an owner's own words another write would lose."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lodestone_gateway.job_types.own_texts import own_texts

MINE, THEIRS, BY_JOB = "my words", "other words", "a job's words"


@pytest.mark.parametrize(
    ("before", "written", "by_job", "lost"),
    [
        ({"a": MINE}, {"a": THEIRS}, {}, {"a": MINE}),
        ({"a": MINE}, {"a": THEIRS}, {"a": BY_JOB}, {"a": MINE}),
        ({"a": MINE}, {"a": None}, {}, {"a": MINE}),
        ({"a": MINE}, {"a": MINE}, {}, {}),
        ({"a": MINE}, {}, {}, {}),
        ({"a": MINE, "b": MINE}, {"b": THEIRS}, {}, {"b": MINE}),
        ({"a": BY_JOB}, {"a": THEIRS}, {"a": BY_JOB}, {}),
        ({"a": None}, {"a": THEIRS}, {}, {}),
        ({"a": []}, {"a": [THEIRS]}, {"a": [BY_JOB]}, {}),
        ({}, {"a": THEIRS}, {}, {}),
        (
            {"a": MINE, "b": BY_JOB},
            {"a": THEIRS, "b": THEIRS},
            {"a": BY_JOB, "b": BY_JOB},
            {"a": MINE, "b": BY_JOB},
        ),
    ],
    ids=[
        "no job wrote it",
        "edited since",
        "removed",
        "written again as it is",
        "not written",
        "only what is written",
        "a job's, which has it",
        "nothing there",
        "an empty list",
        "no such column",
        "one of two: both, since they belong together",
    ],
)
def test_what_is_lost(
    before: dict[str, Any], written: dict[str, Any], by_job: dict[str, Any], lost: dict[str, Any]
) -> None:
    assert own_texts(before, written, by_job) == lost


COLUMNS = st.dictionaries(st.sampled_from("abc"), st.sampled_from([None, "", "x", "y"]))


@settings(max_examples=50)
@given(before=COLUMNS, written=COLUMNS, by_job=COLUMNS)
def test_no_word_that_only_the_owner_has_is_lost_silently(
    before: dict[str, Any], written: dict[str, Any], by_job: dict[str, Any]
) -> None:
    kept = own_texts(before, written, by_job)
    after = before | written

    for column, text in before.items():
        has_it = after[column] == text or by_job.get(column) == text or kept.get(column) == text
        assert has_it or not text
