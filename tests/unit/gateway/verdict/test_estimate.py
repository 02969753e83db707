"""When a job begins and ends: told from recent runs, and only where the verdict leaves room for it."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone_gateway.store.run_times import MOST_RUNS, Run
from lodestone_gateway.verdict.coverage import JUDGED, LEAST_JUDGED, Coverage, coverage, replay
from lodestone_gateway.verdict.estimate import LEAST, Estimate, Unknown, estimate, usual
from lodestone_gateway.verdict.forecast import HANDED_OVER_WITHIN, Queue, forecast
from lodestone_gateway.verdict.judge import judge
from lodestone_gateway.verdict.snapshot import Snapshot
from support.verdicts import PAUSE, STARTED, T, ago, beat, event, job, retried, run, seen, waiting

SIZE = 1_000
FULL = [beat(slots=4, running=4)]
Took = Sequence[float]


def runs(*took: float, size: int = SIZE, minutes_ago: float = 5.0) -> tuple[Run, ...]:
    """Runs that took so many seconds each, the newest first."""
    ended = T - timedelta(minutes=minutes_ago)
    return tuple(
        Run(ended - timedelta(seconds=each), ended - timedelta(seconds=each), ended, size) for each in took
    )


def measured(recent: Sequence[Run], slots: int) -> Coverage | None:
    return coverage(list(replay(recent, (), slots)))


def told(snapshot: Snapshot, recent: Sequence[Run]) -> Estimate:
    found = estimate(snapshot, judge(snapshot), recent)
    assert found is not None
    return found


def sized(snapshot: Snapshot) -> Snapshot:
    return Snapshot(**{**snapshot.__dict__, "size": SIZE})


TEN_SECONDS = runs(*[10.0] * 20)


def test_a_job_with_a_free_slot_begins_at_once_and_takes_as_long_as_others() -> None:
    found = told(seen(), TEN_SECONDS)

    assert found.begins is not None
    assert found.ends is not None
    assert found.begins.p90_at <= T + timedelta(seconds=HANDED_OVER_WITHIN)
    assert timedelta(seconds=10) <= found.ends.p50_at - T <= timedelta(seconds=10 + HANDED_OVER_WITHIN)
    assert found.runs == 20


def test_a_job_waits_for_those_ahead_of_it() -> None:
    found = told(seen(request=waiting(ahead=39), beats=FULL), TEN_SECONDS)

    assert found.begins is not None
    waits = (found.begins.p50_at - T).total_seconds()
    assert 90 <= waits <= 110, "forty jobs of ten seconds on four slots"


def test_in_a_flood_it_waits_for_jobs_that_no_worker_has_told_of() -> None:
    idle = [beat(slots=1, running=0)]
    started = told(seen(request=waiting(), beats=idle, started=1), TEN_SECONDS)
    sent = told(seen(request=waiting(), beats=idle, started=1, sent=4), TEN_SECONDS)

    assert started.begins is not None
    assert sent.begins is not None
    assert (started.begins.p90_at - T).total_seconds() >= 5, "one that runs is in the only slot"
    assert 40 <= (sent.begins.p50_at - T).total_seconds() <= 51, "and four are before this one"


def test_of_a_running_job_what_it_has_taken_is_behind_it() -> None:
    row = job("processing", seq=2, started_at=ago(8))
    snapshot = seen(row, log=[STARTED])

    found = told(snapshot, runs(*[5.0] * 10, *[10.0] * 10))

    assert found.begins is None
    assert found.ends is not None
    assert found.ends.p50_at == T + timedelta(seconds=2), "those that took five seconds say nothing of it"
    assert found.runs == 10


def test_a_job_that_has_taken_longer_than_all_others_has_no_estimate() -> None:
    row = job("processing", seq=2, started_at=ago(11))

    assert told(seen(row, log=[STARTED]), TEN_SECONDS) == Estimate(unknown_because=Unknown.LONGER_THAN_USUAL)


def test_a_job_between_attempts_does_not_begin_before_its_time() -> None:
    found = told(retried("retry", seconds=20), TEN_SECONDS)

    assert found.begins is not None
    assert found.begins.p50_at >= T + timedelta(seconds=20)


@pytest.mark.parametrize(
    ("snapshot", "reason"),
    [
        (seen(pauses=[PAUSE]), "paused"),
        (seen(request=waiting(), held_until=T), "spend"),
        (seen(request=waiting(), relay_leads=False), "relay_stopped"),
        (seen(job(created_at=ago(60)), request=waiting(tried=True)), "bus_silent"),
        (seen(job(created_at=ago(60)), request=waiting()), "not_relayed"),
        (seen(beats=[]), "no_worker"),
        (run(log=[event("started", workerId="w-1", seconds_ago=20)]), "worker_lost"),
        (seen(projector_leads=False), "projector_behind"),
        (retried("provider"), "provider"),
        (retried("provider", called=False), "breaker_open"),
        (retried("rate_limit", called=False), "rate_limit"),
        (seen(job(deadline_at=ago(60))), "overdue"),
        (seen(job(cancel_requested=True)), "cancelling"),
        (seen(pauses=[PAUSE], beats=[]), "paused"),
        (seen(observed_at=ago(12)), Unknown.UNOBSERVED),
        (seen(observed_at=ago(9), beats=[beat(slots=4, running=4, seconds_ago=18)]), "slot"),
    ],
)
def test_a_sudden_change_leaves_it_unknown_for_the_verdicts_reason(snapshot: Snapshot, reason: str) -> None:
    assert told(snapshot, TEN_SECONDS) == Estimate(unknown_because=reason)


@pytest.mark.parametrize(
    "recent",
    [(), runs(*[10.0] * (LEAST - 1)), runs(*[10.0] * 50, minutes_ago=361)],
    ids=["none", "too few", "too old"],
)
def test_without_fresh_runs_it_is_unknown(recent: Sequence[Run]) -> None:
    assert told(seen(), recent) == Estimate(unknown_because=Unknown.NO_RECENT_RUNS)


def test_what_is_usual_is_told_from_enough_fresh_runs() -> None:
    assert usual(runs(10, 20, 30, 40, 50), T) == 30
    assert usual(runs(10, 20, 30, 40), T) is None
    assert usual(runs(10, 20, 30, 40, 50, minutes_ago=7 * 60), T) is None


def test_an_ended_job_has_none() -> None:
    assert estimate(seen(job("completed", completed_at=T)), [], TEN_SECONDS) is None


def test_runs_of_another_size_count_only_where_there_are_few_of_its_own() -> None:
    large = runs(*[60.0] * 20, size=10 * SIZE)

    among_both, among_large = (
        told(sized(seen()), recent).ends for recent in ((*large, *runs(*[10.0] * LEAST)), large)
    )

    assert among_both is not None
    assert among_large is not None
    assert among_both.p90_at <= T + timedelta(seconds=12)
    assert among_large.p50_at >= T + timedelta(seconds=60)


def test_only_own_jobs_are_waited_for_at_the_bound_of_one_user() -> None:
    capped = told(seen(request=waiting(ahead=400, own=2), is_capped=True, beats=FULL), TEN_SECONDS)

    assert capped.begins is not None
    assert capped.begins.p90_at <= T + timedelta(seconds=25)


SECONDS = st.lists(st.floats(0, 600), min_size=1, max_size=50)
QUEUES = st.builds(
    Queue,
    slots=st.integers(1, 64),
    busy=st.integers(0, 64),
    ahead=st.integers(0, 1_000),
    not_before=st.floats(0, 600),
)


@given(QUEUES, SECONDS, st.integers())
def test_times_are_in_order_and_never_in_the_past(queue: Queue, took: list[float], seed: int) -> None:
    begins, ends = forecast(queue, took, seed)

    assert 0 <= begins.p50 <= begins.p90
    assert begins.p50 >= queue.not_before
    assert begins.p50 <= ends.p50 <= ends.p90
    assert begins.p90 <= ends.p90
    assert forecast(queue, took, seed) == (begins, ends), "the same question has the same answer"


@given(st.integers(1, 32), st.integers(0, 200), st.floats(1, 100), st.integers())
def test_more_work_ahead_is_never_sooner_and_more_slots_never_later(
    slots: int, ahead: int, each: float, seed: int
) -> None:
    waits, _ = forecast(Queue(slots, slots, ahead), [each], seed)
    longer, _ = forecast(Queue(slots, slots, ahead + 2 * slots), [each], seed)
    wider, _ = forecast(Queue(3 * slots, 3 * slots, ahead), [each], seed)

    assert longer.p50 >= waits.p50
    assert wider.p50 <= waits.p50 + each + HANDED_OVER_WITHIN


SNAPSHOTS: list[Any] = [
    seen(),
    seen(pauses=[PAUSE]),
    seen(beats=[]),
    seen(request=waiting(ahead=9, own=3), beats=FULL),
    seen(observed_at=None),
    run(),
    retried("retry"),
    retried("provider"),
    seen(job("failed", completed_at=T, error_code="AI_ERROR", error="No.")),
]


@given(st.sampled_from(SNAPSHOTS), st.lists(st.floats(0, 600), max_size=60), st.floats(0, 600))
def test_it_is_either_known_or_says_why_not(
    snapshot: Snapshot, took: list[float], minutes_ago: float
) -> None:
    found = estimate(snapshot, judge(snapshot), runs(*took, minutes_ago=minutes_ago))

    if found is None:
        assert not snapshot.is_live
    elif found.unknown_because:
        assert (found.begins, found.ends, found.runs) == (None, None, 0)
    else:
        assert found.ends is not None
        assert T <= found.ends.p50_at <= found.ends.p90_at
        assert found.runs >= 1


def served(slots: int, every: float, seed: int, jobs: int = 200) -> tuple[Run, ...]:
    """What a service with so many slots makes of jobs that come one in so many seconds, on average."""
    draws, free, at, made = Random(seed), [0.0] * slots, 0.0, []  # noqa: S311
    for _ in range(jobs):
        at += draws.expovariate(1 / every)
        started = max(at, min(free)) + HANDED_OVER_WITHIN * draws.random()
        ended = started + draws.lognormvariate(3.0, 0.4)
        free[free.index(min(free))] = ended
        accepted, began, done = (T + timedelta(seconds=moment) for moment in (at, started, ended))
        made.append(Run(accepted, began, done, SIZE))
    return tuple(reversed(made))


@pytest.mark.parametrize(("slots", "every"), [(4, 30.0), (4, 5.0), (16, 1.3), (1, 25.0)])
def test_estimates_hold_about_as_often_as_they_say(slots: int, every: float) -> None:
    coverages = [measured(served(slots, every, seed), slots) for seed in range(6)]

    found = [each for each in coverages if each]
    half = sum(each.ended_by_p50 for each in found) / len(found)
    most = sum(each.ended_by_p90 for each in found) / len(found)
    assert len(found) == len(coverages)
    assert 0.35 <= half <= 0.7
    assert 0.8 <= most <= 1.0


def test_estimates_that_do_not_hold_are_seen() -> None:
    slowing = [
        Run(at, at, at + timedelta(seconds=10 + 2 * number), SIZE)
        for number in range(100)
        for at in [T + timedelta(minutes=10 * number)]
    ]

    found = measured(tuple(reversed(slowing)), 4)

    assert found is not None
    assert found.ended_by_p90 <= 0.1, "each takes longer than all before it"
    assert found.began_by_p90 >= 0.9


def test_without_earlier_runs_nothing_is_measured() -> None:
    assert measured(runs(*[10.0] * 20), 4) is None


def one_after_the_other(count: int) -> tuple[Run, ...]:
    at = (T - timedelta(minutes=number) for number in range(count))
    return tuple(Run(each, each, each + timedelta(seconds=10), SIZE) for each in at)


def test_a_share_of_few_runs_is_not_told() -> None:
    found = measured(one_after_the_other(LEAST + LEAST_JUDGED), 4)

    assert measured(one_after_the_other(LEAST + LEAST_JUDGED - 1), 4) is None
    assert found is not None
    assert found.runs == LEAST_JUDGED


def test_the_newest_runs_are_judged_each_by_those_before_it() -> None:
    found = measured(one_after_the_other(MOST_RUNS), 4)

    assert found == Coverage(JUDGED, 1.0, 1.0, 1.0, 1.0)


def test_a_long_queue_takes_as_much_longer_as_it_is() -> None:
    begins, _ = forecast(Queue(slots=1, busy=0, ahead=400), [10.0], 1)

    assert 3_900 <= begins.p50 <= 4_100
