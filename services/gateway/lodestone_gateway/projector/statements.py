"""What a fold reads and writes, in plain SQL: one statement for each table, whatever the batch's size.

Rows go in as one JSON document for each statement: the driver turns arrays of parameters into text one by
one, in Python. A test compares the tables with the models.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from uuid import UUID

from lodestone.events import JobCallFinished, JobCallStarted
from lodestone.job_log import Entry
from lodestone.status import Status
from lodestone.wire import JsonObject
from pydantic_core import to_json

from lodestone_gateway.projector.fold import Folded, FoldedJob, HistoryEvent
from lodestone_gateway.store.faults import RowsLocked
from lodestone_gateway.store.pipeline import Pipeline
from lodestone_gateway.store.prepared import Row, array_of

JOB_COLUMNS = {
    "status": "text",
    "seq": "int",
    "late_calls": "int",
    "attempt": "int",
    "updated_at": "timestamptz",
    "started_at": "timestamptz",
    "completed_at": "timestamptz",
    "retry_at": "timestamptz",
    "waiting_for": "text",
    "cancel_requested": "boolean",
    "progress_done": "int",
    "progress_total": "int",
    "progress_message": "text",
    "items": "jsonb",
    "result": "jsonb",
    "error": "text",
    "error_code": "text",
    "input_tokens": "bigint",
    "output_tokens": "bigint",
    "cache_read_tokens": "bigint",
    "cache_write_tokens": "bigint",
    "cost_usd": "numeric",
    "cache_saved_usd": "numeric",
    "wasted_usd": "numeric",
}
HISTORY_COLUMNS = {
    "job_id": "uuid",
    "user_id": "uuid",
    "seq": "int",
    "event_id": "text",
    "event": "text",
    "time": "timestamptz",
    "attempt": "int",
    "body": "jsonb",
    "source": "text",
    "traceparent": "text",
    "stream_sequence": "bigint",
}
OWNER_COLUMNS = {"call_id": "uuid", "job_id": "uuid", "user_id": "uuid", "job_type": "text", "attempt": "int"}
STARTED_COLUMNS = {"model": "text", "max_tokens": "int", "started_at": "timestamptz"}
FINISHED_COLUMNS = {
    "request_id": "text",
    "input_tokens": "bigint",
    "output_tokens": "bigint",
    "cache_read_tokens": "bigint",
    "cache_write_tokens": "bigint",
    "cost_usd": "numeric",
    "cache_saved_usd": "numeric",
    "outcome": "text",
    "estimated": "boolean",
    "finished_at": "timestamptz",
    "finished_event_id": "text",
}
NO_MORE: JsonObject = {}


async def load(fold: Pipeline, entries: Sequence[Entry]) -> Folded:
    """The state that the entries are folded onto; the jobs' rows are locked. Raises RowsLocked."""
    ids = {entry.event.job_id for entry in entries}
    calls = (entry.event.call_id for entry in entries if isinstance(entry.event, JobCallFinished))
    jobs = fold.add(_LOAD_JOBS, array_of(ids))
    found = fold.add(
        _LOAD_KNOWN, to_json([each.event_id for each in entries]), array_of(calls), array_of(ids)
    )
    await fold.send()
    loaded = {job.id: job for job in map(_folded_job, jobs.rows)}
    await _find_locked(fold, ids - loaded.keys())
    known: dict[str, set[str]] = {"known": set(), "settled": set(), "erased": set()}
    for kind, id in found.rows:
        known[kind].add(id)
    return Folded(
        jobs=loaded,
        known=known["known"],
        settled={UUID(id) for id in known["settled"]},
        erased={UUID(id) for id in known["erased"]},
    )


def write_history(fold: Pipeline, folded: Folded) -> None:
    """Adds the batch's events, in their order."""
    if folded.history:
        fold.add(_WRITE_HISTORY, history_document(folded))


def write_jobs(fold: Pipeline, folded: Folded) -> None:
    """Sets the rows of the jobs that the batch changed."""
    if folded.changed:
        fold.add(_WRITE_JOBS, document(job_row(folded.jobs[id]) for id in folded.changed))


def write_calls(fold: Pipeline, folded: Folded) -> None:
    """Writes the batch's calls to the ledger: first those that began, then those that were settled.

    What these cost is added to what their users spent.
    """
    for kind, statement in ((JobCallStarted, _WRITE_STARTED), (JobCallFinished, _WRITE_FINISHED)):
        rows = {
            entry.event.call_id: to_json(_call_row(folded, entry, entry.event))
            for entry in folded.calls
            if isinstance(entry.event, kind)
        }
        if rows:
            fold.add(statement, document(rows.values()))


def history_document(folded: Folded) -> bytes:
    """The batch's events as rows of the history."""
    return document(_history_row(folded, event) for event in folded.history)


def document(rows: Iterable[bytes]) -> bytes:
    """Rows as one JSON document."""
    return b"[%b]" % b",".join(rows)


def job_row(job: FoldedJob, columns: Iterable[str] = JOB_COLUMNS, more: JsonObject = NO_MORE) -> bytes:
    """These columns of a job's row as JSON, and `more` of them."""
    return to_json({"id": job.id, **more, **{name: getattr(job, name) for name in columns}})


async def _find_locked(fold: Pipeline, missing: set[UUID]) -> None:
    if missing:
        found = fold.add(_FIND_JOBS, array_of(missing))
        await fold.send()
        if found.rows:
            raise RowsLocked(id for (id,) in found.rows)


