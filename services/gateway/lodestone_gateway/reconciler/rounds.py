"""Runs round after round, and the jobs of a round in parallel, whatever fails in one of them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, NoReturn, Protocol, TypeVar
from uuid import UUID

import structlog
from lodestone.rhythm import sleep_to_next
from lodestone.tasks import at_most
from nats.errors import ConnectionClosedError
from prometheus_client import Counter

log = structlog.get_logger(__name__)
failures = Counter("lodestone_reconciler_failures_total", "Rounds or jobs that ended with an error")


class OfJob(Protocol):
    """What a round looks at: something about one job."""

    @property
    def job_id(self) -> UUID:
        """The job."""


About = TypeVar("About", bound=OfJob)


class Walk(Generic[About]):
    """All jobs that need a look, some in each round, by id; after the last ones it begins again."""

    def __init__(self, read: Callable[[UUID | None, int], Awaitable[list[About]]], at_most: int) -> None:
        self._read = read  # some jobs, from the one after this on
        self._at_most = at_most
        self._after: UUID | None = None

    async def next(self) -> list[About]:
        """The jobs of the next round."""
        jobs = await self._read(self._after, self._at_most)
        self._after = jobs[-1].job_id if len(jobs) == self._at_most else None
        return jobs


async def repeat(do_round: Callable[[], Awaitable[None]], every_seconds: float) -> NoReturn:
    """Does rounds until it is cancelled; raises only ConnectionClosedError, after which none would work.

    Those with the same pause begin together, so that an idle process wakes up once for all of them.
    """
    while True:
        try:
            await do_round()
        except ConnectionClosedError:
            raise
        except Exception:
            failures.inc()
            log.exception("the round failed; trying again in the next")
        await sleep_to_next(every_seconds)


async def look_at_each(
    jobs: Iterable[About],
    look: Callable[[About], Awaitable[None]],
    *,
    at_once: int,
    failed: str,
    seconds: float | None = None,
) -> None:
    """Looks at each job of a round, for at most so many seconds each; logs `failed` for a job that failed.

    Raises only ConnectionClosedError, after which none would work.
    """

    async def safely(job: About) -> None:
        try:
            async with asyncio.timeout(seconds):
                await look(job)
        except ConnectionClosedError:
            raise
        except Exception:
            failures.inc()
            log.exception(failed, job_id=str(job.job_id))

    await at_most(at_once, map(safely, jobs))
