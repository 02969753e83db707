"""A fold that reads nothing commits only what a fold that reads would, and otherwise changes nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone.clock import now
from lodestone.errors import ErrorCode
from lodestone.events import (
    EVENTS,
    JobCallFinished,
    JobCallStarted,
    JobCancelRequested,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobProgress,
    JobRequested,
    JobRetrying,
    JobStarted,
    Outcome,
    Prompt,
    Reason,
    Usage,
)
from lodestone.ids import new_id
from lodestone.job_log import Entry
from lodestone_gateway.projector import batch, effects
from lodestone_gateway.projector.batch import commit_batch
from lodestone_gateway.projector.cursor import Cursor, CursorMoved, read_cursor
from lodestone_gateway.projector.fold import Folded
from lodestone_gateway.projector.presumed import ITEMS, ROWS, RecentRows, fold_presumed, fold_statement
from lodestone_gateway.projector.statements import JOB_COLUMNS
from lodestone_gateway.store.autocommit import ALWAYS_BY_INDEX
from lodestone_gateway.store.faults import RowsLocked
from lodestone_gateway.store.prepared import Answer, PreparedStatements
from lodestone_gateway.store.session import Role, connect_directly
from lodestone_gateway.store.tables import BackgroundJob
from support.gateway_bench import GatewayBench
from support.plans import nodes
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
        "SELECT * FROM job_calls ORDER BY call_id",
        "SELECT * FROM spend_hours",
        "SELECT * FROM brand_kits",
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


@pytest.fixture
def never_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fold that reads what it is folded onto fails."""

    async def read(*_: Any) -> None:
        raise AssertionError("it reads")

    monkeypatch.setattr(batch, "load", read)


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements each round trip to Postgres takes."""
    counted: list[int] = []
    send = PreparedStatements._results

    async def count(tables: PreparedStatements, added: list[Answer]) -> Any:
        counted.append(len(added))
        return await send(tables, added)

    monkeypatch.setattr(PreparedStatements, "_results", count)
    return counted


@pytest.mark.usefixtures("never_reads")
async def test_plain_events_are_folded_without_reading(bench: GatewayBench) -> None:
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


A_KIT = "INSERT INTO brand_kits (user_id) VALUES ('{user}')"
A_RESERVATION = (
    "INSERT INTO usage_reservations (id, user_id, job_id, state)"
    " VALUES ('{job}', '{user}', '{job}', 'reserved')"
)


def some_events(job: JobRequested, chance: Random) -> list[JobEvent]:
    """A job's request, events in an order that a log may have, and sometimes an end."""
    events: list[JobEvent] = [job]
    calls = [new_id(), new_id()]
    for _ in range(chance.randint(1, 8)):
        attempt = chance.randint(0, 3)
        common, call_id = job.of_job(attempt), chance.choice(calls)
        item = {"item": ideation_result()["concepts"][0], "item_key": "k", "item_index": 0}
        done, total = chance.randint(0, 3), chance.randint(1, 5)
        events.append(
            chance.choice(
                [
                    started(job, attempt + 1),
                    retrying(job),
                    JobCancelRequested(**common, requested_by=job.user_id),
                    JobProgress(**common, done=done, total=total, message="m"),
                    JobProgress(**common, done=done, total=total, message="", **item),
                    JobCallStarted(**common, call_id=call_id, model="m", max_tokens=1),
                    settled(job, call_id, attempt),
                ]
            )
        )
    end: dict[str, Any] = {**job.of_job(1), "usage": Usage()}
    completed, unfit = JobCompleted(**end, result=ideation_result()), JobCompleted(**end, result={"no": 1})
    endings: list[list[JobEvent]] = [[], [completed], [unfit], [JobFailed(**end, error=REASON)]]
    return events + chance.choice(endings)


def settled(job: JobRequested, call_id: UUID, attempt: int = 1) -> JobCallFinished:
    end: dict[str, Any] = {"call_id": call_id, "output_tokens": 7, "cost_usd": Decimal("0.01")}
    return JobCallFinished(**job.of_job(attempt), **end, outcome=Outcome.WASTED)


