"""The checker finds nothing in a run that keeps every promise, and finds each way to break one."""

from collections.abc import Callable

import pytest
from chaos.checker import check
from chaos.report import as_text, summarize
from chaos.rules_shares import MOST_PASSED
from chaos.sample_history import (
    CANCELLED,
    CAPS,
    DEADLINE,
    DELAYED,
    KILLED_AT,
    REPLACED,
    STOPPED_AT,
    SampleHistory,
)

Spoil = Callable[[SampleHistory], object]
BUSY = {"code": "AI_UNAVAILABLE", "message": "The AI is busy."}
RESTARTED = {"code": "INTERNAL_ERROR", "message": "The service is being restarted."}


def end_as(code: str, at: float = 48.0) -> Spoil:
    """The delayed job fails for this reason."""

    def spoil(sample: SampleHistory) -> object:
        sample.drop("event", jobId=DELAYED, event="completed")
        return sample.add_event(DELAYED, "failed", at, 2, error={"code": code, "message": ""})

    return spoil


def body(event: str, job_id: str = DELAYED, **changes: object) -> Spoil:
    """Replaces fields in the body of the first event of this name."""
    return lambda sample: sample.find("event", jobId=job_id, event=event)["body"].update(changes)


def caps(**changes: object) -> Spoil:
    """The user's plan allows less."""
    return lambda sample: sample.find("flood").update(caps={**CAPS, **changes})


def starved(sample: SampleHistory) -> object:
    """Another user's job waits while more of the flood's are dispatched than it must wait for."""
    sample.change("submit", {"jobId": DELAYED}, user="second")
    for nth in range(MOST_PASSED + 1):
        made = {"jobType": "ideation", "key": nth, "status": 202, "jobId": f"flood-{nth}"}
        sample.add("submit", sent=39.0, user="demo", **made)
        sample.add_event(f"flood-{nth}", "requested", 40.01 + nth / 1000, 0)
    return sample


def raced(sample: SampleHistory) -> object:
    """A second worker takes over although the first was never disturbed."""
    sample.add_event(CANCELLED, "started", 32.7, 2, workerId="ideation-c", kept=1)
    return sample


