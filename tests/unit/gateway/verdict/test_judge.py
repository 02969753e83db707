"""The verdict names the causes of a job's state: all that hold, and none that only look like it."""

from datetime import timedelta
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone_gateway.jobs.view import PAUSED, SPEND, TURN, waiting_for
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.operations_tables import EVERYTHING, HELD_BULK, HELD_INTERACTIVE
from lodestone_gateway.verdict.causes import Code
from lodestone_gateway.verdict.judge import in_a_sentence, judge
from lodestone_gateway.verdict.model import told_to_operator, told_to_owner
from lodestone_gateway.verdict.snapshot import Request, Snapshot
from support.verdicts import (
    CALLED,
    GRADUAL,
    IN_BULK,
    NOON,
    OF_ALL,
    OF_USER,
    OTHER,
    OVERLOADED,
    OWNER,
    PAUSE,
    RETRYING,
    STARTED,
    T,
    ago,
    beat,
    event,
    job,
    published,
    retried,
    run,
    seen,
    waiting,
)

FULL = [beat("w-1", slots=20, running=20), beat("w-2", slots=12, running=12)]
UNHEARD: dict[str, Any] = {"observed_at": ago(60), "beats": [beat(seconds_ago=62)]}
FAILURE = {"error_code": "AI_ERROR", "error": "It did not work.", "completed_at": T}
EXHAUSTED = FAILURE | {"error_code": "ATTEMPTS_EXHAUSTED"}
DIED = event("started", workerId="w-1", seconds_ago=60)
OLD = job(created_at=ago(60))
REFUSED = event("retrying", attempt=2, reason=OVERLOADED)
ASKED = event("cancel_requested", requestedBy=str(OWNER))


def codes(snapshot: Snapshot) -> list[str]:
    return [cause.code.value for cause in judge(snapshot)]


@pytest.mark.parametrize(
    ("snapshot", "found"),
    [
        # each cause alone
        (seen(), ["starting"]),
        (seen(request=waiting()), ["starting"]),
        (seen(pauses=[PAUSE]), ["paused"]),
        (seen(request=waiting(), held_until=T), ["spend"]),
        (seen(request=waiting(ahead=14, own=3)), ["turn"]),
        (seen(request=waiting(ahead=3, own=3), is_capped=True), ["cap"]),
        (seen(beats=FULL), ["slot"]),
        (seen(request=waiting(), relay_leads=False), ["relay_stopped"]),
        (seen(OLD, request=waiting(tried=True)), ["bus_silent"]),
        (seen(OLD, request=waiting()), ["not_relayed"]),
        (seen(job(created_at=ago(6)), request=waiting()), ["not_relayed"]),
        (seen(job(created_at=ago(4)), request=waiting()), ["starting"]),
        (seen(unfolded=1_000), ["projector_behind"]),
        (seen(unfolded=999), ["starting"]),
        (seen(beats=[]), ["no_worker"]),
        (seen(projector_leads=False), ["projector_behind"]),
        (seen(request=published(10)), ["projector_behind"]),
        (retried("retry"), ["retry"]),
        (retried("provider"), ["provider"]),
        (retried("provider", called=False), ["breaker_open"]),
        (retried("rate_limit", called=False), ["rate_limit"]),
        (run(), ["running"]),
        (run(log=[event("started", workerId="w-1", seconds_ago=20)]), ["worker_lost"]),
        (run(log=[DIED, DIED, STARTED]), ["poisoned", "running"]),
        (seen(job("failed", **EXHAUSTED), log=[DIED, DIED]), ["poisoned", "failed"]),
        (seen(job("completed", completed_at=T)), ["completed"]),
        (seen(job("failed", **FAILURE)), ["failed"]),
        (seen(job("cancelled", completed_at=T), log=[ASKED]), ["cancelled"]),
        # several at once, the outermost first
        (seen(request=waiting(), pauses=[PAUSE], held_until=T), ["paused", "spend"]),
        (seen(request=waiting(), pauses=[PAUSE], relay_leads=False), ["paused", "relay_stopped"]),
        (seen(pauses=[PAUSE], beats=FULL), ["paused", "slot"]),
        (seen(pauses=[OF_ALL]), ["paused"]),
        (seen(request=waiting(), pauses=[OF_USER]), ["paused"]),
        (seen(request=waiting(), pauses=[PAUSE, OF_USER, OF_ALL]), ["paused", "paused", "paused"]),
        (seen(request=waiting(), pauses=[GRADUAL]), ["paused"]),
        (seen(request=waiting(ahead=14), bulk_pause=IN_BULK, beats=FULL), ["paused", "slot"]),
        (seen(request=published(1), bulk_pause=IN_BULK), ["starting"]),
        (seen(request=waiting(ahead=14), beats=FULL), ["turn", "slot"]),
        (seen(request=waiting(ahead=14), relay_leads=False, beats=[]), ["relay_stopped", "no_worker"]),
        (retried("provider", pauses=[PAUSE]), ["paused", "provider"]),
        (retried("provider", seconds=-1, beats=FULL), ["provider", "slot"]),
        (run(projector_leads=False), ["projector_behind", "running"]),
        (
            seen(job("processing", seq=3, cancel_requested=True), log=[STARTED, ASKED]),
            ["cancelling", "running"],
        ),
        (seen(job(cancel_requested=True)), ["starting", "cancelling"]),
        (seen(job(deadline_at=ago(31)), request=waiting(), relay_leads=False), ["overdue", "relay_stopped"]),
        (
            run(log=[event("started", workerId="w-1", seconds_ago=20)], beats=[]),
            ["no_worker", "worker_lost"],
        ),
        (seen(job("completed", completed_at=T, erased_at=T)), ["completed", "erased"]),
    ],
)
def test_the_chain_names_every_cause(snapshot: Snapshot, found: list[str]) -> None:
    assert codes(snapshot) == found


