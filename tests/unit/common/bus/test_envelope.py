"""Events as messages: CloudEvents headers and a JSON body, there and back."""

import json
from typing import Any

import pytest
from lodestone import subjects
from lodestone.bus.envelope import MAX_BODY, Envelope, InvalidMessage, decode, encode
from lodestone.events import EVENTS, JobEvent
from support.logs import (
    TERMINAL,
    after,
    call_finished,
    call_started,
    cancel_requested,
    progress,
    requested,
    retrying,
    started,
)

ALL: tuple[JobEvent, ...] = (
    requested(),
    requested(redelivery=True),
    started(),
    progress("single-system", 1),
    progress(),
    call_started(),
    call_finished(),
    retrying(),
    cancel_requested(),
    *TERMINAL,
)


def envelope(event: JobEvent, **more: Any) -> Envelope:
    return Envelope(event=event, event_id="e-1", time=after(1), source="/lodestone/ideation", **more)


def test_every_event_is_tried_here() -> None:
    assert {event.name for event in ALL} == set(EVENTS)


@pytest.mark.parametrize("event", ALL, ids=lambda event: event.name)
def test_an_event_comes_back_as_it_went(event: JobEvent) -> None:
    sent = envelope(event, restored="whole", traceparent="00-1-2-01")

    body, headers = encode(sent, "m-1")
    entry = decode(sent.subject, headers, body, 7)

    assert entry.event == event
    assert (entry.sequence, entry.event_id, entry.time) == (7, "e-1", sent.time)
    assert (entry.source, entry.restored, entry.traceparent) == (sent.source, "whole", "00-1-2-01")


@pytest.mark.parametrize("event", ALL, ids=lambda event: event.name)
def test_headers_are_those_of_cloudevents(event: JobEvent) -> None:
    _, headers = encode(envelope(event), "e-1")

    assert headers == {
        "ce-specversion": "1.0",
        "ce-id": "e-1",
        "ce-source": "/lodestone/ideation",
        "ce-type": f"job.{event.name}",
        "ce-subject": str(event.job_id),
        "ce-time": headers["ce-time"],
        "ce-dataschema": f"/schemas/{event.name}.json",
        "content-type": "application/json",
        "Nats-Msg-Id": "e-1",
    }
    assert headers["ce-time"].endswith("Z")
    assert len(headers["ce-time"]) == len("2026-01-01T00:00:00.000Z")


def test_optional_fields_without_a_value_are_left_out() -> None:
    body = json.loads(encode(envelope(progress()), "e-1")[0])

    assert set(body) == {"jobId", "jobType", "userId", "attempt", "done", "total", "message"}


def test_fields_of_a_later_version_are_passed_over() -> None:
    sent = envelope(progress())
    body, headers = encode(sent, "e-1")
    later = json.dumps({**json.loads(body), "mood": "good"}).encode()

    assert decode(sent.subject, headers, later, 1).event == sent.event


@pytest.mark.parametrize(
    ("subject", "body", "without"),
    [
        ("orders.new", None, None),
        ("job.exploded.ideation.{id}", None, None),
        ("job.progress.ideation.not-an-id", None, None),
        ("job.progress.polish.{id}", None, None),
        (None, b"{not json", None),
        (None, b"[]", None),
        (None, b"{}", None),
        (None, None, subjects.CE_ID),
        (None, None, subjects.CE_TIME),
    ],
)
def test_what_is_no_event_of_ours_is_refused(
    subject: str | None, body: bytes | None, without: str | None
) -> None:
    sent = envelope(progress())
    good, headers = encode(sent, "e-1")
    kept = {name: value for name, value in headers.items() if name != without}
    where = (subject or sent.subject).replace("{id}", str(sent.event.job_id))

    with pytest.raises(InvalidMessage):
        decode(where, kept, good if body is None else body, 1)


def test_an_event_that_no_message_holds_is_refused_before_it_is_sent() -> None:
    with pytest.raises(InvalidMessage, match="does not fit"):
        encode(envelope(progress(text="x" * MAX_BODY)), "e-1")
