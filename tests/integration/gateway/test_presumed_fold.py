"""A fold that reads nothing commits only what a fold that reads would, and otherwise changes nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from random import Random
from typing import Any

import psycopg
import pytest
from lodestone.clock import now
from lodestone.errors import ErrorCode
from lodestone.events import (
    JobCallStarted,
    JobCancelRequested,
    JobCompleted,
    JobEvent,
    JobProgress,
    JobRequested,
    JobRetrying,
    JobStarted,
    Prompt,
    Reason,
    Usage,
)
from lodestone.ids import new_id
from lodestone.job_log import Entry
from lodestone_gateway.projector import batch
from lodestone_gateway.projector.batch import commit_batch
from lodestone_gateway.projector.cursor import Cursor, CursorMoved, read_cursor
from lodestone_gateway.projector.fold import Folded
from lodestone_gateway.projector.presumed import FOLD, ROWS, RecentRows, fold_presumed
from lodestone_gateway.store.autocommit import ALWAYS_BY_INDEX
from lodestone_gateway.store.faults import RowsLocked
from lodestone_gateway.store.session import Role, connect_directly
from lodestone_gateway.store.tables import BackgroundJob
from support.gateway_bench import GatewayBench
from support.samples import ideation_result

REASON = Reason(code=ErrorCode.AI_UNAVAILABLE, message="Later.")


def entry(event: JobEvent, sequence: int, event_id: str | None = None) -> Entry:
    return Entry(sequence, event_id or str(new_id()), now(), event, source="/lodestone/test")


def started(job: JobRequested, attempt: int = 1) -> JobStarted:
    prompt = Prompt(name="ideation", version=1, sha256="0" * 64)
    return JobStarted(**job.of_job(attempt), worker_id="w", model="m", prompt=prompt)


def retrying(job: JobRequested) -> JobRetrying:
    return JobRetrying(**job.of_job(1), reason=REASON, retry_at=now(), counted=False)


async def tables(bench: GatewayBench) -> list[Any]:
    """Everything that a fold may change."""
    statements = (
        "SELECT * FROM background_jobs ORDER BY id",
        "SELECT * FROM job_events ORDER BY position",
        "SELECT * FROM projector_cursor",
    )
    return [await bench.sql(statement) for statement in statements]


async def presume(bench: GatewayBench, recent: RecentRows, at: Cursor, *entries: Entry) -> Folded | None:
    """Folds the entries if nothing has to be read for them."""
    onto = recent.under(entries)
    assert onto
    after = Cursor(at.version, entries[-1].sequence)
    return await fold_presumed(bench.tables, at, after, onto, entries)


async def remembered(bench: GatewayBench, job: JobRequested) -> tuple[RecentRows, Cursor]:
    """A projector that has just folded the request."""
    recent, at = RecentRows(), await read_cursor(bench.engine)
    after, _ = await commit_batch(
        bench.tables, at, [entry(job, at.sequence + 1)], at.sequence + 1, recent=recent
    )
    return recent, after


async def test_plain_events_are_folded_without_reading(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read(*_: Any) -> None:
        raise AssertionError("it reads")

    monkeypatch.setattr(batch, "load", read)
    job, recent, cursor = await bench.submit(), RecentRows(), Cursor(0, 0)
    message = JobProgress(**job.of_job(1), done=1, total=2, message="Half of it.")

    for at, event in enumerate((job, started(job), message, retrying(job), started(job, 2)), 1):
        cursor, _ = await commit_batch(bench.tables, cursor, [entry(event, at)], at, recent=recent)

    row = await bench.row(job)
    assert (row.seq, row.status, row.attempt, row.progress_message) == (5, "processing", 2, "Half of it.")
    assert [each.seq for each in await bench.history(job)] == [1, 2, 3, 4, 5]
    assert await read_cursor(bench.engine) == Cursor(0, 5)


async def test_events_of_many_jobs_are_one_statement(bench: GatewayBench) -> None:
    jobs = [await bench.submit() for _ in range(3)]
    events = [*jobs, *map(started, jobs)]

    folded = await presume(
        bench, RecentRows(), Cursor(0, 0), *(entry(event, at) for at, event in enumerate(events, 1))
    )

    assert folded
    assert [(await bench.row(job)).status for job in jobs] == ["processing"] * 3
    positions = await bench.sql("SELECT stream_sequence FROM job_events ORDER BY position")
    assert [sequence for (sequence,) in positions] == [1, 2, 3, 4, 5, 6]


async def test_gateways_are_told(bench: GatewayBench) -> None:
    job = await bench.submit()
    async with await psycopg.AsyncConnection.connect(
        bench.settings.database_url, autocommit=True
    ) as listening:
        await listening.execute("LISTEN job_events")

        assert await presume(bench, RecentRows(), Cursor(0, 0), entry(job, 1))

        heard = [notice.channel async for notice in listening.notifies(timeout=10, stop_after=1)]
    assert heard == ["job_events"]


def some_events(job: JobRequested, chance: Random) -> list[JobEvent]:
    """A job's request, and plain events in an order that a log may have."""
    events: list[JobEvent] = [job]
    for _ in range(chance.randint(1, 8)):
        attempt = chance.randint(0, 3)
        item = {"item": ideation_result()["concepts"][0], "item_key": "k", "item_index": 0}
        done, total = chance.randint(0, 3), chance.randint(1, 5)
        events.append(
            chance.choice(
                [
                    started(job, attempt + 1),
                    retrying(job),
                    JobCancelRequested(**job.of_job(attempt), requested_by=job.user_id),
                    JobProgress(**job.of_job(attempt), done=done, total=total, message="m"),
                    JobProgress(**job.of_job(attempt), done=done, total=total, message="", **item),
                ]
            )
        )
    return events


