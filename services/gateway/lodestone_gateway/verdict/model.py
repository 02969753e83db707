"""A verdict on the wire: in the owner's words, and for operators with what only they may see."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Self

from lodestone.wire import UtcTime, WireModel
from pydantic import Field

from lodestone_gateway.verdict import causes
from lodestone_gateway.verdict import estimate as estimates
from lodestone_gateway.verdict.causes import seconds


class Cause(WireModel):
    """One cause of a job's state, in the owner's words."""

    code: str = Field(
        description=(
            "What it is, for programs: the word of `waitingFor` where there is one, or another, to be read as"
            " waiting while the job has not ended."
        )
    )
    text: str = Field(description="The same in a sentence for the job's owner.")
    evidence: dict[str, int | float | str | None] = Field(
        description="What it rests on, by name: numbers, and times as text. Of other users, counts only."
    )
    seen_at: UtcTime = Field(description="When that was seen.")
    age_seconds: int = Field(description="How long ago that was, in seconds.")
    is_fresh: bool = Field(description="Whether that is recent enough to act on.")

    @classmethod
    def of(cls, cause: causes.Cause, now: datetime) -> Self:
        """The owner's view."""
        return cls.model_validate(_common(cause, now))


class OperatorCause(Cause):
    """One cause of a job's state, for operators."""

    owner_text: str = Field(description="What the job's owner is told.")
    advice: str | None = Field(
        description="What to do; null where there is nothing to do, or if it is stale."
    )

    @classmethod
    def of(cls, cause: causes.Cause, now: datetime) -> Self:
        """The operators' view."""
        evidence = {**cause.evidence, **cause.internals}
        more = {"owner_text": cause.owner_text, "advice": cause.advice or None}
        return cls.model_validate({**_common(cause, now), "text": cause.text, "evidence": evidence, **more})


class Span(WireModel):
    """Two times, from recent runs of the same type and size."""

    p50_at: UtcTime = Field(description="Half of such jobs get there by this time.")
    p90_at: UtcTime = Field(description="Nine of ten of them get there by this time.")


class Estimate(WireModel):
    """When the job will begin and end. No promise: it changes with what is ahead, and with the provider."""

    begins: Span | None = Field(
        description="When its next attempt begins; null while it runs, and where that is unknown."
    )
    ends: Span | None = Field(description="When it ends; null where that is unknown.")
    runs: int = Field(description="How many recent runs that rests on; 0 where nothing is known.")
    unknown_because: str | None = Field(
        description=(
            "Why nothing is known, for programs: a code of `why`, `no_recent_runs`, `longer_than_usual`,"
            " `unobserved`, or another word; null where something is."
        )
    )

    @classmethod
    def of(cls, estimate: estimates.Estimate | None) -> Self | None:
        """The view of an estimate, if there is one."""
        return cls.model_validate(asdict(estimate)) if estimate else None


def told_to_owner(chain: Iterable[causes.Cause], now: datetime) -> list[Cause]:
    """The chain as the job's owner sees it."""
    return [Cause.of(cause, now) for cause in chain]


def told_to_operator(chain: Iterable[causes.Cause], now: datetime) -> list[OperatorCause]:
    """The chain as an operator sees it."""
    return [OperatorCause.of(cause, now) for cause in chain]


def _common(cause: causes.Cause, now: datetime) -> dict[str, object]:
    return {
        "code": cause.code,
        "text": cause.owner_text,
        "evidence": dict(cause.evidence),
        "seen_at": cause.seen_at,
        "age_seconds": seconds(now - cause.seen_at),
        "is_fresh": cause.is_fresh,
    }