@pytest.mark.parametrize(
    ("snapshot", "found", "looks_like"),
    [
        # a queue that stands still since nobody publishes it, or since it is held back
        (seen(request=waiting(ahead=14), relay_leads=False), "relay_stopped", "turn"),
        (seen(request=waiting(ahead=14), pauses=[PAUSE]), "paused", "turn"),
        (seen(request=waiting(ahead=14), held_until=T), "spend", "turn"),
        (seen(request=waiting(ahead=14), beats=[]), "no_worker", "turn"),
        # nobody is heard since nobody listens
        (seen(request=waiting(ahead=1), **UNHEARD, projector_leads=False), "projector_behind", "no_worker"),
        (seen(**UNHEARD, projector_leads=False), "projector_behind", "no_worker"),
        (seen(**UNHEARD), "bus_silent", "no_worker"),
        (run(observed_at=None, beats=[]), "running", "worker_lost"),
        # a worker that has just started asks for jobs before it is heard; one that hangs has been heard
        (seen(beats=[], waiting_pulls=1), "starting", "no_worker"),
        (seen(beats=[beat(seconds_ago=30)], waiting_pulls=1), "no_worker", "starting"),
        # an unpublished job that has waited long since there is no room
        (seen(OLD, request=waiting(), beats=FULL), "slot", "not_relayed"),
        (seen(OLD, request=waiting(), is_lane_held=True), "turn", "not_relayed"),
        (seen(OLD, request=waiting(), pauses=[PAUSE]), "paused", "not_relayed"),
        (seen(OLD, request=waiting(tried=True)), "bus_silent", "not_relayed"),
        (seen(OLD, request=waiting(), is_capped=True), "cap", "not_relayed"),
        (seen(observed_at=ago(60), beats=[], projector_leads=False), "projector_behind", "no_worker"),
        # one free slot is enough
        (seen(beats=[*FULL, beat("w-3", slots=1, running=0)]), "starting", "slot"),
        # jobs that have ended since the processes spoke take no slot, while somebody folds their ends
        (seen(beats=FULL, started=31), "starting", "slot"),
        (seen(request=waiting(), relay_leads=False, beats=FULL, started=0), "relay_stopped", "slot"),
        (seen(beats=FULL, started=32), "slot", "starting"),
        (seen(request=waiting(), beats=FULL, started=0, projector_leads=False), "slot", "starting"),
        # a process that is silent has no slots
        (seen(beats=[beat("w-1", slots=4, running=4), beat("w-0", seconds_ago=30)]), "slot", "starting"),
        # slots matter only to a job that may start now
        (retried("retry", beats=FULL), "retry", "slot"),
        (retried("retry", beats=[]), "retry", "no_worker"),
        # it may long be running: the row is old
        (seen(**UNHEARD | {"beats": FULL}, projector_leads=False), "projector_behind", "slot"),
        (seen(projector_leads=False), "projector_behind", "starting"),
        # refused by the breaker, by the limits, or by the provider itself
        (retried("provider", called=True), "provider", "breaker_open"),
        (retried("provider", called=False), "breaker_open", "provider"),
        (retried("rate_limit", called=True), "rate_limit", "provider"),
        (retried("provider", log=[CALLED, REFUSED]), "breaker_open", "provider"),
        # what does not touch a running or a published job
        (run(pauses=[PAUSE]), "running", "paused"),
        (seen(pauses=[OF_USER]), "starting", "paused"),
        (seen(pauses=[GRADUAL]), "starting", "paused"),
        (seen(request=waiting(ahead=14), pauses=[OF_USER]), "paused", "turn"),
        (seen(request=waiting(ahead=14), pauses=[GRADUAL]), "paused", "turn"),
        (run(held_until=T), "running", "spend"),
        (seen(held_until=T), "starting", "spend"),
        (seen(relay_leads=False), "starting", "relay_stopped"),
        (run(beats=FULL, log=[event("started", workerId="w-1")]), "running", "slot"),
        # a worker that has just begun may not have been heard yet
        (run(log=[event("started", workerId="w-9", seconds_ago=5)]), "running", "worker_lost"),
        (run(log=[event("started", workerId="w-1", seconds_ago=20)]), "worker_lost", "no_worker"),
        (run(log=[event("started", workerId="w-1", seconds_ago=20)]), "worker_lost", "running"),
        # attempts that ended with a word of their worker, and one death, which may have any reason
        (run(log=[DIED, RETRYING, DIED, RETRYING, STARTED]), "running", "poisoned"),
        (run(log=[DIED, STARTED]), "running", "poisoned"),
        (seen(job("failed", **FAILURE), log=[DIED, STARTED]), "failed", "poisoned"),
        (seen(job("completed", completed_at=T), log=[DIED, DIED, STARTED]), "completed", "poisoned"),
        # the deadline has passed, and the reconciler still has time
        (seen(job(deadline_at=ago(29)), request=waiting(), relay_leads=False), "relay_stopped", "overdue"),
        (seen(job("failed", **FAILURE, deadline_at=ago(60))), "failed", "overdue"),
        (seen(job(created_at=ago(5)), request=waiting(tried=True)), "starting", "bus_silent"),
    ],
)  # fmt: skip
def test_what_only_looks_like_the_cause_is_not_named(snapshot: Snapshot, found: str, looks_like: str) -> None:
    assert found in codes(snapshot)
    assert looks_like not in codes(snapshot)


