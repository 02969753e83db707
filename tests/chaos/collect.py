"""Collects the state at the end of a run: the stream, the provider's journal and the tables."""

import asyncio
import dataclasses
import hashlib
import json
from collections.abc import Set
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import psycopg
from chaos.history import Record, Recorder
from chaos.watched import Watched
from lodestone import subjects
from lodestone.bus.connection import bear_every_subject
from lodestone.bus.envelope import decode
from lodestone.job_log import Entry
from lodestone_gateway.projector.fold import Folded, FoldedJob, fold_batch
from nats.aio.client import Client
from nats.aio.msg import Msg
from psycopg.rows import dict_row

LARGE = ("result", "input", "item", "items")  # recorded as digests, since only equality matters


async def collect(system: Watched, recorder: Recorder, only: Set[str]) -> None:
    """Writes the records of these jobs; the run must have come to rest."""
    messages = await _read_stream(str(system.told["nats"]))
    found = [(message, _entry(message)) for message in messages if _job_id(message) in only]
    for message, entry in found:
        recorder.note("event", **_event(message, entry))
    for call in await asyncio.to_thread(system.calls):
        if call["jobId"] in only:
            recorder.note("call", **_call(call))
    entries = [entry for _, entry in found]
    await asyncio.to_thread(_read_tables, str(system.told["postgres"]), recorder, entries, only)


def all_settled(system: Watched) -> bool:
    """Whether the ledger has no open call."""
    with psycopg.connect(str(system.told["postgres"])) as connection:
        found = connection.execute("SELECT count(*) FROM job_calls WHERE finished_at IS NULL").fetchone()
        return found == (0,)


def feed_end(system: Watched) -> int:
    """The position of the newest event."""
    with psycopg.connect(str(system.told["postgres"])) as connection:
        found = connection.execute("SELECT coalesce(max(position), 0) FROM job_events").fetchone()
        return int(found[0]) if found else 0


def digest(value: Any) -> str:
    """Equal for equal JSON values."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


async def _read_stream(url: str) -> list[Msg]:
    client = Client()
    bear_every_subject(client)  # other users of the system may have published anything
    await client.connect(servers=[url])
    try:
        jetstream = client.jetstream()
        state = (await jetstream.stream_info(subjects.STREAM)).state
        reading = await jetstream.subscribe(
            subjects.STREAM_SUBJECTS, stream=subjects.STREAM, ordered_consumer=True
        )
        return [await reading.next_msg(timeout=20) for _ in range(state.messages)]
    finally:
        await client.close()


def _job_id(message: Msg) -> str | None:
    subject = subjects.parse_subject(message.subject)
    return str(subject.job_id) if subject else None


def _entry(message: Msg) -> Entry:
    return decode(message.subject, message.headers, message.data, message.metadata.sequence.stream)


def _event(message: Msg, entry: Entry) -> Record:
    event = entry.event
    body = {name: value for name, value in event.body().items() if name not in LARGE}
    if isinstance(body.get("kept"), list):
        body["kept"] = len(body["kept"])
    if "retryAt" in body:
        body["retryAt"] = _seconds(body["retryAt"])
    return {
        "sequence": entry.sequence,
        "stored": message.metadata.timestamp.timestamp(),
        "id": entry.event_id,
        "jobId": str(event.job_id),
        "jobType": event.job_type,
        "event": event.name,
        "attempt": event.attempt,
        "body": body,
    }


def _call(call: dict[str, Any]) -> Record:
    ended = call["endedAt"]
    kept = ("id", "jobType", "jobId", "attempt", "model", "outcome", "outputTokens")
    return {
        **{name: call[name] for name in kept},
        "started": _seconds(call["startedAt"]),
        "ended": None if ended is None else _seconds(ended),
    }


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def _read_tables(url: str, recorder: Recorder, entries: list[Entry], only: Set[str]) -> None:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        rows = [r for r in connection.execute("SELECT * FROM background_jobs") if str(r["id"]) in only]
        for row in rows:
            recorder.note("row", **_plain(row) | {"deadline_at": row["deadline_at"].timestamp()})
        for rebuilt in _rebuild(rows, entries):
            recorder.note("rebuilt", **rebuilt)
        for event in connection.execute("SELECT job_id, seq, event_id, event FROM job_events"):
            job_id, seq, id, name = event.values()
            if str(job_id) in only:
                recorder.note("told", jobId=str(job_id), seq=seq, id=id, event=name)
        for call in connection.execute("SELECT * FROM job_calls"):
            if str(call["job_id"]) in only:
                recorder.note("ledger", **_plain(call))


def _rebuild(rows: list[dict[str, Any]], entries: list[Entry]) -> list[Record]:
    """Every row as one fold of the whole stream makes it, starting from what a submit inserts."""
    jobs = {
        row["id"]: FoldedJob(row["id"], row["user_id"], row["job_type"], row["created_at"]) for row in rows
    }
    folded = fold_batch(Folded(jobs=jobs, known=set(), settled=set()), entries)
    changed = [dataclasses.asdict(folded.jobs[id]) for id in folded.changed]
    return [_plain({**job, "items": list(job["items"])}) for job in changed]


def _plain(row: dict[str, Any]) -> Record:
    return {name: digest(value) if name in LARGE else _plain_value(value) for name, value in row.items()}


def _plain_value(value: object) -> object:
    match value:
        case Decimal():
            return str(value.normalize() + 0)
        case datetime():
            return value.timestamp()
        case Enum():
            return value.value
        case UUID():
            return str(value)
    return value
