"""Reading a job's log and appending to it under its fence (docs/protocol.md)."""

import asyncio
import contextlib
import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Literal
from uuid import UUID

import structlog
from nats.aio.client import Client
from nats.errors import ConnectionClosedError, Error, MaxPayloadError
from nats.js.errors import APIError
from prometheus_client import Counter

from lodestone import subjects
from lodestone.bus.batch import GroupPublisher, Message
from lodestone.bus.connection import is_refused
from lodestone.bus.envelope import Envelope, InvalidMessage, decode, encode
from lodestone.clock import now
from lodestone.deadlines import PUBLISH_TIMEOUT_SECONDS
from lodestone.errors import LodestoneError
from lodestone.events import JobEvent, Restored
from lodestone.ids import new_id
from lodestone.job_log import Entry, JobLog
from lodestone.tracing import current_traceparent

PAGE = 256  # messages of one direct get; the server's own bound
PAUSE_SECONDS = 0.1  # between two tries
DOUBT_SECONDS = 10.0  # of an append without an answer, after which the bus counts as down
WRONG_LAST_SEQUENCE = 10071
NO_ROOM = frozenset((10002, 10023, 10047))  # of the account, of the server, of its store

log = structlog.get_logger(__name__)
appends = Counter("lodestone_appends_total", "Appends to job logs, by answer", ["event", "answer"])


_unanswered: dict[str, float] = {}  # appends of this process by id, and when they began


def takes_events() -> bool:
    """Whether this process's appends are answered. A server with a full disk stays connected, but confirms
    nothing."""
    return all(monotonic() - began < DOUBT_SECONDS for began in _unanswered.values())


class NotPermitted(LodestoneError):
    """This process's user of the bus may not write that event."""


@dataclass(frozen=True)
class Appended:
    """The answer to an append: whether the event is in the log, and the newest log.

    "Stored" never means "go on": judge the log before the next append or provider call.
    """

    stored: bool
    log: JobLog


