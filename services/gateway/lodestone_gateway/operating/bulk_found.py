"""What a dry run of a bulk action says of what it counted. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from lodestone.jobs import JOB_TYPES
from lodestone.wire import Usd, WireModel

from lodestone_gateway.store.bulk_queries import (
    ERASED,
    NOT_PAUSED,
    PAUSED,
    PUBLISHED,
    RUN_AGAIN,
    STOPPING,
    TYPE_GONE,
    Count,
)

CENT = Decimal("0.01")
REASONS = {
    RUN_AGAIN: "was run again already",
    ERASED: "its texts were deleted",
    TYPE_GONE: "there are no jobs of its type any more",
    STOPPING: "is being stopped already",
    PUBLISHED: "runs, or is about to: its request is published",
    PAUSED: "is paused already by a bulk action",
    NOT_PAUSED: "is not paused by a bulk action",
}


class NotEligible(WireModel):
    """Jobs that match and to which nothing will be done."""

    reason: str
    text: str
    count: int


class TypeForecast(WireModel):
    """Eligible jobs of one type, and about what they cost; null where the action costs nothing."""

    job_type: str
    count: int
    cost_usd: Usd | None


class Found(WireModel):
    """What the dry run counted; `costUsd` is null where the action costs nothing."""

    eligible: int
    not_eligible: list[NotEligible]
    by_type: list[TypeForecast]
    cost_usd: Usd | None

    @property
    def counts(self) -> list[Count]:
        """What it was made of; of jobs that are not eligible, nobody remembers the type."""
        eligible = [Count(None, each.job_type, each.count) for each in self.by_type]
        return [*eligible, *(Count(each.reason, "", each.count) for each in self.not_eligible)]


def found_of(counts: Sequence[Count], costs: Mapping[str, Decimal], *, is_paid: bool) -> Found:
    """What was counted, in words and with a forecast: jobs of a type by what such jobs cost of late."""
    reasons, types = Counter[str](), Counter[str]()
    for each in counts:
        if each.reason:
            reasons[each.reason] += each.jobs
        else:
            types[each.job_type] += each.jobs
    by_type = [
        TypeForecast(
            job_type=job_type, count=jobs, cost_usd=_forecast(job_type, jobs, costs) if is_paid else None
        )
        for job_type, jobs in sorted(types.items())
    ]
    return Found(
        eligible=types.total(),
        not_eligible=[
            NotEligible(reason=reason, text=REASONS[reason], count=count)
            for reason, count in reasons.most_common()
        ],
        by_type=by_type,
        cost_usd=sum((each.cost_usd or Decimal(0) for each in by_type), Decimal(0)) if is_paid else None,
    )


def _forecast(job_type: str, jobs: int, costs: Mapping[str, Decimal]) -> Decimal:
    return (jobs * costs.get(job_type, JOB_TYPES[job_type].estimate_usd)).quantize(CENT)