BROKEN: dict[str, tuple[int, str, Spoil]] = {
    "an accepted job has no row": (1, "no row", lambda x: x.drop("row", id=DELAYED)),
    "an accepted job is not in the stream": (
        1,
        "not in the stream",
        lambda x: x.drop("event", jobId=DELAYED),
    ),
    "one key made two jobs": (
        1,
        "has the key",
        lambda x: x.change("submit", {"jobId": DELAYED}, key=f"key of {REPLACED}"),
    ),
    "a job is stuck": (2, "no end", lambda x: x.drop("event", jobId=DELAYED, event="completed")),
    "a job ends long after its deadline": (
        2,
        "too late",
        lambda x: x.change("event", {"jobId": DELAYED, "event": "completed"}, stored=DEADLINE + 40),
    ),
    "a job is called overdue too soon": (2, "before its deadline", end_as("DEADLINE_EXCEEDED")),
    "a job ends twice": (3, "has 2 ends", lambda x: x.add_event(DELAYED, "failed", 49, 2)),
    "something follows the end": (3, "after the end", lambda x: x.add_event(DELAYED, "progress", 49, 2)),
    "an attempt writes on after it was taken over": (
        3,
        "of attempt 1 while 2",
        lambda x: x.add_event(REPLACED, "progress", 21.5, 1, itemKey="late"),
    ),
    "a fenced attempt goes on paying": (
        3,
        "after its attempt was over",
        lambda x: x.add(
            "call", id="r-x", jobId=REPLACED, attempt=1, started=22.0, ended=22.5, outcome="completed"
        ),
    ),
    "a result comes without a running attempt": (
        3,
        "without a running attempt",
        lambda x: x.drop("event", jobId=DELAYED, attempt=2, event="started"),
    ),
    "a living worker is raced": (4, "nothing was wrong", raced),
    "a takeover comes late": (
        4,
        "after its worker was killed",
        lambda x: x.change("event", {"jobId": REPLACED, "event": "started", "attempt": 2}, stored=22.0),
    ),
    "an item is made again": (4, "made twice", body("progress", REPLACED, itemKey="two")),
    "an attempt does not keep what is finished": (
        4,
        "kept 0 of 1",
        lambda x: x.find("event", jobId=REPLACED, event="started", attempt=2)["body"].update(kept=0),
    ),
    "a call is not announced": (
        5,
        "not announced",
        lambda x: x.drop("event", jobId=DELAYED, event="call_started"),
    ),
    "a call is never settled": (
        5,
        "never settled",
        lambda x: x.drop("event", jobId=CANCELLED, event="call_finished"),
    ),
    "a call is not in the ledger": (5, "not in the ledger", lambda x: x.drop("ledger", call_id="2")),
    "the ledger says otherwise": (
        5,
        "says otherwise",
        lambda x: x.change("ledger", {"call_id": "4"}, outcome="used"),
    ),
    "a job costs more than its calls": (
        5,
        "costs 1",
        lambda x: x.change("row", {"id": DELAYED}, cost_usd="1"),
    ),
    "attempts have no bound": (
        5,
        "counted attempts",
        lambda x: [
            x.add_event(DELAYED, "retrying", 42.2 + n / 10, 1, reason=RESTARTED, retryAt=44.0, counted=True)
            for n in range(3)
        ],
    ),
    "a call is paid again for no reason": (
        5,
        "paid again",
        lambda x: x.change("fault", {"what": "kill"}, target="polish"),
    ),
    "a result comes after a cancel": (
        6,
        "completed after a cancel",
        lambda x: x.change("event", {"jobId": CANCELLED, "event": "cancelled"}, event="completed"),
    ),
    "a job is cancelled by nobody": (
        6,
        "without a request",
        lambda x: x.drop("event", jobId=CANCELLED, event="cancel_requested"),
    ),
    "a cancel loses finished items": (6, "kept 0 of 1", body("cancelled", CANCELLED, kept=0)),
    "an accepted cancel is forgotten": (
        6,
        "long after its cancel",
        lambda x: (
            x.add("cancel", sent=30.5, user="demo", jobId=DELAYED, status=202)
            and x.find("event", jobId=DELAYED, event="completed").update(stored=70.0)
        ),
    ),
    "a cancel lets a call go on": (
        6,
        "after the cancel was asked",
        lambda x: x.change("call", {"id": "r-4"}, ended=35.0),
    ),
    "an overload uses an attempt up": (7, "used an attempt up", body("retrying", counted=True)),
    "a job is given up before its attempts": (7, "exhausted after 0", end_as("ATTEMPTS_EXHAUSTED")),
    "a job is given up before its deadline": (7, "gave up on the provider", end_as("AI_UNAVAILABLE")),
    "a retry does not wait": (7, "before retryAt", body("retrying", retryAt=45.0)),
    "the row is not the fold": (8, "differs", lambda x: x.change("row", {"id": DELAYED}, seq=3)),
    "the row contradicts the stream": (
        8,
        "the row says failed",
        lambda x: x.change("row", {"id": DELAYED}, status="failed"),
    ),
    "the history has a gap": (8, "gaps", lambda x: x.drop("told", jobId=DELAYED, seq=4)),
    "the history lacks an event": (8, "events, the log", lambda x: x.drop("told", jobId=DELAYED, seq=10)),
    "a watcher misses an event": (
        9,
        "where 4 was due",
        lambda x: x.drop("frame", jobId=DELAYED, watcher="w", seq=4),
    ),
    "a watcher sees an event again": (
        9,
        "event 3 where 4",
        lambda x: x.change(
            "frame", {"jobId": DELAYED, "watcher": "w", "seq": 4}, seq=3, event="call_started"
        ),
    ),
    "a watcher never sees the end": (
        9,
        "never saw the end",
        lambda x: x.drop("frame", jobId=DELAYED, watcher="w", event="completed"),
    ),
    "two readers see different things": (
        9,
        "different content",
        lambda x: x.change("frame", {"jobId": DELAYED, "watcher": "feed", "seq": 4}, digest="y"),
    ),
    "a reader sees what is not stored": (
        9,
        "stored is",
        lambda x: x.change("frame", {"jobId": DELAYED, "watcher": "feed", "seq": 4}, event="cancelled"),
    ),
    "a poll says less than before": (
        9,
        "a poll said",
        lambda x: x.change("read", {"jobId": DELAYED}, state={"seq": 4, "status": "processing"}),
    ),
    "polls contradict each other": (
        9,
        "was reported as",
        lambda x: x.add(
            "read",
            sent=90.0,
            user="demo",
            watcher="q",
            jobId=DELAYED,
            way="poll",
            status=200,
            state={"seq": 10, "status": "failed"},
        ),
    ),
    "the feed leaves something out": (
        9,
        "the feed feed showed",
        lambda x: x.drop("frame", jobId=DELAYED, watcher="feed", seq=4),
    ),
    "the feed goes back": (
        9,
        "went back",
        lambda x: x.change("frame", {"jobId": DELAYED, "watcher": "feed", "seq": 4}, position=1),
    ),
    "somebody else's job is shown": (
        10,
        "was answered 200",
        lambda x: x.change("read", {"jobId": DELAYED}, user="second"),
    ),
    "somebody else's job is cancelled": (
        10,
        "was answered 202",
        lambda x: x.change("cancel", {"jobId": CANCELLED}, user="second"),
    ),
    "somebody else's events are shown": (
        10,
        "received an event",
        lambda x: x.change("frame", {"jobId": DELAYED, "watcher": "feed"}, user="second"),
    ),
    "a stop cuts streams off": (11, "cut off by a stop", lambda x: x.change("stream", {}, ended="cut")),
    "a stop ends badly": (11, "ended with status 1", lambda x: x.change("exit", {}, status=1)),
    "a stop uses an attempt up": (
        11,
        "a stop used",
        body("retrying", reason=RESTARTED, counted=True),
    ),
    "a user has two jobs at a time": (
        12,
        "2 jobs of demo lived",
        lambda x: x.change("submit", {"jobId": CANCELLED}, at=23.0),
    ),
    "a user starts too many jobs a day": (12, "started 3 jobs", caps(jobsADay={"ideation": 2})),
    "a user spends too much a day": (
        12,
        "demo spent 0.5",  # of two dollars; no more than usual was set aside
        lambda x: [caps(spendADay=0.4)(x), x.change("ledger", {"call_id": "3"}, cost_usd="2")],
    ),
    "another user waits behind a flood": (12, "dispatched while it waited", starved),
    "the provider's limits are exceeded": (
        12,
        "refused 1 of 6",
        lambda x: x.change("call", {"id": "r-5"}, outcome="limited"),
    ),
    "a stop cuts a call off that would have ended": (
        11,
        "a call was cut off",
        lambda x: x.change("fault", {"what": "kill"}, what="term", at=KILLED_AT - 0.5),
    ),
}