async def test_it_leaves_the_rows_that_a_fold_leaves_which_reads(bench: GatewayBench) -> None:
    cursor, recent = Cursor(0, 0), RecentRows()
    for seed in range(30):
        chance = Random(seed)  # noqa: S311 - not for secrets
        job, other = await bench.submit(), await bench.submit()
        events = [(event, now()) for event in some_events(job, chance)]
        while events:
            batch_, events = events[: (size := chance.randint(1, 3))], events[size:]
            for rows, of in ((recent, job), (NothingPresumed(), other)):
                owner = {"job_id": of.job_id, "user_id": of.user_id}
                entries = [
                    Entry(cursor.sequence + nth, str(new_id()), time, event.model_copy(update=owner))
                    for nth, (event, time) in enumerate(batch_, 1)
                ]
                cursor, _ = await commit_batch(
                    bench.tables, cursor, entries, entries[-1].sequence, recent=rows
                )

        assert told(await bench.row(job)) == told(await bench.row(other)), f"seed {seed}"
        assert [row.body | OF_WHOM for row in await bench.history(job)] == [
            row.body | OF_WHOM for row in await bench.history(other)
        ]


OF_WHOM = {"jobId": "", "userId": ""}


class NothingPresumed(RecentRows):
    """Has every batch read."""

    def under(self, entries: Sequence[Entry]) -> Folded | None:
        return None


def told(row: BackgroundJob) -> dict[str, Any]:
    """What a row says about any job with these events."""
    others = {"id", "user_id", "created_at", "deadline_at", "trigger_task_id"}
    return row.model_dump(exclude=others)


MEANWHILE = {
    "a log is being restored": "UPDATE projector_cursor SET version = version + 1",
    "another projector has folded": "UPDATE projector_cursor SET sequence = sequence + 1",
    "another has folded past a job that waits": "UPDATE background_jobs SET seq = seq + 1",
    "the row is another user's": (
        "INSERT INTO users (id) VALUES ('00000000-0000-7000-8000-000000000001');"
        "UPDATE background_jobs SET user_id = '00000000-0000-7000-8000-000000000001'"
    ),
    "the row is of another type": "UPDATE background_jobs SET job_type = 'posts'",
    "the row is gone": "DELETE FROM background_jobs",
}


@pytest.mark.parametrize("meanwhile", MEANWHILE)
async def test_nothing_changes_where_the_tables_are_not_as_presumed(
    bench: GatewayBench, meanwhile: str
) -> None:
    job, other = await bench.submit(), await bench.submit()
    recent, at = await remembered(bench, job)
    for statement in MEANWHILE[meanwhile].split(";"):
        await bench.sql(statement)
    before = await tables(bench)

    folded = await presume(
        bench, recent, at, entry(started(job), at.sequence + 1), entry(other, at.sequence + 2)
    )

    assert folded is None
    assert await tables(bench) == before


