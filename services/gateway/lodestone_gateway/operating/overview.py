"""What goes on at this moment and went on lately, for operators: counts, times, money, errors, processes.

One read is shared by all who look: it is made only when somebody asks, and again once it is a second old.
"""

import asyncio
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from lodestone.clock import now
from lodestone.jobs import JOB_TYPES
from lodestone.wire import Usd, UtcTime, WireModel
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.operating.provider import ProviderReport, report_of
from lodestone_gateway.operating.services import Service, are_heard, read_services
from lodestone_gateway.operating.spending import HourlySpend, read_spend
from lodestone_gateway.store import operations_queries, overview_queries
from lodestone_gateway.store.operations_tables import EVERYTHING
from lodestone_gateway.store.overview_queries import MOST_COUNTED, EndedGroup, LivingGroup
from lodestone_gateway.store.session import transaction
from lodestone_gateway.verdict.coverages import Coverages
from lodestone_gateway.verdict.machinery import STUCK_AFTER

RECENT = timedelta(minutes=5)  # in which jobs must have ended for a backlog's pace to be known
FEWEST_ENDS = 3  # of them
PROVIDER_WAITS = ("provider", "rate_limit")


class Period(StrEnum):
    """How far back it goes."""

    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True)
class Span:
    """A period, the length of its steps, and for how long what was read of it is shown again."""

    length: timedelta
    step: timedelta
    fresh: float  # seconds


SPANS: Mapping[Period, Span] = {
    Period.HOUR: Span(timedelta(hours=1), timedelta(minutes=1), 1.0),
    Period.DAY: Span(timedelta(days=1), timedelta(hours=1), 15.0),
}


class Figures(WireModel):
    """Of jobs that ended: how many and how, seconds, tokens, money. Seconds are null where none is known.

    The queue wait is from the 202 to the first attempt, the run time from there to the end of those that
    completed. Tokens and money are those of the whole jobs.
    """

    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    queue_wait_p50: float | None = None
    queue_wait_p95: float | None = None
    run_time_p50: float | None = None
    run_time_p95: float | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Usd = Decimal(0)
    wasted_usd: Usd = Decimal(0)


class Step(Figures):
    """The same for a minute of an hour, or an hour of a day."""

    starts_at: UtcTime


class TypeFigures(Figures):
    """The same for a job type, with what is under way.

    `drainSeconds` says when its backlog is worked off at the pace of the last five minutes; null where too
    little has ended to say, and for a paused type.
    """

    job_type: str
    waiting: int = 0
    running: int = 0
    retrying: int = 0
    oldest_waiting_at: UtcTime | None = None
    is_paused: bool = False
    drain_seconds: float | None = None
    last_completed_at: UtcTime | None = None


class ErrorCount(WireModel):
    """Jobs that failed with a code; `rate` is their part of those that completed or failed."""

    code: str
    count: int
    rate: float


class ProviderWait(WireModel):
    """Jobs of a type that wait for the provider.

    `breakerOpen` counts those, of the newest fifty, whose last attempt made no call at all: the breaker is
    open. `retryAt` is when the first of them tries again.
    """

    job_type: str
    waiting_for: str
    jobs: int
    breaker_open: int
    retry_at: UtcTime | None


class Now(WireModel):
    """Jobs that have not ended, by what they do; `overdue` ones are more than 30 s past their deadline.

    `deadLetters` are failed jobs that were not run again, among the newest 10,000 failures.
    """

    waiting: int
    running: int
    retrying: int
    overdue: int
    dead_letters: int


class Overview(WireModel):
    """What goes on, and what ended in the period. `isWhole` is false where only a part could be counted.

    `provider` is what jobs tell of it, `providerReport` what the services do.
    """

    period: Period
    since: UtcTime
    until: UtcTime
    is_whole: bool
    now: Now
    total: Figures
    error_rate: float | None
    errors: list[ErrorCount]
    steps: list[Step]
    job_types: list[TypeFigures]
    provider: list[ProviderWait]
    spend: HourlySpend
    services: list[Service]
    provider_report: ProviderReport = ProviderReport(models=[], limits=[], silent=0)


@dataclass(frozen=True)
class Readings:
    """What the tables say."""

    since: datetime
    until: datetime
    ended: Sequence[EndedGroup]
    living: Sequence[LivingGroup]
    without_call: Mapping[str, int]  # by job type
    dead_letters: int
    paused: Iterable[str]
    spend: HourlySpend


@dataclass
class _Shared:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    read: Overview | None = None
    until: float = 0.0  # by the loop's clock


class Overviews:
    """The overviews of this process."""

    def __init__(self, reader: AsyncEngine, coverages: Coverages) -> None:
        self._reader = reader
        self._coverages = coverages
        self.began_at = now()
        self.deaf_at = self.began_at
        """When services were last known not to be heard, or this process began: they need some seconds."""
        self._shared: defaultdict[Period, _Shared] = defaultdict(_Shared)

    async def read(self, period: Period) -> Overview:
        """What was read last if that is fresh; those who ask at the same moment share one read."""
        shared = self._shared[period]
        async with shared.lock:
            time = asyncio.get_running_loop().time()
            if shared.read is None or time >= shared.until:
                shared.read = await read_overview(self._reader, self._coverages, period)
                shared.until = time + SPANS[period].fresh
                if not are_heard(shared.read.services, shared.read.until):
                    self.deaf_at = shared.read.until
            return shared.read


