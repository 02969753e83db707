"""/console: what goes on now, and what ended lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

from fastapi import APIRouter, Query, Request, Response
from markupsafe import Markup

from lodestone_gateway.operating.overview import Overview, Overviews, Period, Step
from lodestone_gateway.operating.services import ALIVE_WITHIN, HEARD_WITHIN, Service, are_heard
from lodestone_gateway.parts import Operator
from lodestone_gateway.web.charts import Series, bars, lines
from lodestone_gateway.web.console.frame import show_console
from lodestone_gateway.web.figures import UNKNOWN, seconds


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
    state: str  # `running`, `held`, `starting`, `unknown` or `silent`
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
        services=rows_of(seen, overviews.began_at, overviews.deaf_at),
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


def rows_of(seen: Overview, began_at: datetime, deaf_at: datetime) -> list[ServiceRow]:
    """The rows of the services; `began_at` is when this process did, `deaf_at` when none was heard. Pure."""
    is_heard = are_heard(seen.services, seen.until)
    is_new, is_new_here = (seen.until - time < ALIVE_WITHIN for time in (deaf_at, began_at))

    def silent(service: Service) -> str:
        """Relay and projector are seen by their locks, the others once they were heard."""
        if is_new_here or (service.job_types and is_heard and is_new):
            return "starting"
        return "unknown" if service.job_types and not is_heard else "silent"

    return [_row(each, seen.until, silent(each)) for each in seen.services]


def _row(service: Service, at: datetime, silent: str) -> ServiceRow:
    alive = [process for process in service.processes if process.is_alive]
    heard = [queue for queue in service.job_types if queue.seen_at and at - queue.seen_at < HEARD_WITHIN]
    is_agent = not service.job_types
    slots = sum(process.slots for process in alive)
    busy = sum(process.running for process in alive)
    versions = {service.version, *(process.version for process in alive)}
    return ServiceRow(
        name=service.name,
        processes=len(alive),
        state=_state(service, silent),
        versions=", ".join(sorted(filter(None, versions))) or UNKNOWN,
        slots="" if is_agent else f"{busy} of {slots}" if alive else UNKNOWN,
        lag=service.backlog if is_agent else sum(each.pending or 0 for each in heard) if heard else None,
        redelivered=sum(each.redelivered or 0 for each in heard) if heard else None,
    )


def _state(service: Service, silent: str) -> str:
    if not service.is_running:
        return silent
    is_held = any(queue.is_paused or queue.is_held_back for queue in service.job_types)
    return "held" if is_held else "running"
