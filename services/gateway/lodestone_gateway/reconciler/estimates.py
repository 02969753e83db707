"""Measures how often estimates hold, by replaying the recent runs of each job type."""

import asyncio
from collections.abc import Mapping

from lodestone.jobs import JOB_TYPES
from prometheus_client import Gauge
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.store.run_times import Run, recent_runs
from lodestone_gateway.store.session import single_read
from lodestone_gateway.verdict.coverage import Coverage, coverage

held = Gauge(
    "lodestone_estimate_coverage_ratio",
    "Share of recent jobs that began or ended by the estimate of half, or nine of ten, of them",
    ["job_type", "of", "estimate"],
)
_SLOTS = text("SELECT service, sum(slots)::int FROM service_beats GROUP BY service")


async def measure_estimates(engine: AsyncEngine) -> None:
    """Tells it of each type of which enough ran lately."""
    async with single_read(engine) as connection:
        runs = await recent_runs(connection, JOB_TYPES)
        slots: Mapping[str, int] = dict(row._tuple() for row in await connection.execute(_SLOTS))
    for job_type in JOB_TYPES.values():
        if found := _coverage(job_type.name, job_type.service, runs, slots.get(job_type.service, 0)):
            _tell(job_type.name, found)
        await asyncio.sleep(0)  # events are folded meanwhile


def _coverage(
    job_type: str, service: str, runs: Mapping[str, tuple[Run, ...]], slots: int
) -> Coverage | None:
    others = [kind.name for kind in JOB_TYPES.values() if kind.service == service and kind.name != job_type]
    return coverage(runs[job_type], tuple(run for other in others for run in runs[other]), slots)


def _tell(job_type: str, found: Coverage) -> None:
    shares = {
        ("start", "p50"): found.began_by_p50,
        ("start", "p90"): found.began_by_p90,
        ("end", "p50"): found.ended_by_p50,
        ("end", "p90"): found.ended_by_p90,
    }
    for (of, estimate), share in shares.items():
        held.labels(job_type=job_type, of=of, estimate=estimate).set(share)