def test_a_run_that_kept_every_promise_is_found_to_have_kept_them() -> None:
    assert check(SampleHistory().run()) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_promise_is_found(name: str) -> None:
    promise, words, spoil = BROKEN[name]
    sample = SampleHistory()

    spoil(sample)

    found = check(sample.run())
    assert any(violation.promise == promise and words in violation.text for violation in found), found


def test_every_promise_has_a_way_to_be_broken() -> None:
    assert {promise for promise, _, _ in BROKEN.values()} == set(range(1, 13))


def test_a_takeover_that_something_else_delayed_is_not_held_against_anybody() -> None:
    sample = SampleHistory().change(
        "event", {"jobId": REPLACED, "event": "started", "attempt": 2}, stored=23.0
    )
    sample.add("fault", what="pause", target="nats", process="nats").records[-1].update(at=8.0, until=12.0)

    assert not [violation for violation in check(sample.run()) if "was killed" in violation.text]


def test_a_restart_that_took_long_is_no_late_takeover_unless_a_second_process_was_ready() -> None:
    late = {"jobId": REPLACED, "event": "started", "attempt": 2}
    sample = SampleHistory().change("event", late, stored=23.0).change("fault", {"what": "kill"}, until=22.0)

    assert not [violation for violation in check(sample.run()) if "was killed" in violation.text]
    sample.add("replica", target="ideation")
    assert [violation for violation in check(sample.run()) if "was killed" in violation.text]


def test_a_stream_that_was_opened_after_a_stop_may_be_refused() -> None:
    sample = SampleHistory().change("stream", {}, ended="cut", opened=STOPPED_AT + 0.1)

    assert check(sample.run()) == []


def test_the_report_counts_what_happened() -> None:
    run = SampleHistory().run()

    numbers = summarize(run, check(run))

    assert (numbers["jobs"], numbers["stuck"], numbers["lost"]) == (3, 0, 0)
    assert numbers["ends"] == {"completed": 2, "cancelled": 1}
    assert numbers["faults"]["kill"] == {"ideation": 1}
    assert (numbers["callsPaidAgain"], numbers["callsPaidAgainAtMost"]) == (1, 1)
    assert numbers["recoverySeconds"] == {"count": 1, "p50": 14.0, "p99": 14.0, "max": 14.0}
    assert "violations                   0" in as_text(numbers, "a run")
