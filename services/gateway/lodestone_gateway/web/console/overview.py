"""/console: what goes on now, and what ended lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, cast

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from lodestone_gateway.operating.overview import Overview, Overviews, Period, Step
from lodestone_gateway.operating.services import Service
from lodestone_gateway.parts import Operator
from lodestone_gateway.web.charts import Series, bars, lines
from lodestone_gateway.web.console.frame import show_console
from lodestone_gateway.web.figures import UNKNOWN, seconds

HEARD_WITHIN = timedelta(seconds=15)  # what was said longer ago is not known


@dataclass(frozen=True)
class Charts:
    """The pictures of the page."""

    finished: Markup
    waits: Markup
    cost: Markup


@dataclass(frozen=True)
class ServiceRow:
    """A service as the table shows it; a dash of None is not known."""

    name: str
    processes: int
    is_running: bool
    is_held: bool
    versions: str
    slots: str
    lag: int | None
    redelivered: int | None


def add_routes(routes: APIRouter) -> None:
    """Adds the route of this page."""
    routes.add_api_route("", _overview, methods=["GET"])


async def _overview(
    request: Request,
    operator: Operator,
    period: Annotated[Period, Query()] = Period.HOUR,
) -> Response:
    """The same read as `GET /api/ops/overview`."""
    overviews = cast(Overviews, request.app.state.overviews)
    seen = await overviews.read(period)
    return await show_console(
        request,
        operator,
        "console/overview.html",
        seen=seen,
        charts=charts(seen),
        services=[row_of(each, seen.until) for each in seen.services],
        estimates={queue.job_type: queue.estimates for each in seen.services for queue in each.job_types},
    )


def charts(seen: Overview) -> Charts:
    """The pictures of an overview. Pure."""
    steps = seen.steps
    times = [step.starts_at for step in steps]
    every = "minute" if seen.period is Period.HOUR else "hour"
    ended = [step.completed + step.failed + step.cancelled for step in steps]
    failed = [step.failed for step in steps]
    total = seen.total
    return Charts(
        finished=lines(
            f"Jobs that ended in each {every}: {sum(ended)} in all, {max(ended, default=0)} at most,"
            f" {sum(failed)} of them failed",
            times,
            [Series("ended", ended), Series("failed", failed, "f")],
        ),
        waits=lines(
            f"Queue wait in seconds: median {seconds(total.queue_wait_p50)},"
            f" 95th percentile {seconds(total.queue_wait_p95)}",
            times,
            _waits(steps),
        ),
        cost=bars(
            f"Cost in each {every}, in US dollars: {total.cost_usd:.2f} in all,"
            f" {total.wasted_usd:.2f} of it wasted",
            times,
            [
                Series("used", [float(step.cost_usd - step.wasted_usd) for step in steps], "bar"),
                Series("wasted", [float(step.wasted_usd) for step in steps], "bar2"),
            ],
        ),
    )


def _waits(steps: Sequence[Step]) -> list[Series]:
    return [
        Series("P50", [step.queue_wait_p50 for step in steps]),
        Series("P95", [step.queue_wait_p95 for step in steps], "a2"),
    ]


def row_of(service: Service, at: datetime) -> ServiceRow:
    """The row of a service at that time. Pure."""
    alive = [process for process in service.processes if process.is_alive]
    heard = [queue for queue in service.job_types if queue.seen_at and at - queue.seen_at < HEARD_WITHIN]
    is_agent = not service.job_types
    slots = sum(process.slots for process in alive)
    busy = sum(process.running for process in alive)
    return ServiceRow(
        name=service.name,
        processes=len(alive),
        is_running=service.is_running,
        is_held=any(queue.is_paused or queue.is_held_back for queue in service.job_types),
        versions=", ".join(sorted({process.version for process in alive if process.version})) or UNKNOWN,
        slots="" if is_agent else f"{busy} of {slots}" if alive else UNKNOWN,
        lag=service.backlog if is_agent else sum(each.pending or 0 for each in heard) if heard else None,
        redelivered=sum(each.redelivered or 0 for each in heard) if heard else None,
    )
