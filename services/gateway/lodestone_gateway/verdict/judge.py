"""The verdict: all causes of a job's state, not the first alone. Pure.

    a fault of ours ──► held back on purpose ──► between attempts ──► more work than room ──► as it should be

Each rule looks at the whole snapshot and names its cause only where nothing else explains what it saw: a job
that an operator paused does not wait for the relay, and where nobody listens, nobody is missing.
"""

from collections.abc import Callable

from lodestone_gateway.verdict.attempts import between_attempts, cancelling, ended, erased, poisoned, running
from lodestone_gateway.verdict.causes import Cause, Code
from lodestone_gateway.verdict.machinery import (
    bus_silent,
    no_worker,
    not_relayed,
    overdue,
    projector_behind,
    relay_stopped,
    worker_lost,
)
from lodestone_gateway.verdict.queueing import (
    cap,
    everything_paused,
    paused_in_bulk,
    slot,
    spend,
    starting,
    turn,
    type_paused,
    user_paused,
)
from lodestone_gateway.verdict.snapshot import Snapshot

Rule = Callable[[Snapshot], Cause | None]

RULES: tuple[Rule, ...] = (
    overdue,
    everything_paused,
    type_paused,
    user_paused,
    paused_in_bulk,
    spend,
    cap,
    relay_stopped,
    bus_silent,
    no_worker,
    worker_lost,
    poisoned,
    projector_behind,
    not_relayed,
    between_attempts,
    turn,
    slot,
    cancelling,
    running,
    ended,
    erased,
)
"""In the order of the chain."""


def judge(seen: Snapshot) -> list[Cause]:
    """The chain of causes, the outermost first; never empty."""
    found = [cause for rule in RULES if (cause := rule(seen))]
    if seen.is_waiting and not {cause.code for cause in found} - {Code.CANCELLING}:
        found.insert(0, starting(seen))
    return [cause.at(seen.now) for cause in found]


def in_a_sentence(causes: list[Cause]) -> str:
    """The chain for operators, one sentence after the other."""
    return " ".join(cause.text for cause in causes)
