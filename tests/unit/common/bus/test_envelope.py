"""Events as messages: CloudEvents headers and a JSON body, encoded and decoded."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone import subjects
from lodestone.bus.envelope import MAX_BODY, Envelope, InvalidMessage, decode, encode
from lodestone.clock import cut
from lodestone.events import EVENTS, JobEvent
from support.events import EVENT_STRATEGIES, texts, times
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
    assert {event.name for event in ALL} == set(EVENT_STRATEGIES) == set(EVENTS)


@pytest.mark.parametrize("name", EVENTS)
@given(data=st.data())
def test_whatever_an_event_holds_it_comes_back_as_it_went(name: str, data: st.DataObject) -> None:
    event = data.draw(EVENT_STRATEGIES[name])
    sent = Envelope(
        event=event,
        event_id=str(data.draw(st.uuids())),
        time=cut(data.draw(times)),
        source="/lodestone/relay",
        restored=data.draw(st.sampled_from([None, "open", "whole"])),
    )

    body, headers = encode(sent, "m-1")
    entry = decode(sent.subject, headers, body, 7)

    assert entry.event == event
    assert (entry.event_id, entry.time, entry.restored) == (sent.event_id, sent.time, sent.restored)


@pytest.mark.parametrize("name", EVENTS)
@given(data=st.data())
def test_whatever_an_event_holds_its_attributes_are_valid_cloudevents(name: str, data: st.DataObject) -> None:
    event = data.draw(EVENT_STRATEGIES[name])
    sent = Envelope(event=event, event_id="e-1", time=data.draw(times), source="/lodestone/gateway")

    body, headers = encode(sent, "e-1")

    required = {"ce-specversion", "ce-id", "ce-source", "ce-type"}
    assert all(headers.get(name) for name in required)
    assert headers["ce-specversion"] == "1.0"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", headers["ce-time"])
    assert re.fullmatch(r"/[\w/.-]+", headers["ce-source"])
    assert re.fullmatch(r"/schemas/[a-z_]+\.json", headers["ce-dataschema"])
    assert all(value.isprintable() and value.isascii() for value in headers.values())
    assert json.loads(body)["jobId"] == headers["ce-subject"]


@given(body=st.binary(max_size=60), subject=texts, header=texts)
def test_whatever_comes_it_is_an_event_or_is_refused_with_a_reason(
    body: bytes, subject: str, header: str
) -> None:
    for where in (subject, envelope(progress()).subject):
        with pytest.raises(InvalidMessage) as refused:
            decode(where, {subjects.CE_ID: header, subjects.CE_TIME: header}, body, 1)
        assert str(refused.value)


def test_a_message_without_headers_is_refused() -> None:
    sent = envelope(progress())

    with pytest.raises(InvalidMessage, match="ce-time"):
        decode(sent.subject, None, encode(sent, "e-1")[0], 1)


def test_a_time_without_its_offset_is_refused() -> None:
    sent = envelope(progress())
    body, headers = encode(sent, "e-1")

    with pytest.raises(InvalidMessage, match="time zone"):
        decode(sent.subject, headers | {subjects.CE_TIME: "2026-11-24T10:00:00.000"}, body, 1)


def test_a_mark_of_a_restore_that_is_not_known_is_passed_over() -> None:
    sent = envelope(progress())
    body, headers = encode(sent, "e-1")

    assert decode(sent.subject, headers | {subjects.CE_RESTORED: "3/7"}, body, 1).restored is None


def test_the_marks_of_restore_and_trace_are_sent_only_where_there_are_any() -> None:
    _, headers = encode(envelope(progress(), restored="open", traceparent="00-1-2-01"), "m-2")

    assert headers["ce-restored"] == "open"
    assert headers["traceparent"] == "00-1-2-01"
    assert headers["Nats-Msg-Id"] == "m-2"
    assert headers["ce-id"] == "e-1"


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


def test_the_schema_of_the_body_is_a_whole_url_where_the_installation_says_where_it_is() -> None:
    _, headers = encode(envelope(progress(), public_url="https://jobs.example.com"), "e-1")

    assert headers["ce-dataschema"] == "https://jobs.example.com/schemas/progress.json"


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
        ("job.progress.ideation.0199aa00-0000-7000-8000-0000000000ff", None, None),
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


@pytest.mark.parametrize(
    ("header", "value"), [(subjects.CE_SPECVERSION, "2.0"), (subjects.CE_TYPE, "job.completed")]
)
def test_headers_that_speak_of_something_else_are_refused_and_missing_ones_are_not(
    header: str, value: str
) -> None:
    sent = envelope(progress())
    body, headers = encode(sent, "e-1")

    with pytest.raises(InvalidMessage, match=header):
        decode(sent.subject, {**headers, header: value}, body, 1)
    del headers[header]
    assert decode(sent.subject, headers, body, 1).event == sent.event


@pytest.mark.parametrize("name", EVENTS)
@given(data=st.data())
def test_the_body_is_written_as_it_reads(name: str, data: st.DataObject) -> None:
    event = data.draw(EVENT_STRATEGIES[name])
    required = {field.alias for field in type(event).model_fields.values() if field.is_required()}
    kept = {key: value for key, value in event.to_wire().items() if value is not None or key in required}

    assert event.body() == kept
    assert json.loads(event.body_json()) == kept


def test_required_fields_stay_also_when_they_are_empty() -> None:
    body = json.loads(encode(envelope(started()), "e-1")[0])

    assert body["kept"] == []
    assert body["prompt"] == {"name": "ideation", "version": 1, "sha256": "00"}


def test_an_event_that_no_message_holds_is_refused_before_it_is_sent() -> None:
    room = MAX_BODY - 4096 - len(encode(envelope(progress(text="")), "e-1")[0])

    body, _ = encode(envelope(progress(text="x" * room)), "e-1")
    assert len(body) == MAX_BODY - 4096
    with pytest.raises(InvalidMessage, match=r"job\.progress of \d+ bytes does not fit"):
        encode(envelope(progress(text="x" * (room + 1))), "e-1")


def test_size_is_counted_in_bytes_not_in_characters() -> None:
    with pytest.raises(InvalidMessage, match="does not fit"):
        encode(envelope(progress(text="日" * (MAX_BODY // 3))), "e-1")
