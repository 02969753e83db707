"""How long a kind of work takes, said before it is asked for."""

from lodestone.clock import now
from lodestone.jobs import JOB_TYPES

from lodestone_gateway.parts import Parts
from lodestone_gateway.verdict.estimate import usual
from lodestone_gateway.web import words


async def usual_time(parts: Parts, job_type: str) -> str:
    """A sentence from recent runs; empty where they are too few, and for what is no job type."""
    seconds = usual(await parts.recent_runs.of(job_type), now()) if job_type in JOB_TYPES else None
    return words.usually(seconds) if seconds is not None else ""
