"""Rules about what users share: their caps, their turns, and the provider's limits; in runs with a flood."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from chaos.history import Record, Run, end_of
from chaos.violation import Violation
from lodestone.jobs import JOB_TYPES

MOST_PASSED = 10
"""Jobs of a flood, of one type, that are dispatched while the first job of another user waits: those that the
relay was publishing when it was accepted, as many as a service with four slots takes at once, and six."""
MOST_REFUSED = 0.05  # of all calls, by the provider's limits; some when processes have just started


def nobody_has_more_jobs_than_allowed(run: Run) -> Iterator[Violation]:
    """Promise 12: at no moment do more jobs of a user certainly live than their plan allows."""
    for flood in run.of("flood"):
        changes = [(run.accepted[id]["at"], 1) for id in _jobs_of(run, flood["user"])]
        changes += [(end, -1) for id in _jobs_of(run, flood["user"]) if (end := _ended_at(run, id))]
        living = most = 0
        for _, change in sorted(changes):
            living += change
            most = max(most, living)
        if most > flood["caps"]["liveJobs"]:
            yield Violation(12, f"{most} jobs of {flood['user']} lived at a time")


def nobody_starts_more_jobs_a_day_than_allowed(run: Run) -> Iterator[Violation]:
    """Promise 12: of no job type does a user start more on a day than their plan allows."""
    for flood in run.of("flood"):
        jobs = Counter((run.accepted[id]["jobType"], _day(run, id)) for id in _jobs_of(run, flood["user"]))
        for (job_type, day), count in jobs.items():
            if count > flood["caps"]["jobsADay"][job_type]:
                yield Violation(12, f"{flood['user']} started {count} jobs of {job_type} on {day}")


def nobody_spends_more_a_day_than_allowed(run: Run) -> Iterator[Violation]:
    """Promise 12: what a user's jobs cost on a day is no more than their plan allows.

    A job counts with its cost up to its end, and at most with what one of its type usually costs: whatever it
    costs beyond that, or is settled later, nobody could know when the next job was accepted.
    """
    for flood in run.of("flood"):
        spent: defaultdict[date, Decimal] = defaultdict(Decimal)
        for job_id in _jobs_of(run, flood["user"]):
            usual = JOB_TYPES[run.accepted[job_id]["jobType"]].estimate_usd
            spent[_day(run, job_id)] += min(_cost(run, job_id), usual)
        for day, usd in spent.items():
            if usd > flood["caps"]["spendADay"]:
                yield Violation(12, f"{flood['user']} spent {usd} on {day}")


def nobody_waits_behind_a_flood(run: Run) -> Iterator[Violation]:
    """Promise 12: however many jobs a user has, those of newcomers are dispatched before most of them."""
    for job_id, count in passed_by_a_flood(run).items():
        if count > MOST_PASSED:
            yield Violation(12, f"{count} jobs of a flood were dispatched while it waited", job_id)


def passed_by_a_flood(run: Run) -> dict[str, int]:
    """How many jobs of a flood, of the same type, were dispatched while somebody's first one waited.

    Later ones also wait for the share of those before them.
    """
    flooders = {flood["user"] for flood in run.of("flood")}
    flooded: defaultdict[str, list[Record]] = defaultdict(list)
    first: dict[tuple[str, str], str] = {}
    for job_id, record in run.accepted.items():
        if record["user"] in flooders:
            flooded[record["jobType"]] += run.logs.get(job_id, [])[:1]
        else:
            first.setdefault((record["user"], record["jobType"]), job_id)
    return {
        job_id: sum(
            event["stored"] > run.accepted[job_id]["at"] and event["sequence"] < dispatched["sequence"]
            for event in flooded[job_type]
        )
        for (_, job_type), job_id in first.items()
        if flooders
        for dispatched in run.logs.get(job_id, [])[:1]
    }


def together_they_keep_the_providers_limits(run: Run) -> Iterator[Violation]:
    """Promise 12: the provider refuses few calls, whoever was killed."""
    calls = run.of("call")
    refused = sum(call["outcome"] == "limited" for call in calls)
    if run.of("flood") and refused > MOST_REFUSED * len(calls):
        yield Violation(12, f"the provider's limits refused {refused} of {len(calls)} calls")


def _jobs_of(run: Run, user: str) -> list[str]:
    return [job_id for job_id in run.accepted if run.owners[job_id] == user and job_id in run.rows]


def _ended_at(run: Run, job_id: str) -> float | None:
    end = end_of(run.logs.get(job_id, []))
    return None if end is None else float(end["stored"])


def _day(run: Run, job_id: str) -> date:
    return datetime.fromtimestamp(run.rows[job_id]["created_at"], UTC).date()


def _cost(run: Run, job_id: str) -> Decimal:
    """What the job's calls cost that were settled by its end."""
    end = _ended_at(run, job_id)
    costs = [
        Decimal(str(entry["cost_usd"]))
        for entry in run.of("ledger")
        if entry["job_id"] == job_id and end and entry["finished_at"] and entry["finished_at"] <= end
    ]
    return sum(costs, Decimal(0))
