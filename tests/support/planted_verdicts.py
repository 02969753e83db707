"""Wrong verdicts: judges that blame another thing, for a test of an incident to find."""

from collections.abc import Callable
from dataclasses import replace

from lodestone_gateway.verdict.judge import judge
from lodestone_gateway.verdict.snapshot import Beat, Snapshot

Judge = Callable[[Snapshot], set[str]]


def right(seen: Snapshot) -> set[str]:
    """The verdict of the product."""
    return {cause.code.value for cause in judge(seen)}


def blind_to_pauses(seen: Snapshot) -> set[str]:
    """Does not look at what an operator paused."""
    return right(replace(seen, pauses=()))


def blind_to_the_relay(seen: Snapshot) -> set[str]:
    """Takes it for granted that somebody publishes."""
    return right(replace(seen, relay_leads=True))


def blind_to_workers(seen: Snapshot) -> set[str]:
    """Takes it for granted that somebody works, and has room."""
    started = seen.last("started")
    worker = str(started.body.get("workerId")) if started else "w-1"
    return right(replace(seen, beats=[Beat(worker, 8, 0, seen.now)]))


def blind_to_the_log(seen: Snapshot) -> set[str]:
    """Does not read what the attempts did."""
    return right(replace(seen, log=()))


def blames_the_queue(seen: Snapshot) -> set[str]:
    """Names the jobs ahead wherever there are any, and nothing else."""
    is_behind = seen.request is not None and seen.request.ahead > 0
    return {"turn"} if is_behind else right(seen)


def blames_the_workers(seen: Snapshot) -> set[str]:
    """Says that nobody works wherever a job waits."""
    return {"no_worker"} if seen.is_waiting else right(seen)


def blames_the_relay(seen: Snapshot) -> set[str]:
    """Says that nobody publishes wherever a job waits."""
    return {"relay_stopped"} if seen.is_waiting else right(seen)


def blames_the_provider(seen: Snapshot) -> set[str]:
    """Says that the provider failed wherever a job waits."""
    return {"provider"} if seen.is_waiting else right(seen)


def blames_the_service(seen: Snapshot) -> set[str]:
    """Says that a worker is lost wherever an attempt was cut off."""
    return right(seen) - {"poisoned"} | {"worker_lost"} if seen.deaths else right(seen)


def names_the_first_alone(seen: Snapshot) -> set[str]:
    """Stops at the first cause."""
    return {judge(seen)[0].code.value}
