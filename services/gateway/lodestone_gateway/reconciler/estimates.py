"""Tells how often estimates hold, as a metric."""

from prometheus_client import Gauge
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.verdict.coverage import Coverage
from lodestone_gateway.verdict.coverages import measure

held = Gauge(
    "lodestone_estimate_coverage_ratio",
    "Share of recent jobs that began or ended by the estimate of half, or nine of ten, of them",
    ["job_type", "of", "estimate"],
)


async def measure_estimates(engine: AsyncEngine) -> None:
    """Tells it of each type of which enough ran lately."""
    for job_type, found in (await measure(engine)).items():
        _tell(job_type, found)


def _tell(job_type: str, found: Coverage) -> None:
    shares = {
        ("start", "p50"): found.began_by_p50,
        ("start", "p90"): found.began_by_p90,
        ("end", "p50"): found.ended_by_p50,
        ("end", "p90"): found.ended_by_p90,
    }
    for (of, estimate), share in shares.items():
        held.labels(job_type=job_type, of=of, estimate=estimate).set(share)
