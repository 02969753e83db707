"""What a lost log lacks, and the order in which it is restored."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from lodestone.events import EVENTS, JobCancelRequested, JobEvent, JobProgress, JobRequested
from lodestone.job_log import Entry, JobLog
from lodestone.status import Status
from lodestone_gateway.jobs.restore import Record, record_of
from lodestone_gateway.store.tables import JobEventRow, OutboxRow

JOB = UUID("0199aa00-0000-7000-8000-000000000001")
USER = UUID("0199aa00-0000-7000-8000-000000000002")
START = datetime(2026, 11, 24, 10, tzinfo=UTC)
REQUESTED = JobRequested(
    job_id=JOB,
    job_type="ideation",
    user_id=USER,
    attempt=0,
    input={},
    max_attempts=3,
    deadline_at=START + timedelta(minutes=10),
)
CANCEL = JobCancelRequested(**REQUESTED.of_job(0), requested_by=USER)
PROGRESS = JobProgress(**REQUESTED.of_job(1), done=0, total=1, message="m")


def folded(seq: int, event_id: str, event: JobEvent) -> JobEventRow:
    return JobEventRow(
        job_id=JOB,
        user_id=USER,
        seq=seq,
        event_id=event_id,
        event=event.name,
        time=START,
        attempt=event.attempt,
        body=event.body(),
        source="test",
        stream_sequence=seq,
    )


def queued(event_id: str, event: JobEvent, *, marked: bool) -> OutboxRow:
    return OutboxRow(
        event_id=event_id,
        job_id=JOB,
        user_id=USER,
        job_type="ideation",
        event=event.name,
        body=event.body(),
        time=START,
        published_at=START if marked else None,
    )


def log_of(*event_ids: str) -> JobLog:
    return JobLog(tuple(Entry(n + 1, id, START, REQUESTED) for n, id in enumerate(event_ids)))


def missing(record: Record, log: JobLog, *, with_unmarked: bool = False) -> list[str]:
    return [entry.event_id for entry in record.missing(log, with_unmarked=with_unmarked)]


FULL = record_of(
    Status.PROCESSING,
    [folded(1, "r", REQUESTED), folded(2, "p1", PROGRESS), folded(3, "p2", PROGRESS)],
    [queued("r", REQUESTED, marked=True), queued("c", CANCEL, marked=True)],
)


def test_request_comes_first_then_history_by_seq_then_an_accepted_cancel() -> None:
    assert missing(FULL, log_of()) == ["r", "p1", "p2", "c"]


def test_what_the_log_holds_is_not_written_twice() -> None:
    assert missing(FULL, log_of("r", "p1")) == ["p2", "c"]


def test_cancel_that_is_in_the_history_keeps_its_place() -> None:
    record = record_of(
        Status.PROCESSING,
        [folded(1, "r", REQUESTED), folded(2, "c", CANCEL), folded(3, "p1", PROGRESS)],
        [queued("r", REQUESTED, marked=True), queued("c", CANCEL, marked=True)],
    )

    assert missing(record, log_of()) == ["r", "c", "p1"]


def test_cancel_that_was_not_published_is_left_to_the_relay() -> None:
    record = record_of(
        Status.PENDING, [], [queued("r", REQUESTED, marked=True), queued("c", CANCEL, marked=False)]
    )

    assert missing(record, log_of()) == ["r"]


def test_request_that_was_not_published_is_written_only_when_asked_for() -> None:
    record = record_of(Status.PENDING, [], [queued("r", REQUESTED, marked=False)])

    assert missing(record, log_of()) == []
    assert missing(record, log_of(), with_unmarked=True) == ["r"]


def test_request_is_found_in_the_history_when_the_outbox_no_longer_has_it() -> None:
    record = record_of(Status.PROCESSING, [folded(1, "r", REQUESTED), folded(2, "p1", PROGRESS)], [])

    assert record.requested
    assert record.requested.event == REQUESTED
    assert missing(record, log_of()) == ["r", "p1"]


def test_events_come_back_with_their_own_id_time_and_body() -> None:
    entry = FULL.missing(log_of("r"), with_unmarked=False)[0]

    assert (entry.event_id, entry.time, entry.event) == ("p1", START, PROGRESS)
    assert isinstance(entry.event, EVENTS["progress"])
