"""`lodestone-gateway rebuild`: folds everything from zero into fresh tables and compares with the live ones.

The fresh tables are temporary, with the live tables' names: on their connection they hide the live ones, so
that the projector's own code fills them, and nobody else ever sees them. The comparison is at one cursor, so
the system may keep running. What is older than the stream comes from `job_events` and the ledger.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, fields, replace
from datetime import datetime
from uuid import UUID

import structlog
from lodestone import subjects
from lodestone.bus.connection import BusClient
from lodestone.bus.place import Place
from lodestone.bus.reading import read_after
from lodestone.clock import now
from lodestone.errors import Misconfigured
from lodestone.events import JobCallFinished
from lodestone.ids import new_id
from lodestone.job_log import Entry
from nats.aio.msg import Msg
from nats.js.api import StreamInfo
from nats.js.errors import NotFoundError
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.jobs.restore import entry_of
from lodestone_gateway.projector.batch import commit_batch
from lodestone_gateway.projector.cursor import Cursor
from lodestone_gateway.projector.fold import FoldedJob
from lodestone_gateway.projector.messages import Folder
from lodestone_gateway.store.all_tables import all_tables
from lodestone_gateway.store.pipeline import KeptConnection
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob, JobCall, JobEventRow

log = structlog.get_logger(__name__)

PAGE = 500  # rows of the history that are read and folded at once
GIVEN = {"id", "user_id", "job_type", "created_at"}
FOLDED = [field.name for field in fields(FoldedJob) if field.name not in GIVEN]


@dataclass(frozen=True)
class Drift:
    """A job whose live row differs from its events."""

    job_id: UUID
    differs: tuple[str, ...]  # columns, `history`, or `row` if there is none


@dataclass(frozen=True)
class Comparison:
    """The two sides at one cursor; without drift their checksums agree."""

    sequence: int
    jobs: int
    events: int
    live: str
    fresh: str
    drift: list[Drift]


async def rebuild(client: BusClient, engine: AsyncEngine) -> Comparison:
    """Folds and compares. The engine has one connection, which may read all tables and make temporary ones.

    Raises Misconfigured when the stream is not there.
    """
    try:
        stream = await client.jetstream().stream_info(subjects.STREAM)
    except NotFoundError:
        raise Misconfigured("The stream does not exist: there is nothing to fold.") from None
    end = await _begin(engine)
    cursor, began = await _fold_older(engine, stream), None
    async with aclosing(KeptConnection(engine)) as tables:
        folder = Folder(tables, cursor)
        async for messages in _messages(client, stream.state.first_seq - 1, end):
            began = began or messages[0].metadata.timestamp
            async for _ in folder.fold(messages):
                pass
    await _fold_late_calls(engine, folder.cursor, began)
    return await _compare(engine, end)


def told(found: Comparison) -> str:
    """The comparison in words, with the drift by job."""
    lines = [
        f"{found.jobs} jobs, {found.events} events up to the sequence {found.sequence}.",
        f"live   {found.live}",
        f"folded {found.fresh}",
        *(f"drift  {each.job_id}: {', '.join(each.differs)}" for each in found.drift),
        f"{len(found.drift)} jobs drifted." if found.drift else "No drift.",
    ]
    return "".join(f"{line}\n" for line in lines)


async def _begin(engine: AsyncEngine) -> int:
    """Creates the fresh tables beside a copy of the live ones; returns the sequence they are folded to."""
    every = [column.name for column in BackgroundJob.__table__.columns]  # type: ignore[attr-defined]
    kept = ", ".join(name for name in every if name not in FOLDED)
    async with transaction(engine) as session:
        await session.execute(text("SET statement_timeout = 0"))  # of this session: it copies everything
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        schema = await session.scalar(text("SELECT quote_ident(current_schema())"))
        end: int = await session.scalar(text("SELECT sequence FROM projector_cursor")) or 0
        for statement in (
            "CREATE TEMP TABLE live_jobs AS SELECT * FROM background_jobs",
            "CREATE TEMP TABLE live_events AS SELECT * FROM job_events",
            "CREATE TEMP TABLE live_calls AS SELECT * FROM job_calls WHERE finished_event_id IS NOT NULL",
            # What the stream no longer has: texts that were erased, and where it went back, the newest ends.
            "CREATE TEMP TABLE not_there AS SELECT id AS job_id FROM live_jobs WHERE erased_at IS NOT NULL"
            " OR completed_at < (SELECT turned_back_at FROM projector_cursor)"
            " UNION SELECT job_id FROM erasures",
            *(_fresh_table(table.name, f"{schema}.{table.name}") for table in all_tables()),
            "ALTER TABLE pg_temp.background_jobs ADD PRIMARY KEY (id)",
            f"INSERT INTO pg_temp.background_jobs ({kept}, updated_at)"  # noqa: S608
            f" SELECT {kept}, created_at FROM live_jobs",
            "INSERT INTO pg_temp.projector_cursor DEFAULT VALUES",
            # Jobs whose rows were removed on purpose are not missing.
            f"INSERT INTO pg_temp.erasures SELECT * FROM {schema}.erasures",  # noqa: S608
            "CREATE INDEX ON live_events (position)",
            "CREATE INDEX ON live_events (event_id)",
        ):
            await session.execute(text(statement))
    return end


def _fresh_table(name: str, like: str) -> str:
    # All jobs begin as pending, of which the live table's indexes would not let two have one lead magnet.
    indexes = "" if name == "background_jobs" else "INCLUDING INDEXES"
    return f"CREATE TEMP TABLE {name} (LIKE {like} INCLUDING DEFAULTS INCLUDING IDENTITY {indexes})"


async def _fold_older(engine: AsyncEngine, stream: StreamInfo) -> Cursor:
    """The history before the stream's first message, and all of jobs of which it no longer has everything."""
    cursor, position = Cursor(0, 0), 0
    page = select(JobEventRow).from_statement(
        text(
            "SELECT * FROM live_events WHERE position > :position"
            " AND (stream_sequence < :first OR job_id IN (SELECT job_id FROM not_there))"
            " ORDER BY position LIMIT :page"
        )
    )
    while True:
        values = {"first": stream.state.first_seq, "position": position, "page": PAGE}
        async with transaction(engine) as session:
            rows = (await session.scalars(page, values)).all()
        if not rows:
            return cursor
        position = rows[-1].position or 0
        entries = [entry for row in rows if (entry := _entry(row))]
        last = max(cursor.sequence, rows[-1].stream_sequence)
        async with aclosing(KeptConnection(engine)) as tables:  # the engine has only one
            cursor, _ = await commit_batch(tables, cursor, entries, last)