@pytest.mark.parametrize(
    ("snapshot", "told"),
    [
        (
            seen(request=waiting(ahead=14, own=3), beats=FULL),
            "Waiting for its turn: 14 jobs of its type and priority ahead, 3 jobs of the same owner."
            " Waiting for a free slot: 32 of 32 are in use on 2 processes.",
        ),
        (seen(pauses=[PAUSE]), f"Waiting until ideation is resumed: operator {OTHER} paused it at {NOON}."),
        (
            seen(request=waiting(), pauses=[OF_ALL, OF_USER]),
            f"Waiting until everything is resumed: operator {OTHER} paused it at {NOON}."
            f" Waiting until its owner is resumed: operator {OTHER} paused it at {NOON}.",
        ),
        (
            seen(request=waiting(), pauses=[GRADUAL]),
            "Waiting to be let through: ideation is resumed gradually, 6 jobs a minute;"
            f" operator {OTHER} paused it at {NOON}.",
        ),
        (
            retried("provider", seconds=20, waiting_alike=7),
            "Waiting for its next attempt, at 2026-03-04T05:06:27.000Z, in 20 s. Attempt 1 ended with"
            " AI_UNAVAILABLE: Overloaded. It does not count. 7 jobs of its type wait for the provider.",
        ),
        (run(), f"Running: attempt 1 of 3 on worker w-7 since {NOON}."),
        (
            run(log=[event("started", workerId="w-1", seconds_ago=20)]),
            "Worker w-1, which ran attempt 1, was not heard in the last minute. Another one takes over.",
        ),
        (
            seen(beats=[beat(seconds_ago=30)]),
            "No process of the service ideation is alive: the last one was heard at"
            " 2026-03-04T05:05:37.000Z.",
        ),
        (
            seen(job("failed", **FAILURE)),
            f"Failed at {NOON} with AI_ERROR: It did not work. It is a dead letter: nobody has run it again.",
        ),
        (
            seen(job("failed", **FAILURE), run_again_as=OTHER),
            f"Failed at {NOON} with AI_ERROR: It did not work. It was run again as job {OTHER}.",
        ),
        (
            seen(job("failed", error_code="DEADLINE_EXCEEDED", completed_at=T), log=[STARTED, RETRYING]),
            f"Failed at {NOON} with DEADLINE_EXCEEDED. Attempt 1 ended with AI_UNAVAILABLE: Overloaded."
            " It does not count. It is a dead letter: nobody has run it again.",
        ),
        (seen(job("cancelled", completed_at=T), log=[ASKED]), f"Cancelled at {NOON} by its owner."),
        (
            seen(job("cancelled", completed_at=T), log=[event("cancel_requested", requestedBy=str(OTHER))]),
            f"Cancelled at {NOON} by user {OTHER}.",
        ),
        (
            seen(job("completed", completed_at=T, erased_at=T)),
            f"Completed at {NOON}. Its texts were deleted at {NOON}.",
        ),
    ],
)
def test_operators_read_numbers_times_and_names(snapshot: Snapshot, told: str) -> None:
    assert in_a_sentence(judge(snapshot)) == told


