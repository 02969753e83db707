"""The estimate for a call that nobody settled."""

from decimal import Decimal
from typing import Any

import pytest
from lodestone.events import JobCallFinished, JobCallStarted, KeptItem, Outcome
from lodestone.job_log import JobLog
from lodestone.spend import estimate_tokens, is_affordable, write_off
from support.logs import (
    CALLS,
    ME,
    OTHER,
    and_then,
    call_finished,
    call_started,
    log_of,
    progress,
    requested,
    started,
)

FIRST, SECOND, THIRD = CALLS
TOLD: dict[str, Any] = {
    "max_tokens": 1_000,
    "input_tokens": 200,
    "input_cost_usd": Decimal("0.0004"),
    "max_cost_usd": Decimal("0.0104"),
}
ITEM_TOKENS = 28  # of {"text": "…"} with a text of one hundred characters


def call(call_id: Any = FIRST, **told: Any) -> JobCallStarted:
    return call_started(call_id, **(TOLD | told))


def item(key: str) -> Any:
    return progress(key, text="x" * 100)


def written_off(log: JobLog, call_id: Any = FIRST) -> JobCallFinished:
    return write_off(log, log.open_calls[call_id])


@pytest.mark.parametrize(("characters", "tokens"), [(0, 0), (1, 1), (4, 1), (5, 2)])
def test_four_characters_are_taken_for_a_token(characters: int, tokens: int) -> None:
    assert estimate_tokens(characters) == tokens


def test_a_call_that_brought_nothing_cost_its_prompt() -> None:
    settled = written_off(log_of(requested(), started(), call()))

    assert (settled.outcome, settled.estimated) == (Outcome.WASTED, True)
    assert (settled.input_tokens, settled.output_tokens, settled.cost_usd) == (200, 0, Decimal("0.0004"))
    assert settled.request_id is None


def test_items_that_it_brought_were_paid_for() -> None:
    settled = written_off(log_of(requested(), started(), call(), item("a")))

    assert settled.output_tokens == ITEM_TOKENS
    assert settled.cost_usd == Decimal("0.0004") + ITEM_TOKENS * Decimal("0.00001")


def test_what_settled_calls_wrote_is_not_paid_for_twice() -> None:
    paid = call_finished(FIRST, output_tokens=ITEM_TOKENS)
    log = log_of(requested(), started(), call(FIRST), call(SECOND), item("a"), item("b"), paid)

    assert written_off(log, SECOND).output_tokens == ITEM_TOKENS


def test_open_calls_share_what_was_written() -> None:
    log = log_of(requested(), started(), call(FIRST), call(SECOND), call(THIRD), item("a"), item("b"))
    whole = 0
    for call_id in CALLS:
        settled = written_off(log, call_id)
        log, whole = and_then(log, settled), whole + settled.output_tokens

    assert whole == 2 * ITEM_TOKENS
    assert {each.output_tokens for each in log.settled_calls.values()} <= {18, 19}


def test_an_item_of_another_attempt_or_of_the_parent_job_is_not_its_own() -> None:
    kept = KeptItem(item_key="k", item_index=0, item={"text": "x" * 100})
    retried = requested().model_copy(update={"kept": [kept]})
    log = log_of(retried, started(OTHER), item("k"), item("a"), started(ME, attempt=2), call(attempt=2))

    assert written_off(log).output_tokens == 0


def test_a_call_never_wrote_more_than_it_might() -> None:
    log = log_of(requested(), started(), call(max_tokens=10), item("a"))

    assert written_off(log).output_tokens == 10
    assert written_off(log).cost_usd == TOLD["max_cost_usd"]


def test_a_call_of_an_older_service_is_booked_at_nothing_and_flagged() -> None:
    settled = written_off(log_of(requested(), started(), call_started(FIRST)))

    assert (settled.input_tokens, settled.cost_usd, settled.estimated) == (0, Decimal(0), True)


def most(call_id: Any, usd: str) -> JobCallStarted:
    return call_started(call_id, max_cost_usd=Decimal(usd))


def test_a_call_is_affordable_while_all_that_may_come_fits_into_the_budget() -> None:
    paid = call_finished(FIRST, cost_usd=Decimal("0.10"))
    log = log_of(requested(), started(), most(FIRST, "0.90"), most(SECOND, "0.30"), paid)

    assert is_affordable(log, Decimal("0.60"), Decimal("1.00"))
    assert not is_affordable(log, Decimal("0.61"), Decimal("1.00"))


def test_what_was_wasted_is_spent_as_well() -> None:
    wasted = call_finished(FIRST, Outcome.WASTED, cost_usd=Decimal("0.95"))

    assert not is_affordable(
        log_of(requested(), started(), most(FIRST, "1"), wasted), Decimal("0.1"), Decimal(1)
    )


def test_the_first_call_of_a_job_is_refused_when_it_alone_may_cost_too_much() -> None:
    assert not is_affordable(log_of(requested(), started()), Decimal("1.01"), Decimal(1))
