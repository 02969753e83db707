"""A row of the outbox as the relay reads it; one that cannot be read holds up its own job alone."""

import json
from typing import Any

import pytest
from lodestone_gateway.outbox.queue import Columns, readable
from support.logs import JOB, cancel_requested, requested
from support.stored import NOON


def row(event: str = "requested", **columns: Any) -> Columns:
    body = json.dumps((cancel_requested() if event == "cancel_requested" else requested()).body())
    given: dict[str, Any] = {"event_id": "e", "job_id": JOB, "job_type": "ideation", "event": event}
    given |= {"body": body, "time": NOON, "traceparent": None, "tried": False, "status": "pending", "seq": 0}
    given |= {"is_bulk": False, "turn": 7, "is_first_try": False}
    return Columns(**given | columns)


@pytest.mark.parametrize(
    ("event", "sent"), [("requested", requested()), ("cancel_requested", cancel_requested())]
)
def test_a_row_is_its_event_with_what_the_relay_knows_of_its_job(event: str, sent: Any) -> None:
    unreadable: set[str] = set()

    known: dict[str, Any] = {"tried": True, "traceparent": "00-1", "status": "processing", "seq": 3}

    waiting = readable(row(event, **known), unreadable)

    assert waiting is not None
    assert (waiting.event, waiting.time, waiting.tried, waiting.traceparent) == (sent, NOON, True, "00-1")
    assert (waiting.job.is_terminal, waiting.job.seq) == (False, 3)
    assert unreadable == set()


@pytest.mark.parametrize(
    ("status", "is_terminal"),
    [("pending", False), ("processing", False), ("completed", True), ("failed", True), ("cancelled", True)],
)
def test_it_knows_whether_its_job_has_ended(status: str, is_terminal: bool) -> None:
    waiting = readable(row(status=status), set())

    assert waiting is not None
    assert waiting.job.is_terminal is is_terminal


@pytest.mark.parametrize(
    "columns",
    [{"body": '{"of": "a later version"}'}, {"status": "hibernating"}, {"body": "{}"}],
    ids=["another body", "another status", "no body"],
)
def test_a_row_that_cannot_be_read_is_left_out_by_its_id(columns: dict[str, Any]) -> None:
    unreadable = {"another"}

    assert readable(row(**columns), unreadable) is None
    assert unreadable == {"another", "e"}


def test_an_event_of_a_later_version_is_left_out_too() -> None:
    unreadable: set[str] = set()

    assert readable(row()._replace(event="teleported"), unreadable) is None
    assert unreadable == {"e"}