@pytest.mark.parametrize(
    ("snapshot", "told"),
    [
        (
            seen(request=waiting(ahead=14, own=3)),
            "Others asked before you: 14 jobs ahead of yours, 3 of them your own. It starts when it is your"
            " turn.",
        ),
        (seen(request=waiting(ahead=2, own=2)), "Your other jobs come first: 2 jobs ahead of this one."),
        (
            seen(request=waiting(ahead=1_000)),
            "Others asked before you: at least 1,000 jobs ahead of yours. It starts when it is your turn.",
        ),
        (seen(beats=FULL), "Every place is taken right now, 32 of 32. It starts as soon as one is free."),
        (seen(pauses=[PAUSE]), "We have paused this kind of work. It resumes automatically."),
        (
            seen(request=waiting(), pauses=[OF_USER]),
            "We have paused your jobs. They are kept, and start when we resume them.",
        ),
        (
            seen(request=waiting(), pauses=[GRADUAL]),
            "We are starting what was paused, little by little. It starts when it is its turn.",
        ),
        (seen(job("failed", **FAILURE)), "It did not work."),
    ],
)
def test_owners_read_their_own_words(snapshot: Snapshot, told: str) -> None:
    assert judge(snapshot)[0].owner_text == told


@pytest.mark.parametrize(
    ("snapshot", "numbers"),
    [
        (seen(request=waiting(ahead=14, own=3)), {"jobsAhead": 14, "ownJobsAhead": 3}),
        (seen(beats=FULL), {"slots": 32, "slotsInUse": 32}),
        (
            retried(waiting_alike=7),
            {"retryAt": "2026-03-04T05:06:27.000Z", "attempt": 1, "jobsWaitingAlike": 7},
        ),
    ],
)
def test_a_cause_shows_what_it_rests_on(snapshot: Snapshot, numbers: dict[str, Any]) -> None:
    [cause] = told_to_owner(judge(snapshot), T)

    assert cause.evidence == numbers


def test_stale_evidence_is_said_to_be_stale_and_supports_no_advice() -> None:
    fresh, stale = (
        next(cause for cause in told_to_operator(judge(each), T) if cause.code == "slot")
        for each in (
            seen(request=waiting(), beats=FULL),
            seen(
                request=waiting(),
                beats=[beat(slots=4, running=4, seconds_ago=61)],
                observed_at=ago(60),
                projector_leads=False,
            ),
        )
    )

    assert (fresh.is_fresh, fresh.age_seconds, fresh.advice) == (
        True,
        2,
        "Add processes of the service, or slots (LODESTONE_SLOTS).",
    )
    assert (stale.is_fresh, stale.age_seconds, stale.advice) == (False, 61, None)
    assert stale.text.endswith("This was seen 61 s ago, and nothing newer is known.")


