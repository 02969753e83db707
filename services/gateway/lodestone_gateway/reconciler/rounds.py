"""One round after another, whatever fails in one of them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

import structlog
from nats.errors import ConnectionClosedError
from prometheus_client import Counter

log = structlog.get_logger(__name__)
failures = Counter("lodestone_reconciler_failures_total", "Rounds or jobs that ended with an error")


async def repeat(do_round: Callable[[], Awaitable[None]], every_seconds: float) -> NoReturn:
    """Does rounds until it is cancelled; raises only ConnectionClosedError, after which none would work."""
    while True:
        try:
            await do_round()
        except ConnectionClosedError:
            raise
        except Exception:
            failures.inc()
            log.exception("the next round begins again")
        await asyncio.sleep(every_seconds)
