"""What the reconciler makes of a job's log, its row, and what the broker says of its durable."""

from datetime import timedelta
from typing import Any

import pytest
from lodestone.errors import ErrorCode
from lodestone.events import JobCancelled, JobFailed, JobRequested, Reason
from lodestone.job_log import JobLog
from lodestone.judgement import AskOwner, Cancel, Fail, Owner, Redeliver, Repair, Restore, Wait
from lodestone_gateway.reconciler import app
from lodestone_gateway.reconciler.app import _decide, _event_for, _may_deliver
from lodestone_gateway.reconciler.presence import _state
from lodestone_gateway.reconciler.scan import RowView, Suspect
from nats.js.api import ConsumerConfig, ConsumerInfo, SequenceInfo
from support.logs import FIRST_SEQUENCE, JOB, ME, after, log_of, progress, requested, started

LATE = Reason(code=ErrorCode.DEADLINE_EXCEEDED, message="It took too long.")
NOW = after(300)


def durable(*, acknowledged: int | None = None, **says: Any) -> ConsumerInfo:
    floor = SequenceInfo(1, acknowledged) if acknowledged is not None else None
    return ConsumerInfo("ideation", "JOBS", ConsumerConfig(), NOW, ack_floor=floor, **says)


NOTHING = durable()
RUNNING = log_of(requested(), started())


@pytest.fixture(autouse=True)
def at_that_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long after the last event of the logs."""
    monkeypatch.setattr(app, "now", lambda: NOW)


def decide(log: JobLog = RUNNING, *, overdue: bool = False, **given: Any) -> Repair:
    deadline_at = NOW + timedelta(hours=-1 if overdue else 1)
    row = RowView(given.pop("is_terminal", False), frozenset(given.pop("event_ids", ())))
    asked: dict[str, Any] = {"consumer": NOTHING, "owner": Owner.NOT_ASKED} | given
    return _decide(Suspect(JOB, "ideation", deadline_at), log, row, asked["consumer"], asked["owner"])


@pytest.mark.parametrize(
    ("consumer", "log", "may"),
    [
        (None, RUNNING, True),
        (NOTHING, RUNNING, False),
        (durable(num_pending=0, num_ack_pending=0), RUNNING, False),
        (durable(num_pending=1), RUNNING, True),
        (durable(num_ack_pending=1), RUNNING, True),
        (durable(num_pending=1, acknowledged=FIRST_SEQUENCE - 1), RUNNING, True),
        (durable(num_pending=1, acknowledged=FIRST_SEQUENCE), RUNNING, False),
        (durable(num_pending=1, acknowledged=FIRST_SEQUENCE + 9), RUNNING, False),
        (
            durable(num_pending=1, acknowledged=FIRST_SEQUENCE + 1),
            log_of(requested(), started(), requested(redelivery=True)),
            True,
        ),
        (durable(num_pending=1), JobLog(), False),
    ],
    ids=[
        "not asked",
        "nothing said",
        "empty",
        "one waits",
        "one runs",
        "acknowledged up to it",
        "acknowledged",
        "acknowledged beyond it",
        "asked for again",
        "no log",
    ],
)
def test_a_durable_may_deliver_a_job_until_its_newest_request_is_acknowledged(
    consumer: ConsumerInfo | None, log: JobLog, may: bool
) -> None:
    assert _may_deliver(consumer, log) is may


@pytest.mark.parametrize(
    ("given", "repair"),
    [
        ({"is_terminal": True, "overdue": True}, Wait),
        ({"is_terminal": True, "event_ids": {"lost"}}, Wait),
        ({"event_ids": {"event-0", "event-1"}, "consumer": durable(num_ack_pending=1)}, Wait),
        ({"event_ids": {"event-0", "lost"}}, Restore),
        ({"consumer": None}, Wait),
        ({}, AskOwner),
        ({"owner": Owner.GONE}, Redeliver),
        ({"owner": Owner.HAS_IT}, Wait),
        ({"overdue": True, "owner": Owner.GONE}, Fail),
    ],
    ids=[
        "its row has ended",
        "its row has ended, its log is lost",
        "all is well",
        "its log lacks an event",
        "the broker was not asked",
        "nothing waits for its worker",
        "its worker is gone",
        "its worker lives",
        "it is overdue",
    ],
)
def test_a_job_is_repaired_by_what_was_read_of_it(given: dict[str, Any], repair: type[Repair]) -> None:
    assert type(decide(**given)) is repair


def test_the_event_of_a_repair_is_made_of_the_request_and_the_log() -> None:
    log = log_of(requested(), started(), progress("a", text="kept"))
    failed = _event_for(Fail(LATE), requested(), log)
    cancelled = _event_for(Cancel(), requested(), log)
    again = _event_for(Redeliver(), requested(), log)

    assert isinstance(failed, JobFailed)
    assert failed.error == LATE
    assert isinstance(cancelled, JobCancelled)
    assert cancelled.kept == [{"text": "kept"}]
    assert isinstance(again, JobRequested)
    assert again == requested(redelivery=True)


@pytest.mark.parametrize(
    ("says", "state"),
    [
        ({}, (0, 0, 0, 0, False)),
        (
            {"num_pending": 1, "num_ack_pending": 2, "num_redelivered": 3, "num_waiting": 4, "paused": True},
            (1, 2, 3, 4, True),
        ),
    ],
)
def test_what_the_broker_leaves_out_counts_as_nothing(
    says: dict[str, Any], state: tuple[int, int, int, int, bool]
) -> None:
    row = _state(durable(**says))
    names = ("pending", "ack_pending", "redelivered", "waiting_pulls", "is_paused")

    assert tuple(row[name] for name in names) == state
    assert row["name"] == "ideation"


def test_the_owner_is_asked_by_name() -> None:
    assert decide() == AskOwner(worker_id=ME)
