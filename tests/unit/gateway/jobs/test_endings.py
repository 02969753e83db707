"""The ends that the gateway writes itself: what they keep of the job, and what it cost."""

from decimal import Decimal

from lodestone.errors import ErrorCode
from lodestone.events import Reason, Usage
from lodestone.job_log import JobLog
from lodestone_gateway.jobs.endings import cancelled, failed
from support.logs import CALLS, call_finished, call_started, log_of, progress, requested, started

LATE = Reason(code=ErrorCode.DEADLINE_EXCEEDED, message="It took too long.")
RUN = log_of(
    requested(),
    started(),
    progress("b", 1, "second"),
    progress("a", 0, "first"),
    progress("b", 1, "second, again"),
    call_started(),
    call_finished(),
    call_started(CALLS[1]),
    call_finished(CALLS[1]),
)


def test_a_cancelled_job_keeps_the_newest_of_each_item_in_order_and_its_cost() -> None:
    end = cancelled(requested(), RUN)

    assert end.kept == [{"text": "first"}, {"text": "second, again"}]
    assert end.usage.cost_usd == Decimal("0.02")
    assert (end.usage.input_tokens, end.usage.output_tokens) == (14, 10)
    assert end.attempt == 1


def test_a_failed_job_says_why_and_what_it_cost() -> None:
    end = failed(requested(), RUN, LATE)

    assert end.error == LATE
    assert end.usage.cost_usd == Decimal("0.02")
    assert end.attempt == 1


def test_a_job_that_never_started_ends_with_nothing() -> None:
    for log in (JobLog(), log_of(requested())):
        end = cancelled(requested(), log)
        assert (end.kept, end.usage, end.attempt) == ([], Usage(), 0)
        assert failed(requested(), log, LATE).attempt == 0


def test_the_end_belongs_to_the_same_job() -> None:
    ends = (cancelled(requested(), RUN), failed(requested(), RUN, LATE))

    for end in ends:
        asked = requested()
        assert (end.job_id, end.job_type, end.user_id) == (asked.job_id, asked.job_type, asked.user_id)
