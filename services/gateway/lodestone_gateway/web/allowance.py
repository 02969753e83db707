"""What the plan allows, how much of it is used, and what the month's work was, in the words of the pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lodestone.jobs import JOB_TYPES

from lodestone_gateway.account.usage import CapsOverview, CountCap, DayOfUsage, SpendCap
from lodestone_gateway.jobs.caps import share
from lodestone_gateway.web.words import label

MEGABYTE = 1_000_000
_CACHED = ("cache_read_tokens", "cache_write_tokens")


@dataclass(frozen=True)
class Allowance:
    """A row of a table."""

    what: str
    used: str


def allowances(caps: CapsOverview) -> list[Allowance]:
    """A row for each cap that the plan has."""
    return [*_of_spend(caps), *_of_jobs(caps), *_of_the_library(caps)]


def month(days: Sequence[DayOfUsage]) -> list[Allowance]:
    """How many jobs these days had, and what the provider's cache saved of their work."""
    read, written = (sum(getattr(day, name) for day in days) for name in _CACHED)
    saved = sum((day.cache_saved_usd for day in days), Decimal(0))
    without_cache = sum((day.cost_usd for day in days), saved)
    return [
        *(_jobs(days) or [Allowance("Jobs", "none yet")]),
        Allowance("Instructions read from the cache", f"{read:,} tokens ({written:,} written)"),
        Allowance(
            "Saved by the cache",
            f"{share(saved, without_cache)} of the AI work" if saved > 0 else "nothing yet",
        ),
    ]


def _jobs(days: Sequence[DayOfUsage]) -> list[Allowance]:
    """How many there were of each type."""
    counts = {name: sum(day.jobs for day in days if day.job_type == name) for name in JOB_TYPES}
    return [
        Allowance(label(name), f"{count:,} job{'' if count == 1 else 's'}")
        for name, count in counts.items()
        if count
    ]


def _of_spend(caps: CapsOverview) -> Iterator[Allowance]:
    for what, cap in (("AI work today", caps.spend_a_day), ("AI work this month", caps.spend_a_month)):
        if cap:
            yield Allowance(what, _spent(cap))


def _of_jobs(caps: CapsOverview) -> Iterator[Allowance]:
    if caps.live_jobs:
        yield Allowance("Jobs at a time", _count(caps.live_jobs))
    for job_type, cap in caps.jobs_a_day.items():
        yield Allowance(f"{label(job_type)}: jobs today", _count(cap))


def _of_the_library(caps: CapsOverview) -> Iterator[Allowance]:
    if caps.lead_magnets_per_ideation:
        yield Allowance(
            "Lead magnets from one set of ideas", f"up to {caps.lead_magnets_per_ideation.limit:,}"
        )
    if caps.drafts:
        yield Allowance("Drafts", _count(caps.drafts))
    for what, cap in (("Size of your drafts", caps.draft_bytes), ("Stored work", caps.stored_bytes)):
        if cap:
            yield Allowance(what, f"{cap.used / MEGABYTE:,.1f} of {cap.limit / MEGABYTE:,.1f} MB")
    if caps.streams:
        yield Allowance("Pages that update by themselves", f"up to {caps.streams.limit:,} open")


def _spent(cap: SpendCap) -> str:
    aside = f", and {share(cap.reserved, cap.limit)} set aside" if cap.reserved else ""
    return f"{share(cap.used, cap.limit)} used{aside}"


def _count(cap: CountCap) -> str:
    return f"{cap.used:,} of {cap.limit:,}"