async def test_event_that_is_known_changes_nothing_and_is_then_told_to_be_known(bench: GatewayBench) -> None:
    job = await bench.submit()
    recent, at = await remembered(bench, job)
    begun = entry(started(job), at.sequence + 1)
    await commit_batch(bench.tables, at, [begun], at.sequence)  # past a job that waits: the cursor stays
    before = await tables(bench)

    assert await presume(bench, recent, at, begun) is None
    assert await tables(bench) == before
    _, folded = await commit_batch(bench.tables, at, [begun], begun.sequence, recent=recent)
    assert [kind.value for kind, _ in folded.kinds] == ["known"]


@contextlib.asynccontextmanager
async def locked(bench: GatewayBench, statement: str) -> AsyncIterator[None]:
    async with await psycopg.AsyncConnection.connect(bench.settings.database_url) as connection:
        await connection.execute(f"{statement} FOR UPDATE".encode())
        yield
        await connection.rollback()


async def test_nobody_waits_for_a_locked_row(bench: GatewayBench) -> None:
    job = await bench.submit()
    recent, at = await remembered(bench, job)
    async with locked(bench, "SELECT FROM background_jobs"):
        before = await tables(bench)
        begun = entry(started(job), at.sequence + 1)

        async with asyncio.timeout(10):
            assert await presume(bench, recent, at, begun) is None
        assert await tables(bench) == before
        with pytest.raises(RowsLocked):
            await commit_batch(bench.tables, at, [begun], begun.sequence, recent=recent)


async def test_batch_of_another_cursor_is_thrown_away(bench: GatewayBench) -> None:
    job = await bench.submit()
    recent, at = await remembered(bench, job)
    await bench.sql("UPDATE projector_cursor SET version = version + 1")

    with pytest.raises(CursorMoved):
        await commit_batch(
            bench.tables, at, [entry(started(job), at.sequence + 1)], at.sequence + 1, recent=recent
        )


def call_started(job: JobRequested) -> Entry:
    return entry(JobCallStarted(**job.of_job(1), call_id=new_id(), model="m", max_tokens=1), 2)


def restored(job: JobRequested) -> Entry:
    return Entry(2, str(new_id()), now(), started(job), restored="whole")


def copy(job: JobRequested) -> Entry:
    return entry(job.model_copy(update={"redelivery": True}), 2)


@pytest.mark.parametrize("make", [call_started, restored])
async def test_rows_are_read_for(bench: GatewayBench, make: Callable[[JobRequested], Entry]) -> None:
    job = await bench.submit()
    recent, _ = await remembered(bench, job)

    assert recent.under([make(job)]) is None


async def test_rows_are_read_for_jobs_that_are_not_remembered(bench: GatewayBench) -> None:
    job = await bench.submit()

    assert RecentRows().under([entry(started(job), 1)]) is None
    assert RecentRows().under([copy(job)]) is None
    assert RecentRows().under([]) is None


async def test_end_with_effects_is_not_presumed(bench: GatewayBench) -> None:
    job = await bench.submit()
    recent, at = await remembered(bench, job)
    done = JobCompleted(**job.of_job(0), result=ideation_result(), usage=Usage())
    before = await tables(bench)

    assert await presume(bench, recent, at, entry(done, at.sequence + 1)) is None
    assert await tables(bench) == before


async def test_as_many_rows_as_it_says_are_remembered_the_last_ones(bench: GatewayBench) -> None:
    recent, jobs = RecentRows(), []
    for _ in range(ROWS + 1):
        job = JobRequested(
            job_id=new_id(),
            job_type="ideation",
            user_id=new_id(),
            attempt=0,
            input={},
            max_attempts=1,
            deadline_at=now(),
        )
        jobs.append(job)
        onto = recent.under([entry(job, 1)])
        assert onto
        recent.note(Folded(onto.jobs, set(), set(), changed={job.job_id}))

    assert recent.under([entry(started(jobs[0]), 2)]) is None
    assert recent.under([entry(started(jobs[1]), 2)])


async def test_a_fold_finds_its_rows_by_index_though_it_was_planned_while_there_were_few(
    bench: GatewayBench,
) -> None:
    connection = await connect_directly(bench.settings.database_url, Role.PROJECTOR, ALWAYS_BY_INDEX)
    async with connection:
        found = await connection.execute(f"EXPLAIN (GENERIC_PLAN) {FOLD}")
        plan = "\n".join(line for (line,) in await found.fetchall())

    assert "Index Scan using background_jobs_pkey" in plan
    assert "Seq Scan on background_jobs" not in plan