class JobStream:
    """The stream of all jobs as one process sees it."""

    def __init__(self, client: Client, process: str, public_url: str = "") -> None:
        self._client = client
        self._jetstream = client.jetstream(timeout=PUBLISH_TIMEOUT_SECONDS)
        self._publisher = GroupPublisher(client)
        self._source = f"/lodestone/{process}"
        self._public_url = public_url

    async def read(self, job_type: str, job_id: UUID, *, at_least: int = 0) -> JobLog:
        """The whole log of a job, read until it reaches the sequence `at_least` (or is empty: lost).

        Repeats for ever while the bus is down; cancel the task to stop it.
        """
        filter_subject = subjects.log_filter(job_type, job_id)
        while True:
            newest = await self._read_once(filter_subject)
            if newest and (newest.last_sequence >= at_least or newest.last_sequence == 0):
                return newest
            await asyncio.sleep(PAUSE_SECONDS)

    async def append(
        self,
        event: JobEvent,
        log: JobLog,
        *,
        event_id: str | None = None,
        time: datetime | None = None,
        restored: Restored | None = None,
        traceparent: str | None = None,
    ) -> Appended:
        """Appends `event` where `log` ends, or reports that the log has grown.

        Only one append may be in doubt: repeats it until there is an answer. The event carries `traceparent`,
        or else the current trace. Raises InvalidMessage if the event does not fit a message, and NotPermitted
        if the server will never accept it from this user.
        """
        envelope = Envelope(
            event=event,
            event_id=event_id or str(new_id()),
            time=time or now(),
            source=self._source,
            restored=restored,
            traceparent=traceparent or current_traceparent(),
            public_url=self._public_url,
        )
        message_id = str(new_id()) if restored else envelope.event_id
        _unanswered[message_id] = monotonic()
        try:
            return await self._append(envelope, message_id, log)
        finally:
            _unanswered.pop(message_id, None)

    async def _append(self, envelope: Envelope, message_id: str, log: JobLog) -> Appended:
        event = envelope.event
        while True:
            answer = await self._publish(envelope, message_id, expected=log.last_sequence)
            appends.labels(event=event.name, answer=answer.kind).inc()
            if answer.kind == "stored":
                return Appended(True, log.with_entry(_entry(envelope, answer.sequence)))
            if answer.kind == "conflict":
                newest = await self.read(event.job_type, event.job_id, at_least=answer.sequence)
                return Appended(newest.holds(envelope.event_id), newest)
            if answer.kind == "duplicate":
                newest = await self.read(event.job_type, event.job_id)
                if newest.holds(envelope.event_id):
                    return Appended(True, newest)
                message_id = str(new_id())
            elif answer.kind == "doubt" and log.last_sequence == 0:
                # Zero is the only sequence that comes again after a wipe.
                envelope, message_id = replace(envelope, restored="open"), str(new_id())

    async def purge(self, job_type: str, job_id: UUID, *, before: int) -> None:
        """Deletes the messages of a job's log below that sequence. Raises nats.errors.Error, TimeoutError."""
        filter_subject = subjects.log_filter(job_type, job_id)
        await self._jetstream.purge_stream(subjects.STREAM, seq=before, subject=filter_subject)

    async def _publish(self, envelope: Envelope, message_id: str, expected: int) -> "_Answer":
        event = envelope.event
        body, headers = encode(envelope, message_id)
        headers[subjects.EXPECTED_SEQUENCE] = str(expected)
        headers[subjects.EXPECTED_SEQUENCE_SUBJECT] = subjects.log_filter(event.job_type, event.job_id)
        try:
            ack = await self._publisher.publish(Message(envelope.subject, body, headers))
        except (ConnectionClosedError, MaxPayloadError):
            raise
        except (Error, TimeoutError) as error:
            if isinstance(error, APIError) and error.err_code == WRONG_LAST_SEQUENCE:
                return _Answer("conflict", _sequence_in(error.description))
            if is_refused(self._client, envelope.subject):
                raise NotPermitted(detail=envelope.subject) from error
            is_full = isinstance(error, APIError) and error.err_code in NO_ROOM
            kind: Literal["full", "doubt"] = "full" if is_full else "doubt"
            log.info("an append is not confirmed", event_name=event.name, answer=kind, error=repr(error))
            await asyncio.sleep(PAUSE_SECONDS)
            return _Answer(kind, 0)
        return _Answer("duplicate" if ack.duplicate else "stored", ack.seq)

    async def _read_once(self, filter_subject: str) -> JobLog | None:
        newest = JobLog()
        try:
            while True:
                page, pending = await self._read_page(filter_subject, newest.last_sequence + 1)
                newest = JobLog((*newest.entries, *page.entries), max(newest.tail, page.tail))
                if not pending:
                    return newest
        except ConnectionClosedError:
            raise
        except (Error, TimeoutError) as error:
            log.info("could not read a job's log", error=repr(error))
            return None

    async def _read_page(self, filter_subject: str, start: int) -> tuple[JobLog, int]:
        inbox = self._client.new_inbox()
        replies = await self._client.subscribe(inbox)
        request = {"batch": PAGE, "seq": start, "next_by_subj": filter_subject}
        page = JobLog()
        try:
            await self._client.publish(subjects.DIRECT_GET, json.dumps(request).encode(), reply=inbox)
            while True:
                message = await replies.next_msg(timeout=PUBLISH_TIMEOUT_SECONDS)
                headers = message.headers or {}
                if status := headers.get("Status"):
                    _check_closing(status, headers)
                    return page, int(headers.get("Nats-Num-Pending", "0"))
                page = _with_message(page, headers, message.data)
        finally:
            with contextlib.suppress(Error):
                await replies.unsubscribe()


@dataclass(frozen=True)
class _Answer:
    kind: Literal["stored", "conflict", "duplicate", "full", "doubt"]
    sequence: int


def _check_closing(status: str, headers: dict[str, str]) -> None:
    if status not in ("204", "404"):  # 404: the stream holds no such message
        raise Error(f"direct get answered {status} {headers.get('Description', '')}")


def _with_message(page: JobLog, headers: dict[str, str], body: bytes) -> JobLog:
    sequence = int(headers["Nats-Sequence"])
    try:
        return page.with_entry(decode(headers["Nats-Subject"], headers, body, sequence))
    except InvalidMessage as error:
        log.warning("skipped a message in a job's log", error=str(error))
        return replace(page, tail=sequence)


def _sequence_in(description: str | None) -> int:
    found = re.search(r"wrong last sequence: (\d+)", description or "")
    return int(found.group(1)) if found else 0


def _entry(envelope: Envelope, sequence: int) -> Entry:
    return Entry(
        sequence=sequence,
        event_id=envelope.event_id,
        time=envelope.time,
        event=envelope.event,
        source=envelope.source,
        restored=envelope.restored,
        traceparent=envelope.traceparent,
    )
