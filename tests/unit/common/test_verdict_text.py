"""A verdict on a terminal: one text for `lodestone ops why` and `lodestone-gateway why`."""

from lodestone.verdict_text import verdict_text
from lodestone.wire import JsonObject

CAUSE: JsonObject = {
    "code": "slot",
    "text": "32 of 32 slots are in use.",
    "evidence": {"slots": 32, "free": None},
    "ageSeconds": 4,
    "advice": "Add processes or slots.",
}
JOB: JsonObject = {"id": "1", "userId": "2", "jobType": "polish", "status": "pending", "verdict": [CAUSE]}
SPAN = {"p50At": "2026-11-29T08:00:00.000Z", "p90At": "2026-11-29T08:01:00.000Z"}


def test_each_cause_has_what_it_rests_on_and_what_to_do() -> None:
    assert verdict_text(JOB).splitlines() == [
        "polish 1 of user 2: pending",
        "1. slot: 32 of 32 slots are in use.",
        "   Seen 4 s ago: slots 32",
        "   To do: Add processes or slots.",
    ]


def test_an_estimate_comes_last_with_what_it_rests_on() -> None:
    estimate = {"begins": None, "ends": SPAN, "runs": 12, "unknownBecause": None}

    assert verdict_text({**JOB, "estimate": estimate}).splitlines()[-1] == (
        "Half of such jobs, by 12 recent runs:"
        " ends by 2026-11-29T08:00:00.000Z, nine of ten by 2026-11-29T08:01:00.000Z"
    )


def test_an_unknown_end_says_why() -> None:
    estimate = {"begins": None, "ends": None, "runs": 0, "unknownBecause": "no_recent_runs"}

    assert verdict_text({**JOB, "estimate": estimate}).splitlines()[-1] == (
        "When it begins and ends is unknown: no_recent_runs"
    )