async def test_it_leaves_the_rows_that_a_fold_leaves_which_reads(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor, recent = Cursor(0, 0), RecentRows()
    with_statements = effects._apply_plainly
    for seed in range(40):
        chance = Random(seed)  # noqa: S311 - not for secrets
        job, other = await bench.submit(), await bench.submit()
        kit = chance.random() < 0.7
        for of in (job, other):
            if kit:
                await bench.sql(A_KIT.format(user=of.user_id))
        events, calls = [(event, now()) for event in some_events(job, chance)], dict[UUID, UUID]()
        while events:
            batch_, events = events[: (size := chance.randint(1, 3))], events[size:]
            for rows, of in ((recent, job), (NothingPresumed(), other)):
                monkeypatch.setattr(effects, "_apply_plainly", with_statements if of is job else by_models)
                entries = [
                    Entry(cursor.sequence + nth, str(new_id()), time, as_of(of, event, calls))
                    for nth, (event, time) in enumerate(batch_, 1)
                ]
                cursor, _ = await commit_batch(
                    bench.tables, cursor, entries, entries[-1].sequence, recent=rows
                )

        assert told(await bench.row(job)) == told(await bench.row(other)), f"seed {seed}"
        histories = [await bench.history(of) for of in (job, other)]
        bodies = [[{**row.body, **OF_WHOM} for row in history] for history in histories]
        assert bodies[0] == bodies[1], f"seed {seed}"
        for of_job in OF_A_JOB:
            found = [await bench.sql(of_job.format(id=of.job_id, user=of.user_id)) for of in (job, other)]
            assert found[0] == found[1], f"seed {seed}: {of_job}"


async def by_models(*_: Any) -> bool:
    """Effects are applied in the readable form."""
    return False


def as_of(job: JobRequested, event: JobEvent, calls: dict[UUID, UUID]) -> JobEvent:
    """The event as one of this job, with calls of its own."""
    owner = {"job_id": job.job_id, "user_id": job.user_id}
    if isinstance(event, JobCallStarted | JobCallFinished) and event.job_id != job.job_id:
        owner["call_id"] = calls.setdefault(event.call_id, new_id())
    return event.model_copy(update=owner)


OF_A_JOB = (
    "SELECT attempt, model, max_tokens, started_at, finished_at, output_tokens, cost_usd, outcome"
    " FROM job_calls WHERE job_id = '{id}' ORDER BY started_at, finished_at",
    "SELECT cost_usd FROM spend_hours WHERE user_id = '{user}'",
    "SELECT business_description, urgent_pains, saved_ideation_result, ideation_generated_at"
    " FROM brand_kits WHERE user_id = '{user}'",
    "SELECT problem, reason FROM dead_events WHERE job_id = '{id}'",
)
"""What a job's events write besides its row and its history."""
OF_WHOM = {"jobId": "", "userId": "", "callId": ""}


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


def restored(job: JobRequested) -> Entry:
    return Entry(2, str(new_id()), now(), started(job), restored="whole")


def copy(job: JobRequested) -> Entry:
    return entry(job.model_copy(update={"redelivery": True}), 2)


async def test_rows_are_read_for_what_was_restored(bench: GatewayBench) -> None:
    job = await bench.submit()
    recent, _ = await remembered(bench, job)

    assert recent.under([restored(job)]) is None


async def test_rows_are_read_for_jobs_that_are_not_remembered(bench: GatewayBench) -> None:
    job = await bench.submit()

    assert RecentRows().under([entry(started(job), 1)]) is None
    assert RecentRows().under([copy(job)]) is None
    assert RecentRows().under([]) is None


def a_whole_job(job: JobRequested, end: JobEvent) -> list[JobEvent]:
    """One of a real type, from its request to its end."""
    call_id, of_job = new_id(), job.of_job(1)
    concept = ideation_result()["concepts"][0]
    item = {"item": concept, "item_key": concept["archetype"], "item_index": 0}
    return [
        job,
        started(job),
        JobCallStarted(**of_job, call_id=call_id, model="m", max_tokens=1),
        JobProgress(**of_job, done=1, total=10, message="", **item),
        settled(job, call_id),
        end,
    ]


@pytest.mark.parametrize("name", ["completed", "failed", "cancelled"])
@pytest.mark.usefixtures("never_reads")
async def test_a_job_with_calls_items_and_effects_is_folded_without_reading(
    bench: GatewayBench, name: str, trips: list[int]
) -> None:
    job, recent, cursor = await bench.submit(), RecentRows(), Cursor(0, 0)
    await bench.sql(A_KIT.format(user=job.user_id))
    await bench.sql(A_RESERVATION.format(job=job.job_id, user=job.user_id))
    more: dict[str, Any] = {"completed": {"result": ideation_result()}, "failed": {"error": REASON}}
    end = EVENTS[name].model_validate(job.of_job(1) | {"usage": Usage()} | more.get(name, {}))

    counted = []
    for at, event in enumerate(a_whole_job(job, end), 1):
        trips.clear()
        cursor, _ = await commit_batch(bench.tables, cursor, [entry(event, at)], at, recent=recent)
        counted.append((event.name, trips.copy()))

    row = await bench.row(job)
    assert (row.seq, row.cost_usd, len(row.items)) == (6, Decimal("0.01"), 1)
    assert counted == [
        ("requested", [1]),
        ("started", [1]),
        ("call_started", [3, 2]),
        ("progress", [1]),
        ("call_finished", [3, 2]),
        (name, [3, 1, 2 if name == "completed" else 1, 2]),
    ]
    [(state,)] = await bench.sql("SELECT state FROM usage_reservations")
    assert state == "settled"  # there was an idea to read
    [(ideas,)] = await bench.sql("SELECT saved_ideation_result FROM brand_kits")
    assert ideas == (ideation_result() if name == "completed" else None)


async def test_a_call_that_is_settled_already_is_folded_as_such(bench: GatewayBench) -> None:
    job, call_id = await bench.submit(), new_id()
    recent, at = await remembered(bench, job)
    ends = [entry(settled(job, call_id), at.sequence + nth) for nth in (1, 2)]
    for end in ends:
        at, _ = await commit_batch(bench.tables, at, [end], end.sequence, recent=recent)

    row = await bench.row(job)

    assert (row.seq, row.cost_usd) == (3, Decimal("0.01"))
    assert await bench.sql("SELECT cost_usd FROM spend_hours") == [(Decimal("0.01"),)]


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


async def test_no_more_items_are_remembered_than_it_says(bench: GatewayBench) -> None:
    recent, jobs = RecentRows(), [await bench.submit() for _ in range(3)]
    for job in jobs:
        onto = recent.under([entry(job, 1)])
        assert onto
        row = replace(onto.jobs[job.job_id], items=({},) * (ITEMS // 2))
        recent.note(Folded({job.job_id: row}, set(), set(), changed={job.job_id}))

    assert recent.under([entry(started(jobs[0]), 2)]) is None
    assert recent.under([entry(started(jobs[1]), 2)])
    assert recent.under([entry(started(jobs[2]), 2)])


async def test_a_fold_finds_its_rows_by_their_ids_alone_though_it_was_planned_while_there_were_none(
    bench: GatewayBench,
) -> None:
    """Any other index would be searched for each of them, through more and more jobs of others."""
    fold = fold_statement(tuple(JOB_COLUMNS))
    connection = await connect_directly(bench.settings.database_url, Role.PROJECTOR, ALWAYS_BY_INDEX)
    async with connection:
        found = await connection.execute(f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {fold}".encode())
        [([plan],)] = await found.fetchall()

    scans = [each for each in nodes(plan["Plan"]) if each.get("Relation Name") == "background_jobs"]
    indexes = [each["Index Name"] for each in scans if each["Node Type"] != "ModifyTable"]
    assert indexes == ["background_jobs_pkey"] * 2, "one to compare, one to change"