def _folded_job(row: Row) -> FoldedJob:
    values = dict(zip(_FOLDED, row, strict=True))
    return FoldedJob(**{**values, "status": Status(values["status"]), "items": tuple(values["items"])})


def _history_row(folded: Folded, event: HistoryEvent) -> bytes:
    entry = event.entry
    row = {
        "job_id": entry.event.job_id,
        "user_id": folded.jobs[entry.event.job_id].user_id,
        "seq": event.seq,
        "event_id": entry.event_id,
        "event": entry.event.name,
        "time": entry.time,
        "attempt": entry.event.attempt,
        "source": entry.source,
        "traceparent": entry.traceparent,
        "stream_sequence": entry.sequence,
    }
    return b'%b,"body":%b}' % (to_json(row)[:-1], entry.event.body_json())


def _call_row(folded: Folded, entry: Entry, event: JobCallStarted | JobCallFinished) -> JsonObject:
    owner = {
        "call_id": event.call_id,
        "job_id": event.job_id,
        "user_id": folded.jobs[event.job_id].user_id,
        "job_type": event.job_type,
        "attempt": event.attempt,
    }
    if isinstance(event, JobCallStarted):
        return {**owner, "model": event.model, "max_tokens": event.max_tokens, "started_at": entry.time}
    ends = {"finished_at": entry.time, "finished_event_id": entry.event_id, "outcome": event.outcome.value}
    told = {name: getattr(event, name) for name in FINISHED_COLUMNS if name not in ends}
    return {**owner, **told, **ends}


def erase_again(fold: Pipeline, folded: Folded) -> None:
    """Asks for jobs to be erased again, of which the stream has texts again."""
    if folded.came_back:
        fold.add(_ERASE_AGAIN, array_of(folded.came_back))


def names(columns: Iterable[str]) -> str:
    """The columns as a list in SQL."""
    return ", ".join(columns)


def set_job(columns: Iterable[str]) -> str:
    """What an UPDATE of jobs from rows named `new` sets."""
    return ", ".join(f"{name} = new.{name}" for name in columns)


def rows_of(document: str, columns: dict[str, str]) -> str:
    """The rows of a statement's parameter as a table, in their order."""
    typed = ", ".join(f"{name} {type}" for name, type in columns.items())
    return f"ROWS FROM (jsonb_to_recordset({document}::jsonb) AS ({typed})) WITH ORDINALITY AS new"


def _upsert_calls(columns: dict[str, str]) -> str:
    """A call's own columns change; whose it is does not."""
    every = {**OWNER_COLUMNS, **columns}
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
    return (
        f"INSERT INTO job_calls ({names(every)}) SELECT {names(every)} FROM {rows_of('$1', every)}"  # noqa: S608
        f" ON CONFLICT (call_id) DO UPDATE SET {changes}"
    )


_FOLDED = [field.name for field in fields(FoldedJob)]
_LOAD_JOBS = (
    f"SELECT {names(_FOLDED)} FROM background_jobs"  # noqa: S608
    " WHERE id = ANY($1::uuid[]) FOR NO KEY UPDATE SKIP LOCKED"
)
_FIND_JOBS = "SELECT id FROM background_jobs WHERE id = ANY($1::uuid[])"
_LOAD_KNOWN = """
    WITH given AS MATERIALIZED (SELECT ARRAY(SELECT jsonb_array_elements_text($1::jsonb)) AS events)
    SELECT 'known', event_id FROM job_events WHERE event_id = ANY((SELECT events FROM given)::text[])
    UNION ALL SELECT 'known', finished_event_id FROM job_calls
        WHERE finished_event_id = ANY((SELECT events FROM given)::text[])
    UNION ALL SELECT 'settled', call_id::text FROM job_calls
        WHERE call_id = ANY($2::uuid[]) AND finished_at IS NOT NULL
    UNION ALL SELECT 'erased', job_id::text FROM erasures WHERE job_id = ANY($3::uuid[])
"""
_WRITE_HISTORY = (
    f"INSERT INTO job_events ({names(HISTORY_COLUMNS)}) SELECT {names(HISTORY_COLUMNS)}"  # noqa: S608
    f" FROM {rows_of('$1', HISTORY_COLUMNS)} ORDER BY ordinality"
)
# The time tells an eraser that looked at the log before this fold.
_ERASE_AGAIN = "UPDATE erasures SET done_at = NULL, requested_at = now() WHERE job_id = ANY($1::uuid[])"
_WRITE_JOBS = (
    f"UPDATE background_jobs AS job SET {set_job(JOB_COLUMNS)}"  # noqa: S608
    f" FROM {rows_of('$1', {'id': 'uuid', **JOB_COLUMNS})} WHERE job.id = new.id"
)
_WRITE_STARTED = _upsert_calls(STARTED_COLUMNS)
# A settled call is never settled again, so what it costs is added once. A clock that is ahead cannot spend in
# an hour that has not come.
_WRITE_FINISHED = f"""
    WITH settled AS ({_upsert_calls(FINISHED_COLUMNS)} RETURNING user_id, finished_at, cost_usd)
    INSERT INTO spend_hours (user_id, hour, cost_usd)
    SELECT user_id, date_trunc('hour', least(finished_at, now()), 'UTC'), sum(cost_usd) FROM settled
    WHERE cost_usd > 0 GROUP BY 1, 2
    ON CONFLICT (user_id, hour) DO UPDATE SET cost_usd = spend_hours.cost_usd + excluded.cost_usd"""  # noqa: S608
