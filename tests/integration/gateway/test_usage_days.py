"""The sums of days that are over: what is read with them is what the jobs and the ledger say."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import psycopg
import pytest
from bench.filling import History, fill
from lodestone.clock import now
from lodestone_gateway.reconciler.usage import SHOWN, add_up_days
from lodestone_gateway.store.lead_magnet_queries import Usage, UsageDay, usage, usage_days
from lodestone_gateway.store.session import Role, make_engine, transaction
from lodestone_local.credentials import DEMO
from sqlalchemy import text
from support.tables import give_tables

DAY = timedelta(days=1)
FIRST = now().date() - timedelta(days=25)  # the month's first day, as it were
FROM_THE_ROWS = text("""
    SELECT (at AT TIME ZONE 'UTC')::date AS date, job_type, sum(jobs)::bigint AS jobs,
        sum(input_tokens)::bigint AS input_tokens, sum(output_tokens)::bigint AS output_tokens,
        sum(cache_read_tokens)::bigint AS cache_read_tokens,
        sum(cache_write_tokens)::bigint AS cache_write_tokens,
        sum(cost_usd) AS cost_usd, sum(cache_saved_usd) AS cache_saved_usd
    FROM (
        SELECT created_at AS at, job_type, 1 AS jobs, 0 AS input_tokens, 0 AS output_tokens,
            0 AS cache_read_tokens, 0 AS cache_write_tokens, 0 AS cost_usd, 0 AS cache_saved_usd
        FROM background_jobs WHERE user_id = :user_id AND created_at >= :since
        UNION ALL
        SELECT coalesce(started_at, finished_at), job_type, 0, input_tokens, output_tokens,
            cache_read_tokens, cache_write_tokens, cost_usd, cache_saved_usd
        FROM job_calls WHERE user_id = :user_id AND coalesce(started_at, finished_at) >= :since
    ) AS spent
    GROUP BY 1, 2 ORDER BY 1, 2""")


class Sums:
    """A database with some weeks of jobs; every event is folded."""

    def __init__(self, url: str) -> None:
        self.app = make_engine(url, Role.APP)
        self.reconciler = make_engine(url, Role.RECONCILER)
        self._owner = psycopg.connect(url, autocommit=True)

    def tell(self, statement: str, *values: Any) -> list[Any]:
        """Sends a statement as the owner; returns its rows."""
        found = self._owner.execute(statement, values)
        return found.fetchall() if found.description else []

    def until(self) -> date:
        """The first day that is not added up."""
        [(day,)] = self.tell("SELECT until FROM usage_cursor")
        assert isinstance(day, date)
        return day

    def fold_until(self, days_ago: float) -> None:
        """The newest event that the projector folded was stored then."""
        self.tell("UPDATE projector_cursor SET seen_at = %s", now() - timedelta(days=days_ago))

    async def read(self, so_far: Usage | None = None) -> list[UsageDay]:
        """As the product reads it."""
        async with transaction(self.app, DEMO) as session:
            return await usage_days(session, DEMO, so_far or await self.so_far())

    async def so_far(self) -> Usage:
        """With a month that began weeks ago."""
        async with transaction(self.app, DEMO) as session:
            return replace(await usage(session, DEMO), month_began=datetime.combine(FIRST, time(), UTC))

    async def from_the_rows(self) -> list[UsageDay]:
        """The same without sums."""
        async with transaction(self.app, DEMO) as session:
            values = {"user_id": DEMO, "since": datetime.combine(FIRST, time(), UTC)}
            return [UsageDay(**row._mapping) for row in await session.execute(FROM_THE_ROWS, values)]

    async def close(self) -> None:
        """Ends all connections."""
        self._owner.close()
        await self.app.dispose()
        await self.reconciler.dispose()


@pytest.fixture
async def sums(postgres_url: str) -> AsyncIterator[Sums]:
    give_tables(postgres_url)
    fill(postgres_url, History(jobs=400, events=1, calls=2, words=0, days=40))
    sums = Sums(postgres_url)
    sums.tell("UPDATE usage_cursor SET until = %s", FIRST)
    sums.tell("UPDATE job_calls SET started_at = NULL WHERE call_id::text LIKE '%%7'")  # only settled
    sums.tell(
        "UPDATE job_calls SET cache_read_tokens = 1200, cache_write_tokens = 40, cache_saved_usd = 0.02"
    )
    sums.fold_until(days_ago=0)
    yield sums
    await sums.close()


async def test_sums_and_last_days_are_what_the_rows_say(sums: Sums) -> None:
    expected = await sums.from_the_rows()

    before = await sums.read()
    for days_ago in (20, 10, 3, 0):
        sums.fold_until(days_ago)
        await add_up_days(sums.reconciler)
        assert await sums.read() == expected

    assert before == expected
    assert len({day.date for day in expected}) > 20
    assert sums.until() == now().date() - DAY
    assert sums.tell("SELECT min(date), max(date) FROM usage_days") == [(FIRST, now().date() - 2 * DAY)]


async def test_a_day_that_is_added_up_between_two_reads_counts_once(sums: Sums) -> None:
    so_far = await sums.so_far()

    await add_up_days(sums.reconciler)

    assert await sums.read(so_far) == await sums.from_the_rows()


async def test_a_day_waits_for_what_was_written_a_day_after_it(sums: Sums) -> None:
    sums.tell("UPDATE projector_cursor SET seen_at = %s", datetime.combine(FIRST, time(23, 59), UTC))
    await add_up_days(sums.reconciler)
    early = sums.until()

    sums.tell("UPDATE projector_cursor SET seen_at = %s", datetime.combine(FIRST, time(), UTC) + 2 * DAY)
    await add_up_days(sums.reconciler)

    assert (early, sums.until()) == (FIRST, FIRST + DAY)


async def test_a_day_waits_for_its_calls_to_be_settled(sums: Sums) -> None:
    day = FIRST + 5 * DAY
    open_call = """
        UPDATE job_calls SET finished_at = NULL WHERE call_id = (
            SELECT call_id FROM job_calls WHERE started_at >= %s ORDER BY started_at LIMIT 1)
        RETURNING call_id, started_at"""
    [(call_id, started_at)] = sums.tell(open_call, day)
    await add_up_days(sums.reconciler)
    waiting = sums.until()

    sums.tell("UPDATE job_calls SET finished_at = now(), input_tokens = 99 WHERE call_id = %s", call_id)
    await add_up_days(sums.reconciler)

    assert waiting == started_at.date()
    assert sums.until() > waiting
    assert await sums.read() == await sums.from_the_rows()


async def test_old_sums_are_forgotten(sums: Sums) -> None:
    sums.tell("UPDATE background_jobs SET created_at = %s WHERE created_at < %s", FIRST - SHOWN, FIRST)
    sums.tell("UPDATE usage_cursor SET until = %s", FIRST - SHOWN)

    await add_up_days(sums.reconciler)

    [(oldest,)] = sums.tell("SELECT min(date) FROM usage_days")
    assert oldest >= sums.until() - DAY - SHOWN
