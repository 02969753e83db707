"""Idempotency keys, and what makes two requests the same."""

from typing import Any
from uuid import UUID

import pytest
from lodestone.errors import InvalidRequest
from lodestone.events import Priority
from lodestone.jobs import JOB_TYPES
from lodestone_gateway.jobs.submit import MAX_KEY_LENGTH, Submission, check_key

ALICE, BOB, MAGNET = (UUID(int=number) for number in (1, 2, 3))
INPUT: dict[str, Any] = {"a": 1, "b": {"c": [1, 2], "d": "Größe"}}


def fingerprint(**asked: Any) -> str:
    given: dict[str, Any] = {"user_id": ALICE, "job_type": JOB_TYPES["posts"], "input": INPUT}
    return Submission(**given | asked).fingerprint


@pytest.mark.parametrize("key", [None, "x", "a b", "~" * MAX_KEY_LENGTH, "01a2-€".replace("€", "$")])
def test_a_key_is_printable_ascii(key: str | None) -> None:
    check_key(key)


@pytest.mark.parametrize("key", ["", "x" * (MAX_KEY_LENGTH + 1), "schlüssel", "a\nb", "\x7f", "replay → 1"])
def test_another_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_key(key)

    assert refused.value.members["errors"] == [
        {"field": "Idempotency-Key", "message": "Must be 1 to 255 printable ASCII characters."}
    ]


@pytest.mark.parametrize(
    "same",
    [
        {"input": {"b": {"d": "Größe", "c": [1, 2]}, "a": 1}},
        {"user_id": BOB},
        {"idempotency_key": "k"},
        {"work": {"resolved": True}},
        {"kept": []},
    ],
    ids=["order", "user", "key", "work", "kept"],
)
def test_requests_for_the_same_are_equal(same: dict[str, Any]) -> None:
    assert fingerprint() == fingerprint(**same)


@pytest.mark.parametrize(
    "other",
    [
        {"input": {"a": 1, "b": {"c": [2, 1], "d": "Größe"}}},
        {"input": {"a": "1", "b": INPUT["b"]}},
        {"input": {}},
        {"job_type": JOB_TYPES["emails"]},
        {"lead_magnet_id": MAGNET},
        {"parent_job_id": MAGNET},
        {"priority": Priority.BULK},
    ],
    ids=["order of a list", "type", "nothing", "job type", "lead magnet", "retry", "priority"],
)
def test_requests_for_something_else_are_not(other: dict[str, Any]) -> None:
    assert fingerprint() != fingerprint(**other)
    assert fingerprint(lead_magnet_id=MAGNET) != fingerprint(parent_job_id=MAGNET)
