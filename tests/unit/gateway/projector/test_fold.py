"""The fold, with every history that a stream may contain."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from lodestone.erasure import without_texts
from lodestone.errors import ErrorCode
from lodestone.events import (
    TERMINAL_EVENTS,
    JobCallFinished,
    JobCallStarted,
    JobCancelled,
    JobCancelRequested,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobProgress,
    JobRequested,
    JobRetrying,
    JobStarted,
    Outcome,
    Prompt,
    Reason,
    Usage,
)
from lodestone.job_log import Entry, JobLog
from lodestone.status import Status
from lodestone_gateway.projector.fold import Folded, FoldedJob, Kind, fold_batch

JOB = UUID("0199aa00-0000-7000-8000-000000000001")
USER = UUID("0199aa00-0000-7000-8000-000000000002")
CALLS = [UUID(f"0199aa00-0000-7000-8000-0000000001{number:02}") for number in range(3)]
START = datetime(2026, 11, 24, 10, tzinfo=UTC)
COMMON: dict[str, Any] = {"job_id": JOB, "job_type": "ideation", "user_id": USER, "attempt": 1}


def requested(redelivery: bool | None = None) -> JobRequested:
    return JobRequested(
        **COMMON,
        input={"businessDescription": "bids"},
        max_attempts=3,
        deadline_at=START + timedelta(minutes=10),
        redelivery=redelivery,
    )


def started() -> JobStarted:
    return JobStarted(
        **COMMON, worker_id="w1", model="m", prompt=Prompt(name="system", version=1, sha256="00")
    )


def progress(key: str | None, index: int = 0, done: int = 1, total: int = 10, text: str = "x") -> JobProgress:
    item = {"text": text} if key else None
    place: dict[str, Any] = {"item": item, "item_key": key, "item_index": index} if key else {}
    return JobProgress(**COMMON, done=done, total=total, message=text, **place)


def call_started(call: UUID) -> JobCallStarted:
    return JobCallStarted(**COMMON, call_id=call, model="m", max_tokens=10)


def call_finished(call: UUID, outcome: Outcome = Outcome.USED) -> JobCallFinished:
    return JobCallFinished(
        **COMMON,
        call_id=call,
        input_tokens=7,
        output_tokens=5,
        cache_read_tokens=3,
        cache_write_tokens=2,
        cost_usd=Decimal("0.01"),
        cache_saved_usd=Decimal("0.004"),
        outcome=outcome,
    )


def retrying(code: ErrorCode = ErrorCode.AI_ERROR, waiting_for: str | None = None) -> JobRetrying:
    return JobRetrying(
        **COMMON,
        reason=Reason(code=code, message="again"),
        retry_at=START + timedelta(seconds=9),
        counted=True,
        waiting_for=waiting_for,
    )


def completed() -> JobCompleted:
    return JobCompleted(**COMMON, result={"concepts": []}, usage=Usage())


def failed() -> JobFailed:
    return JobFailed(**COMMON, error=Reason(code=ErrorCode.AI_REFUSED, message="no"), usage=Usage())


def cancelled() -> JobCancelled:
    return JobCancelled(**COMMON, usage=Usage())


def cancel_requested() -> JobCancelRequested:
    return JobCancelRequested(**COMMON, requested_by=USER)


def as_entries(*events: JobEvent) -> list[Entry]:
    return [
        Entry(sequence=100 + n, event_id=f"e{n}", time=START + timedelta(seconds=n), event=event)
        for n, event in enumerate(events)
    ]


def nothing_folded() -> Folded:
    job = FoldedJob(id=JOB, user_id=USER, job_type="ideation", created_at=START)
    return Folded(jobs={JOB: job}, known=set(), settled=set())


def fold(*events: JobEvent) -> tuple[FoldedJob, Folded]:
    folded = fold_batch(nothing_folded(), as_entries(*events))
    return folded.jobs[JOB], folded


an_event = st.one_of(
    st.builds(requested, st.sampled_from([None, True])),
    st.builds(started),
    st.builds(
        progress,
        st.sampled_from([None, "a", "b", "c"]),
        st.integers(0, 9),
        st.integers(0, 10),
        st.integers(0, 10),
        st.text(max_size=3),
    ),
    st.builds(call_started, st.sampled_from(CALLS)),
    st.builds(call_finished, st.sampled_from(CALLS), st.sampled_from(Outcome)),
    st.builds(retrying, st.sampled_from([ErrorCode.AI_ERROR, ErrorCode.AI_UNAVAILABLE])),
    st.builds(cancel_requested),
    st.builds(completed),
    st.builds(failed),
    st.builds(cancelled),
)
histories = st.lists(an_event, max_size=25)


@given(histories)
def test_history_is_numbered_without_gaps_and_ends_with_the_terminal_event(events: list[JobEvent]) -> None:
    job, folded = fold(*events)

    assert [row.seq for row in folded.history] == list(range(1, len(folded.history) + 1))
    assert job.seq == len(folded.history)
    terminal = [n for n, row in enumerate(folded.history) if row.entry.event.name in TERMINAL_EVENTS]
    assert terminal in ([], [len(folded.history) - 1])


@given(histories)
def test_first_terminal_event_wins(events: list[JobEvent]) -> None:
    job, _ = fold(*events)

    first = next((e for e in events if isinstance(e, JobCompleted | JobFailed | JobCancelled)), None)
    assert job.status.is_terminal == (first is not None)
    if first:
        assert job.status.value == first.name
        assert (job.completed_at, job.waiting_for, job.retry_at) == (
            START + timedelta(seconds=events.index(first)),
            None,
            None,
        )


@given(histories)
def test_after_the_end_only_calls_are_settled(events: list[JobEvent]) -> None:
    job, folded = fold(*events)

    kinds = [kind for kind, entry in folded.kinds if job.completed_at and entry.time > job.completed_at]
    assert set(kinds) <= {Kind.LATE_CALL, Kind.KNOWN, Kind.AFTER_END}
    assert job.late_calls == kinds.count(Kind.LATE_CALL)
    assert all(isinstance(e.event, JobCallFinished) for k, e in folded.kinds if k is Kind.LATE_CALL)


@given(histories, st.data())
def test_redelivered_and_restored_events_change_nothing(events: list[JobEvent], data: st.DataObject) -> None:
    entries = as_entries(*events)
    again = data.draw(st.lists(st.sampled_from(entries), max_size=10) if entries else st.just([]))
    once = fold_batch(nothing_folded(), entries)
    job, history = once.jobs[JOB], list(once.history)

    twice = fold_batch(once, [replace(entry, sequence=entry.sequence + 1000) for entry in again])

    assert (twice.jobs[JOB], twice.history) == (job, history)


@given(histories, st.integers(0, 25))
def test_batches_do_not_matter(events: list[JobEvent], cut: int) -> None:
    entries = as_entries(*events)
    whole = fold_batch(nothing_folded(), entries)

    parts = fold_batch(fold_batch(nothing_folded(), entries[:cut]), entries[cut:])

    assert parts == whole


@given(histories)
def test_row_says_what_the_log_of_the_job_says(events: list[JobEvent]) -> None:
    job, folded = fold(*events)

    log = JobLog(tuple(row.entry for row in folded.history))
    assert job.attempt == log.attempt
    assert list(job.items) == [item.to_wire() for item in log.items.values()]
    assert job.cancel_requested == (log.cancel is not None)
    assert job.updated_at == (log.entries[-1].time if log.entries else None)


@given(histories)
def test_usage_counts_each_call_once(events: list[JobEvent]) -> None:
    job, folded = fold(*events)

    settled = [entry.event for entry in folded.calls if isinstance(entry.event, JobCallFinished)]
    assert len({call.call_id for call in settled}) == len(settled)
    assert job.input_tokens == 7 * len(settled)
    assert job.output_tokens == 5 * len(settled)
    assert (job.cache_read_tokens, job.cache_write_tokens) == (3 * len(settled), 2 * len(settled))
    assert job.cost_usd == Decimal("0.01") * len(settled)
    assert job.cache_saved_usd == Decimal("0.004") * len(settled)
    wasted = [call for call in settled if call.outcome is Outcome.WASTED]
    assert job.wasted_usd == Decimal("0.01") * len(wasted)


def test_item_with_the_same_key_replaces_the_earlier_one_in_the_results_order() -> None:
    job, _ = fold(progress("b", 1, text="old"), progress("a", 0), progress("b", 1, text="new"))

    assert [(item["itemKey"], item["item"]["text"]) for item in job.items] == [("a", "x"), ("b", "new")]


def test_total_is_fixed_from_the_first_progress_on() -> None:
    job, _ = fold(progress(None, done=0, total=10), progress("a", done=1, total=12))

    assert (job.progress_done, job.progress_total) == (1, 10)


def test_start_counts_attempts_and_keeps_the_time_of_the_first() -> None:
    job, _ = fold(requested(), started(), retrying(), started())

    assert (job.attempt, job.status, job.waiting_for, job.retry_at) == (2, Status.PROCESSING, None, None)
    assert job.started_at == START + timedelta(seconds=1)


def test_job_between_attempts_stays_processing_and_says_what_it_waits_for() -> None:
    job, _ = fold(requested(), started(), retrying())
    provider, _ = fold(requested(), started(), retrying(ErrorCode.AI_UNAVAILABLE))

    assert (job.status, job.waiting_for) == (Status.PROCESSING, "retry")
    assert job.retry_at == START + timedelta(seconds=9)
    assert provider.waiting_for == "provider"


def test_an_event_may_say_better_than_its_reason_what_the_job_waits_for() -> None:
    limited, _ = fold(requested(), started(), retrying(ErrorCode.AI_UNAVAILABLE, waiting_for="rate_limit"))
    later, _ = fold(
        requested(), started(), retrying(ErrorCode.AI_UNAVAILABLE, waiting_for="rate_limit"), started()
    )

    assert (limited.waiting_for, later.waiting_for) == ("rate_limit", None)


def test_pending_job_waits_for_a_slot() -> None:
    job, _ = fold(requested())

    assert (job.status, job.waiting_for, job.seq) == (Status.PENDING, "slot", 1)


def test_copy_for_redelivery_takes_a_number_and_changes_no_state() -> None:
    job, _ = fold(requested(), started(), progress("a"), requested(redelivery=True))
    before, _ = fold(requested(), started(), progress("a"))

    assert job.seq == before.seq + 1
    assert (job.status, job.items, job.attempt) == (before.status, before.items, before.attempt)


def test_failure_keeps_its_code_and_a_text_for_the_user() -> None:
    job, _ = fold(requested(), failed())

    assert (job.status, job.error, job.error_code) == (Status.FAILED, "no", "AI_REFUSED")


def test_call_settled_after_the_end_enters_the_ledger_and_not_the_history() -> None:
    job, folded = fold(requested(), started(), call_started(CALLS[0]), completed(), call_finished(CALLS[0]))

    assert (job.seq, job.late_calls, job.input_tokens) == (4, 1, 7)
    assert [entry.event.name for entry in folded.calls] == ["call_started", "call_finished"]


def test_event_of_an_unknown_job_is_foreign() -> None:
    other = JOB.int + 1
    event = requested().model_copy(update={"job_id": UUID(int=other)})

    folded = fold_batch(nothing_folded(), as_entries(event))

    assert (folded.kinds[0][0], folded.changed) == (Kind.FOREIGN, set())


def test_event_under_another_type_or_user_does_not_touch_the_job() -> None:
    wrong_type = started().model_copy(update={"job_type": "polish"})
    wrong_user = started().model_copy(update={"user_id": JOB})

    job, folded = fold(wrong_type, wrong_user)

    assert [kind for kind, _ in folded.kinds] == [Kind.FOREIGN, Kind.FOREIGN]
    assert job.seq == 0


def test_end_without_texts_tells_tables_that_did_not_know_of_the_erasure() -> None:
    erased = completed().model_copy(update={"result": {}, "erased": True})

    _, new = fold(requested(), started(), erased)
    known = fold_batch(nothing_folded(), as_entries(requested(), started(), completed()))
    known.known |= {"e2"}
    again = fold_batch(known, [replace(as_entries(erased)[0], event_id="e2")])

    assert new.to_erase == again.to_erase == {JOB}
    assert again.kinds[-1][0] is Kind.KNOWN


def test_texts_of_an_erased_job_are_told_whether_the_event_is_known_or_its_row_is_gone() -> None:
    known, gone = nothing_folded(), Folded(jobs={}, known=set(), settled=set())
    known.known = {"e0"}
    known.erased = gone.erased = {JOB}

    kinds = [fold_batch(each, as_entries(requested())).kinds[0][0] for each in (known, gone)]

    assert kinds == [Kind.KNOWN, Kind.ERASED]
    assert known.came_back == gone.came_back == {JOB}


def test_what_is_left_of_an_erased_job_and_texts_of_others_are_no_news() -> None:
    erased, other = nothing_folded(), nothing_folded()
    erased.erased = {JOB}
    left = [without_texts(event) for event in (requested(), call_started(CALLS[0]), completed())]

    assert fold_batch(erased, as_entries(*left)).came_back == set()
    assert fold_batch(other, as_entries(requested())).came_back == set()


def test_end_without_texts_of_a_job_that_is_to_be_erased_or_not_here_is_no_news() -> None:
    erased = as_entries(completed().model_copy(update={"result": {}, "erased": True}))
    ordered, elsewhere = nothing_folded(), Folded(jobs={}, known=set(), settled=set())
    ordered.erased = {JOB}

    assert fold_batch(ordered, erased).to_erase == fold_batch(elsewhere, erased).to_erase == set()