SNAPSHOTS = st.builds(
    Snapshot,
    st.builds(
        job,
        st.sampled_from(["pending", "processing", "completed", "failed", "cancelled"]),
        created_at=st.sampled_from([ago(1), ago(60)]),
        deadline_at=st.sampled_from([ago(60), T + timedelta(minutes=5)]),
        cancel_requested=st.booleans(),
        priority=st.sampled_from(["interactive", "bulk"]),
        seq=st.sampled_from([0, 4]),
        error_code=st.sampled_from([None, "AI_ERROR"]),
        retry_at=st.sampled_from([None, ago(1), T + timedelta(seconds=9)]),
        waiting_for=st.sampled_from([None, "slot", "retry", "provider", "rate_limit", "another"]),
    ),
    st.just(T),
    log=st.lists(st.sampled_from([STARTED, CALLED, RETRYING, ASKED]), max_size=5),
    request=st.none()
    | st.builds(
        Request,
        st.booleans(),
        st.sampled_from([None, ago(1), ago(9)]),
        st.integers(0, 1_000),
        st.integers(0, 9),
    ),
    pauses=st.lists(st.sampled_from([PAUSE, GRADUAL, OF_USER, OF_ALL]), unique_by=attrgetter("kind")),
    held_until=st.sampled_from([None, T + timedelta(minutes=9)]),
    is_lane_held=st.booleans(),
    is_capped=st.booleans(),
    relay_leads=st.booleans(),
    projector_leads=st.booleans(),
    observed_at=st.sampled_from([None, ago(2), ago(60)]),
    unfolded=st.sampled_from([None, 0, 5_000]),
    undelivered=st.sampled_from([None, 0, 3]),
    waiting_pulls=st.sampled_from([None, 0, 1]),
    beats=st.lists(
        st.builds(
            beat,
            st.sampled_from(["w-7", "w-8"]),
            slots=st.integers(0, 4),
            running=st.integers(0, 4),
            seconds_ago=st.sampled_from([1, 30, 61]),
        ),
        max_size=3,
    ),
    waiting_alike=st.integers(0, 3),
    started=st.sampled_from([None, 0, 9]),
    run_again_as=st.sampled_from([None, OTHER]),
)


@given(SNAPSHOTS)
def test_there_is_always_a_cause_and_each_once(snapshot: Snapshot) -> None:
    found = codes(snapshot)

    assert found
    assert len({cause.text for cause in judge(snapshot)}) == len(found)
    ends = {"completed", "failed", "cancelled"}
    assert bool(ends & set(found)) is not snapshot.is_live


@given(SNAPSHOTS)
def test_an_owner_reads_nothing_of_anybody_else(snapshot: Snapshot) -> None:
    told = " ".join(cause.model_dump_json() for cause in told_to_owner(judge(snapshot), T))

    assert str(OTHER) not in told
    assert "w-7" not in told
    assert "w-8" not in told


@given(SNAPSHOTS)
def test_advice_rests_on_what_was_seen_lately(snapshot: Snapshot) -> None:
    for cause in told_to_operator(judge(snapshot), T):
        assert cause.is_fresh or cause.advice is None
        assert cause.is_fresh is (cause.age_seconds <= 15)


@given(SNAPSHOTS)
def test_a_hold_that_waiting_for_names_is_in_the_chain(snapshot: Snapshot) -> None:
    held = [HELD_BULK, HELD_INTERACTIVE] if snapshot.held_until else []
    names = {"job_type": "ideation", "everything": EVERYTHING}
    of_types = {names[each.kind]: each for each in snapshot.pauses if each.kind in names}
    paused = {name for name, each in of_types.items() if each.per_minute is None}
    users = [snapshot.job.user_id for each in snapshot.pauses if each.kind == "user"]
    paces = [("ideation", is_bulk, 9, 0.5) for is_bulk in (False, True) if snapshot.is_lane_held]
    holds = Holds.of([*held, *paused], paces, resumed=of_types.keys() - paused, paused_users=users)
    named = waiting_for(snapshot.job, holds)
    is_in_outbox = snapshot.request is not None and snapshot.request.published_at is None

    reaches = paused or is_in_outbox  # a user's pause, and a pace, hold only what is not published
    if snapshot.is_live and named == PAUSED and reaches:
        assert Code.PAUSED in codes(snapshot)
    if snapshot.is_live and named == SPEND and is_in_outbox:
        assert Code.SPEND in codes(snapshot)
    if snapshot.is_live and named == TURN and is_in_outbox and not snapshot.is_blocked:
        assert Code.TURN in codes(snapshot)


def test_slots_were_seen_when_the_last_of_their_processes_spoke() -> None:
    [cause] = judge(seen(beats=[beat("w-1", running=4, seconds_ago=9), beat("w-2", running=4)]))

    assert (cause.code, cause.seen_at) == ("slot", ago(2))


def test_with_nobody_ahead_nothing_is_said_of_the_owners_own_jobs() -> None:
    [cause] = judge(seen(request=waiting(), is_lane_held=True))

    assert (cause.code, cause.advice) == ("turn", "Add processes if the backlog grows.")
