"""The overview: counts and times of what is there, and nothing made up where there is no evidence."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from lodestone.jobs import JOB_TYPES
from lodestone.subjects import durable
from lodestone_gateway.operating import overview as module
from lodestone_gateway.operating.overview import (
    SPANS,
    Overview,
    Overviews,
    Period,
    Readings,
    _first_step,
    overview_of,
)
from lodestone_gateway.operating.services import Readings as Services
from lodestone_gateway.operating.services import services_of
from lodestone_gateway.operating.spending import HourlySpend
from lodestone_gateway.store.operations_tables import ConsumerState
from lodestone_gateway.store.overview_queries import MOST_COUNTED, EndedGroup, LivingGroup
from lodestone_gateway.verdict.coverages import Coverages
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

NOW = datetime(2026, 1, 31, 9, 30, 20, tzinfo=UTC)
SPEND = HourlySpend(
    cap=None,
    resets_at=NOW,
    holds_bulk=False,
    holds_all=False,
    waived_until=None,
    waived_by=None,
    waived_at=None,
)


def living(jobs: int = 1, *, state: str = "waiting", **columns: Any) -> LivingGroup:
    given = {"job_type": "posts", "waiting_for": "slot", "overdue": 0, "oldest_at": NOW, "retry_at": None}
    return LivingGroup(**{**given, "state": state, "jobs": jobs, **columns})


def readings(period: Period = Period.HOUR, **read: Any) -> Readings:
    nothing: dict[str, Any] = {
        "since": _first_step(NOW, SPANS[period]),
        "until": NOW,
        "ended": [],
        "living": [],
        "without_call": {},
        "dead_letters": 0,
        "paused": [],
        "spend": SPEND,
    }
    return Readings(**nothing | read)


def overview(period: Period = Period.HOUR, **read: Any) -> Overview:
    return overview_of(period, readings(period, **read), [])


def posts(seen: Overview) -> Any:
    return next(kind for kind in seen.job_types if kind.job_type == "posts")


@pytest.mark.parametrize(("period", "steps"), [(Period.HOUR, 60), (Period.DAY, 24)])
def test_a_period_has_all_its_steps_from_whole_minutes_or_hours(period: Period, steps: int) -> None:
    seen = overview(period)

    assert len(seen.steps) == steps
    assert {step.starts_at.second for step in seen.steps} == {0}
    assert seen.steps[-1].starts_at <= NOW < seen.steps[-1].starts_at + SPANS[period].step


def test_where_nothing_has_ended_times_and_rates_are_not_known() -> None:
    seen = overview()

    assert (seen.error_rate, seen.total.queue_wait_p50, seen.total.run_time_p95) == (None, None, None)
    assert {step.queue_wait_p50 for step in seen.steps} == {None}
    assert [kind.job_type for kind in seen.job_types] == list(JOB_TYPES)
    assert posts(seen).last_completed_at is None


def test_jobs_are_counted_by_what_they_do() -> None:
    groups = [living(3, overdue=1), living(2, state="running"), living(4, state="retrying")]

    counts = overview(living=groups, dead_letters=5).now

    assert (counts.waiting, counts.running, counts.retrying, counts.overdue) == (3, 2, 4, 1)
    assert counts.dead_letters == 5


def test_a_backlog_drains_at_the_pace_of_what_ended_lately() -> None:
    ended = [EndedGroup(job_type="posts", completed=60, recent=30)]

    assert posts(overview(living=[living(60)], ended=ended)).drain_seconds == 600
    assert posts(overview(ended=ended)).drain_seconds == 0


@pytest.mark.parametrize(
    "read",
    [
        {"ended": []},
        {"ended": [EndedGroup(job_type="posts", completed=60, recent=2)]},
        {"ended": [EndedGroup(job_type="posts", completed=60, recent=30)], "paused": ["posts"]},
        {"ended": [EndedGroup(job_type="emails", completed=60, recent=30)]},
    ],
    ids=["nothing ended", "too little ended lately", "paused", "others ended"],
)
def test_nobody_knows_when_a_backlog_drains_that_does_not_move(read: dict[str, Any]) -> None:
    assert posts(overview(living=[living(60)], **read)).drain_seconds is None


def test_the_error_rate_is_of_what_ended_by_itself_and_each_code_has_its_part() -> None:
    ended = [
        EndedGroup(is_total=True, completed=6, failed=4, cancelled=90),
        EndedGroup(error_code="AI_ERROR", failed=1),
        EndedGroup(error_code="DEADLINE_EXCEEDED", failed=3),
    ]

    seen = overview(ended=ended)

    assert seen.error_rate == 0.4
    assert [(each.code, each.count, each.rate) for each in seen.errors] == [
        ("DEADLINE_EXCEEDED", 3, 0.3),
        ("AI_ERROR", 1, 0.1),
    ]


def test_what_waits_for_the_provider_is_named_and_an_open_breaker_with_it() -> None:
    groups = [
        living(7, state="retrying", waiting_for="provider", retry_at=NOW + timedelta(seconds=5)),
        living(2, state="retrying", waiting_for="rate_limit"),
        living(9, state="retrying", waiting_for="retry"),
    ]

    found = overview(living=groups, without_call={"posts": 6}).provider

    assert [(each.waiting_for, each.jobs, each.breaker_open) for each in found] == [
        ("provider", 7, 6),
        ("rate_limit", 2, 0),
    ]
    assert found[0].retry_at == NOW + timedelta(seconds=5)


def test_a_count_that_was_cut_off_says_so() -> None:
    assert overview().is_whole
    assert not overview(living=[living(MOST_COUNTED)]).is_whole
    assert not overview(ended=[EndedGroup(is_total=True, completed=MOST_COUNTED)]).is_whole


def test_money_is_told_as_it_is_stored() -> None:
    ended = [EndedGroup(is_total=True, completed=1, cost_usd=Decimal("1.25"), wasted_usd=Decimal("0.5"))]

    total = overview(ended=ended).total

    assert (total.cost_usd, total.wasted_usd) == (Decimal("1.25"), Decimal("0.5"))


@pytest.mark.parametrize("is_heard", [True, False])
async def test_when_services_were_not_heard_is_remembered(
    monkeypatch: pytest.MonkeyPatch, is_heard: bool
) -> None:
    said: dict[str, Any] = {"pending": 0, "ack_pending": 0, "redelivered": 0, "waiting_pulls": 0}
    state = ConsumerState(name="posts", is_paused=False, seen_at=NOW - timedelta(seconds=1), **said)
    read = services_of(Services({durable("posts"): state} if is_heard else {}, [], {}, {}, 0, {}))

    async def told(*_: object) -> Overview:
        return overview_of(Period.HOUR, readings(), read.items)

    monkeypatch.setattr(module, "read_overview", told)
    engine = create_async_engine("postgresql+psycopg://")
    overviews = Overviews(engine, Coverages(engine))

    await overviews.read(Period.HOUR)

    assert overviews.deaf_at == (overviews.began_at if is_heard else NOW)


async def test_those_who_look_at_the_same_moment_share_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[Period] = []

    async def read(reader: AsyncEngine, coverages: Coverages, period: Period) -> Overview:
        reads.append(period)
        await asyncio.sleep(0)
        return overview(period)

    monkeypatch.setattr(module, "read_overview", read)
    engine = create_async_engine("postgresql+psycopg://")
    overviews = Overviews(engine, Coverages(engine))

    await asyncio.gather(*(overviews.read(Period.HOUR) for _ in range(20)), overviews.read(Period.DAY))

    assert sorted(reads) == [Period.DAY, Period.HOUR]