def _entry(row: JobEventRow) -> Entry | None:
    """The event of a row; an unreadable one is missing on the folded side, and so reported as drift."""
    try:
        return replace(entry_of(row), sequence=row.stream_sequence, source=row.source)
    except Exception:
        log.exception("could not read an event", job_id=str(row.job_id), seq=row.seq)
        return None


async def _fold_late_calls(engine: AsyncEngine, cursor: Cursor, before: datetime | None) -> None:
    """Calls that were settled after a job's end and are no longer in the stream: only the ledger has them."""
    calls = select(JobCall).from_statement(
        text(
            "SELECT * FROM live_calls WHERE (CAST(:before AS timestamptz) IS NULL OR finished_at < :before"
            " OR job_id IN (SELECT job_id FROM not_there))"
            " AND NOT EXISTS (SELECT FROM live_events WHERE event_id = finished_event_id)"
        )
    )
    async with transaction(engine) as session:
        rows = (await session.scalars(calls, {"before": before})).all()
    async with aclosing(KeptConnection(engine)) as tables:
        await commit_batch(tables, cursor, [_late_call(row) for row in rows], cursor.sequence)


def _late_call(row: JobCall) -> Entry:
    event = JobCallFinished.model_validate(row.model_dump())
    return Entry(sequence=0, event_id=row.finished_event_id or "", time=row.finished_at or now(), event=event)


async def _messages(client: BusClient, after: int, end: int) -> AsyncIterator[list[Msg]]:
    """The stream after a sequence up to `end`, in batches."""
    if after >= end:
        return
    consumer = f"rebuild-{new_id().hex}"
    reading = await read_after(client, Place(after), consumer)
    try:
        while after < end:
            batch = await reading.next_batch()
            if wanted := [message for message in batch if message.metadata.sequence.stream <= end]:
                yield wanted
            if not batch and not reading.lag:
                return  # the last messages before `end` are gone
            after = batch[-1].metadata.sequence.stream if batch else after
    finally:
        await reading.close()
        await client.jetstream().delete_consumer(subjects.STREAM, consumer)


async def _compare(engine: AsyncEngine, end: int) -> Comparison:
    async with transaction(engine) as session:
        live, fresh = await _checksum(session, "live_jobs"), await _checksum(session, "background_jobs")
        drift = await _drift(session)
        jobs = await session.scalar(text("SELECT count(*) FROM live_jobs")) or 0
        events = await session.scalar(text("SELECT count(*) FROM job_events")) or 0
    return Comparison(end, jobs, events, live, fresh, drift)


async def _checksum(session: AsyncSession, table: str) -> str:
    row = ", ".join(["id", *FOLDED])
    of_all = f"SELECT md5(coalesce(string_agg(md5(ROW({row})::text), '' ORDER BY id), '')) FROM {table}"  # noqa: S608
    return str(await session.scalar(text(of_all)))


async def _drift(session: AsyncSession) -> list[Drift]:
    """By job: columns that differ, a history that does, events without a row."""
    found: dict[UUID, list[str]] = {}
    schema = await session.scalar(text("SELECT quote_ident(current_schema())"))
    meanwhile = f"SELECT job_id FROM {schema}.erasures EXCEPT SELECT job_id FROM pg_temp.erasures"  # noqa: S608
    erased_meanwhile = set(await session.scalars(text(meanwhile)))
    columns = ", ".join(f"CASE WHEN live.{c} IS DISTINCT FROM fresh.{c} THEN '{c}' END" for c in FOLDED)
    for statement in (
        f"""
        SELECT id, array_remove(ARRAY[{columns}], NULL)
        FROM live_jobs AS live JOIN background_jobs AS fresh USING (id)""",  # noqa: S608
        """
        SELECT DISTINCT coalesce(live.job_id, fresh.job_id), ARRAY['history']
        FROM live_events AS live FULL JOIN job_events AS fresh USING (job_id, seq)
        WHERE live.event_id IS DISTINCT FROM fresh.event_id""",
        "SELECT DISTINCT job_id, ARRAY['row'] FROM dead_events WHERE problem = 'foreign'",
    ):
        for job_id, differs in await session.execute(text(statement)):
            if differs and job_id not in erased_meanwhile:
                found.setdefault(job_id, []).extend(differs)
    return [Drift(job_id, tuple(differs)) for job_id, differs in sorted(found.items())]
