"""When a run begins and ends, as operators read it: times in UTC, or why nobody knows. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lodestone_gateway.verdict import estimate as estimates
from lodestone_gateway.verdict.estimate import Unknown
from lodestone_gateway.verdict.model import Estimate, Span
from lodestone_gateway.web.figures import moment

REASONS: Mapping[str, str] = {
    Unknown.NO_RECENT_RUNS: (
        f"fewer than {estimates.LEAST} runs of its type were completed in the last"
        f" {estimates.FRESH.seconds // 3600} hours"
    ),
    Unknown.LONGER_THAN_USUAL: "it has run longer than all recent runs of its type",
    Unknown.UNOBSERVED: "nobody has heard lately of the slots of its service",
}


@dataclass(frozen=True)
class Expected:
    """What is known, by what it is of; without any, why."""

    times: tuple[tuple[str, str], ...]
    unknown: str = ""


def expected_of(estimate: Estimate | None) -> Expected | None:
    """The estimate in words; None for a run that has ended."""
    if estimate is None:
        return None
    if because := estimate.unknown_because:
        return Expected((), REASONS.get(because, "no recent run tells how long the cause above lasts"))
    return Expected(tuple(_times(estimate)))


def _times(estimate: Estimate) -> Iterator[tuple[str, str]]:
    for what, span in (("Begins", estimate.begins), ("Ends", estimate.ends)):
        if span:
            yield what, _by(span)


def _by(span: Span) -> str:
    return f"by {moment(span.p50_at)} (P50), by {moment(span.p90_at)} (P90) UTC"
