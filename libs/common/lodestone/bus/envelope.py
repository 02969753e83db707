"""Event ⇄ NATS message: CloudEvents 1.0 in binary mode: attributes are headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from pydantic import ValidationError

from lodestone import subjects
from lodestone.clock import format_time, parse_time
from lodestone.events import EVENTS, JobEvent, Restored
from lodestone.job_log import Entry

MAX_BODY = 1024 * 1024  # bytes; the server's own limit of one message


class InvalidMessage(Exception):
    """The message is not one of our events; the text says why."""


@dataclass(frozen=True)
class Envelope:
    """An event as it goes out, with the attributes that are not part of its body."""

    event: JobEvent
    event_id: str
    time: datetime
    source: str  # /lodestone/<process name>
    restored: Restored | None = None
    traceparent: str | None = None
    public_url: str = ""  # the gateway's public URL; empty if none is set

    @property
    def subject(self) -> str:
        """Where the event is published."""
        return subjects.event_subject(self.event.name, self.event.job_type, self.event.job_id)


def encode(envelope: Envelope, message_id: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers. Raises InvalidMessage if the body does not fit a message."""
    event = envelope.event
    body = event.body_json()
    if len(body) > MAX_BODY - 4096:  # headers count too
        raise InvalidMessage(f"job.{event.name} of {len(body)} bytes does not fit a message")
    headers = {
        subjects.CE_SPECVERSION: "1.0",
        subjects.CE_ID: envelope.event_id,
        subjects.CE_SOURCE: envelope.source,
        subjects.CE_TYPE: f"job.{event.name}",
        subjects.CE_SUBJECT: str(event.job_id),
        subjects.CE_TIME: format_time(envelope.time),
        subjects.CE_DATASCHEMA: f"{envelope.public_url}/schemas/{event.name}.json",
        subjects.CONTENT_TYPE: "application/json",
        subjects.MESSAGE_ID: message_id,
    }
    if envelope.restored:
        headers[subjects.CE_RESTORED] = envelope.restored
    if envelope.traceparent:
        headers[subjects.TRACEPARENT] = envelope.traceparent
    return body, headers


def decode(subject: str, headers: Mapping[str, str] | None, body: bytes, sequence: int) -> Entry:
    """The log entry of a stored message. Raises InvalidMessage if it is not ours."""
    parts, headers = subjects.parse_subject(subject), headers or {}
    if parts is None or parts.event not in EVENTS:
        raise InvalidMessage(f"{subject} is not the subject of a job event")
    try:
        event = EVENTS[parts.event].model_validate_json(body)
        time = parse_time(headers[subjects.CE_TIME])
        event_id = headers[subjects.CE_ID]
    except (ValidationError, ValueError, KeyError) as error:
        raise InvalidMessage(f"{subject}: {type(error).__name__} {error}") from error
    # A missing header is fine: only one that says something else makes it not ours.
    said = {subjects.CE_SPECVERSION: "1.0", subjects.CE_TYPE: f"job.{event.name}"}
    for header, value in said.items():
        if headers.get(header, value) != value:
            raise InvalidMessage(f"{subject}: {header} is {headers[header]}, not {value}")
    if event.job_id != parts.job_id or event.job_type != parts.job_type:
        raise InvalidMessage(f"{subject} holds an event of {event.job_type} {event.job_id}")
    restored = headers.get(subjects.CE_RESTORED)
    return Entry(
        sequence=sequence,
        event_id=event_id,
        time=time,
        event=event,
        source=headers.get(subjects.CE_SOURCE, ""),
        restored=restored if restored in get_args(Restored) else None,  # type: ignore[arg-type]
        traceparent=headers.get(subjects.TRACEPARENT),
    )