async def read_overview(reader: AsyncEngine, coverages: Coverages, period: Period) -> Overview:
    """The overview as the tables are now."""
    span, until = SPANS[period], now()
    since = _first_step(until, span)
    async with transaction(reader) as session:
        ended = await overview_queries.ended_groups(
            session, since=since, until=until, step=span.step, recent=until - RECENT
        )
        readings = Readings(
            since=since,
            until=until,
            ended=ended,
            living=await overview_queries.living_groups(session, overdue=until - STUCK_AFTER),
            without_call=await overview_queries.waiting_without_call(session),
            dead_letters=await overview_queries.count_waiting_dead(session),
            paused=await operations_queries.paused_job_types(session),
            spend=await read_spend(session),
        )
    services = await read_services(reader, coverages)
    return overview_of(period, readings, services.items)


def overview_of(period: Period, read: Readings, services: Sequence[Service]) -> Overview:
    """What these say. Pure."""
    total = next((each for each in read.ended if each.is_total), EndedGroup())
    living = read.living
    return Overview(
        period=period,
        since=read.since,
        until=read.until,
        is_whole=_count(total) < MOST_COUNTED and sum(each.jobs for each in living) < MOST_COUNTED,
        now=Now(
            waiting=_in_state("waiting", living),
            running=_in_state("running", living),
            retrying=_in_state("retrying", living),
            overdue=sum(each.overdue for each in living),
            dead_letters=read.dead_letters,
        ),
        total=Figures(**_figures(total)),
        error_rate=_rate(total.failed, total),
        errors=_errors(read.ended, total),
        steps=_steps(read, SPANS[period].step),
        job_types=[_type_figures(name, read) for name in JOB_TYPES],
        provider=_provider(read),
        provider_report=report_of(services, read.until),
        spend=read.spend,
        services=list(services),
    )


def _first_step(until: datetime, span: Span) -> datetime:
    """Steps begin at whole minutes or hours: those that are over stay as they are, the last one goes on."""
    last = until - timedelta(seconds=until.timestamp() % span.step.total_seconds())
    return last - span.length + span.step


def _in_state(state: str, groups: Iterable[LivingGroup]) -> int:
    return sum(each.jobs for each in groups if each.state == state)


def _count(group: EndedGroup) -> int:
    return group.completed + group.failed + group.cancelled


def _figures(group: EndedGroup) -> dict[str, Any]:
    return {name: getattr(group, name) for name in Figures.model_fields}


def _rate(failed: int, total: EndedGroup) -> float | None:
    decided = total.completed + total.failed
    return failed / decided if decided else None


def _errors(groups: Iterable[EndedGroup], total: EndedGroup) -> list[ErrorCount]:
    found = [group for group in groups if group.error_code]
    return [
        ErrorCount(code=group.error_code or "", count=group.failed, rate=_rate(group.failed, total) or 0.0)
        for group in sorted(found, key=lambda group: -group.failed)
    ]


def _steps(read: Readings, step: timedelta) -> list[Step]:
    """All steps of the period, the oldest first; one in which nothing ended has no seconds."""
    found = {group.step: group for group in read.ended if group.step is not None}
    count = math.ceil((read.until - read.since) / step)
    return [
        Step(starts_at=read.since + number * step, **_figures(found.get(number, EndedGroup())))
        for number in range(count)
    ]


def _type_figures(name: str, read: Readings) -> TypeFigures:
    ended = next((group for group in read.ended if group.job_type == name), EndedGroup())
    own = [group for group in read.living if group.job_type == name]
    is_paused = bool({name, EVERYTHING} & set(read.paused))
    backlog = _in_state("waiting", own)
    since = [each.oldest_at for each in own if each.state == "waiting"]
    return TypeFigures(
        job_type=name,
        **_figures(ended),
        waiting=backlog,
        running=_in_state("running", own),
        retrying=_in_state("retrying", own),
        oldest_waiting_at=min(since, default=None),
        is_paused=is_paused,
        drain_seconds=None if is_paused else _drain_seconds(backlog, ended.recent),
        last_completed_at=ended.last_completed_at,
    )


def _drain_seconds(backlog: int, recent: int) -> float | None:
    if not backlog:
        return 0.0
    if recent < FEWEST_ENDS:
        return None
    return backlog * RECENT.total_seconds() / recent


def _provider(read: Readings) -> list[ProviderWait]:
    found = [group for group in read.living if group.waiting_for in PROVIDER_WAITS]
    return [
        ProviderWait(
            job_type=group.job_type,
            waiting_for=group.waiting_for or "",
            jobs=group.jobs,
            breaker_open=read.without_call.get(group.job_type, 0) if group.waiting_for == "provider" else 0,
            retry_at=group.retry_at.astimezone(UTC) if group.retry_at else None,
        )
        for group in sorted(found, key=lambda group: -group.jobs)
    ]
