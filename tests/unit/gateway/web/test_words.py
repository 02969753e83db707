"""Money and times as the pages write them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from lodestone.clock import now
from lodestone.ids import new_id
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.verdict.model import Estimate, Span
from lodestone_gateway.web import words

PAUSED = Holds.of(["ideation"], [])
OWNER = new_id()


@pytest.mark.parametrize(
    ("amount", "text"), [("0", "$0.00"), ("0.004", "under $0.01"), ("0.114", "$0.11"), ("4.1", "$4.10")]
)
def test_money(amount: str, text: str) -> None:
    assert words.usd(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("job_type", "status", "done", "text"),
    [
        ("ideation", "processing", 0, "1 idea set"),
        ("ideation", "completed", 10, "1 idea set"),
        ("ideation", "cancelled", 3, "1 idea set"),
        ("ideation", "failed", 0, "Nothing"),
        ("posts", "completed", 3, "Included"),
    ],
)
def test_an_owner_is_told_what_it_takes_of_the_plan(job_type: str, status: str, done: int, text: str) -> None:
    columns: dict[str, Any] = {"job_type": job_type, "status": status, "cost_usd": Decimal("0.04")}
    job = BackgroundJob(**columns, progress_done=done)

    assert words.counted(job) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "10 seconds"), (31, "40 seconds"), (51, "1 minute"), (61, "2 minutes")]
)
def test_how_long_it_usually_takes(seconds: float, text: str) -> None:
    assert words.usually(seconds) == f"Usually takes about {text}."


@pytest.mark.parametrize(
    ("seconds", "text"), [(-3, "0:00"), (14.9, "0:14"), (61, "1:01"), (3_725, "1:02:05")]
)
def test_clock(seconds: float, text: str) -> None:
    assert words.clock(timedelta(seconds=seconds)) == text


def job(status: str, waiting_for: str | None) -> BackgroundJob:
    columns: dict[str, Any] = {"job_type": "ideation", "status": status, "waiting_for": waiting_for}
    return BackgroundJob(**columns, progress_message="")


@pytest.mark.parametrize("status", ["pending", "processing"])
def test_a_pause_is_told(status: str) -> None:
    held = job(status, "slot")

    assert words.waiting(held, PAUSED).startswith("We have paused this kind of work.")
    assert words.doing(held, PAUSED) == "Paused"
    assert words.state(held).word == "Waiting"
    assert words.waiting(job(status, None), PAUSED) == ""


def test_a_job_that_others_come_before_says_so() -> None:
    waits = job("pending", "slot")
    others = Holds.of([], [("ideation", False, 9, 0.5)])

    assert words.waiting(waits, others) == "Others asked before you. It starts when it is your turn."
    assert words.doing(waits, others) == "Waiting"


def test_a_job_that_waits_for_another_of_its_owner_says_so() -> None:
    waits = job("pending", "slot")
    own = Holds.of([], [("ideation", False, 9, 0.5)], [("ideation", waits.user_id)])

    assert words.waiting(waits, own).startswith("You have reached the limit of jobs running at once.")
    assert words.doing(waits, own) == "Waiting"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "within a minute."),
        (40, "within a minute."),
        (61, "in about 2 minutes."),
        (600, "in about 10 minutes."),
    ],
)
def test_about_how_long_a_job_waits(seconds: float, text: str) -> None:
    assert words.about(now() + timedelta(seconds=seconds)) == f"That should be {text}"


@pytest.mark.parametrize("reason", ["turn", "cap", "spend", "a reason of a later version"])
def test_whatever_a_job_waits_for_it_is_shown_as_waiting(reason: str) -> None:
    waits = job("processing", reason)

    assert words.waiting(waits, Holds())
    assert (words.doing(waits, Holds()), words.state(waits).word) == ("Waiting", "Waiting")
    assert words.waiting(job("completed", reason), Holds()) == ""


@pytest.mark.parametrize("last", ["🚀", "👩‍🚀", "👍🏽", "é", "🇮🇱"])
def test_a_title_is_cut_between_what_readers_see_as_characters(last: str) -> None:
    text = "x" * 78 + last * 3

    assert words.cut_text(text, 80) == "x" * 78 + last + "…"
    assert words.cut_text("x" * 78 + last * 2, 80) == "x" * 78 + last * 2


def test_a_job_type_without_words_is_called_by_its_name() -> None:
    assert (words.label("posts"), words.unit("posts")) == ("Posts", "posts")
    assert (words.label("carousel"), words.unit("carousel")) == ("Carousel", "pieces")


def within(seconds: float | None) -> Span | None:
    if seconds is None:
        return None
    at = now() + timedelta(seconds=seconds)
    return Span(p50_at=at, p90_at=at)


@pytest.mark.parametrize(
    ("begins", "half", "most", "told"),
    [
        (None, 4.5, 8, "It should be done in about 10 seconds."),
        (
            1,
            24.5,
            44.5,
            "It should be done in about 30 seconds, and nine times out of ten within 50 seconds.",
        ),
        (1, 59.5, 100, "It should be done in about 1 minute, and nine times out of ten within 2 minutes."),
        (130, 200, 210, "It should start in about 3 minutes and be done in about 4 minutes."),
        (None, None, None, ""),
    ],
)
def test_a_job_is_done_in_about_so_long(
    begins: float | None, half: float | None, most: float | None, told: str
) -> None:
    ends = (
        None
        if half is None or most is None
        else Span(p50_at=now() + timedelta(seconds=half), p90_at=now() + timedelta(seconds=most))
    )

    estimate = Estimate(begins=within(begins), ends=ends, runs=9, unknown_because=None)

    assert words.expected(estimate) == told


@pytest.mark.parametrize(
    ("holds", "told"),
    [
        (Holds.of([], [], paused_users=[OWNER]), "We have paused your jobs."),
        (Holds.of([], [], resumed=["ideation"]), "We are starting what was paused"),
        (Holds.of(["ideation"], [], paused_users=[OWNER]), "We have paused this kind of work."),
    ],
)
def test_an_owner_is_told_which_pause_holds_a_job(holds: Holds, told: str) -> None:
    waits = job("pending", "slot")
    waits.user_id = OWNER

    assert words.waiting(waits, holds).startswith(told)
