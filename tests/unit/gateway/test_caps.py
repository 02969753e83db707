"""The caps of the plans: defaults, changes, and sentences for settings that cannot be meant."""

import json
from decimal import Decimal
from typing import Any

import pytest
from lodestone.errors import Misconfigured
from lodestone.jobs import JOB_TYPES
from lodestone.settings import read_settings
from lodestone_gateway.caps import DEFAULTS, caps_by_plan, explained, session_setting
from lodestone_gateway.settings import GatewaySettings

NOTHING: dict[str, Any] = {}


def test_without_changes_each_plan_has_its_defaults() -> None:
    assert caps_by_plan(NOTHING) == DEFAULTS


def test_a_change_leaves_everything_else_as_it_was() -> None:
    caps = caps_by_plan({"free": {"spendADay": 7.5, "jobsADay": {"posts": 3}, "liveJobs": None}})

    free = caps["free"]
    assert (free.spend_a_day, free.spend_a_month) == (Decimal("7.5"), DEFAULTS["free"].spend_a_month)
    assert free.live_jobs is None
    assert free.jobs_a_day == {**DEFAULTS["free"].jobs_a_day, "posts": 3}
    assert {plan: caps[plan] for plan in ("pro", "unlimited")} == {
        plan: DEFAULTS[plan] for plan in ("pro", "unlimited")
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('{"golden": {}}', "there is no plan golden; plans: free, pro, unlimited"),
        ('{"free": {"coffee": 1}}', "there is no cap free.coffee; caps: spendADay"),
        ('{"free": {"jobsADay": {"tea": 1}}}', "free.jobsADay: there is no job type tea"),
        ('{"free": null}', "Input should be a valid dictionary"),
        ('{"free": {"jobsADay": 7}}', "free.jobsADay: Input should be a valid dictionary"),
        ('{"free": {"spendADay": -1}}', "free.spendADay: Input should be greater than or equal to 0"),
        ('{"free": {"spendADay": NaN}}', "free.spendADay: Input should be a finite number"),
        ('{"free": {"spendADay": Infinity}}', "free.spendADay: Input should be a finite number"),
        ('{"free": {"spendAMonth": 1e300}}', "free.spendAMonth: Input should be less than or equal to"),
        ('{"pro": {"liveJobs": 2.5}}', "pro.liveJobs: Input should be a valid integer"),
        ('{"pro": {"liveJobs": "many"}}', "pro.liveJobs: Input should be a valid integer"),
        (f'{{"pro": {{"liveJobs": {10**40}}}}}', "pro.liveJobs: Input should be less than or equal to"),
        ('{"pro": {"jobsADay": {"posts": -3}}}', "pro.jobsADay.posts: Input should be greater than or equal"),
        ("{", "is not JSON"),
        ("[]", "Input should be a valid dictionary"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence_at_the_start(
    monkeypatch: pytest.MonkeyPatch, given: str, told: str
) -> None:
    monkeypatch.setenv("LODESTONE_CAPS", given)

    with pytest.raises(Misconfigured) as refused:
        read_settings(GatewaySettings)

    [problem] = [each for each in str(refused.value).split("; LODESTONE_") if "CAPS" in each]
    assert told in problem


def test_no_type_has_a_cap_where_that_of_all_is_none() -> None:
    assert caps_by_plan({"free": {"jobsADay": None}})["free"].jobs_a_day == {}


def test_the_database_gets_what_is_capped_and_nothing_else() -> None:
    caps = caps_by_plan({"free": {"spendADay": None, "jobsADay": dict.fromkeys(JOB_TYPES)}})

    [value] = session_setting(caps).values()

    assert not any(character.isspace() for character in value), "an option of the connection ends there"
    told = json.loads(value)
    assert {"spendADay", "jobsADay"}.isdisjoint(told["plans"]["free"])
    assert told["plans"]["free"]["liveJobs"] == 20
    assert told["plans"]["unlimited"].keys() == {"drafts", "draftBytes"}
    assert {name: Decimal(usd) for name, usd in told["estimates"].items()} == {
        name: kind.estimate_usd for name, kind in JOB_TYPES.items()
    }


def test_no_owner_meets_the_estimates_of_the_jobs_that_their_plan_allows_at_a_time() -> None:
    dearest = max(kind.estimate_usd for kind in JOB_TYPES.values())

    for caps in DEFAULTS.values():
        assert caps.spend_a_day is None or caps.spend_a_day >= 10 * dearest


def test_every_cap_is_in_the_table_of_the_page() -> None:
    rows = [row for row in explained().splitlines() if row.startswith("| `")]

    assert len(rows) == len(type(DEFAULTS["free"]).model_fields)
    assert "| `liveJobs` | 20 | 200 | – |" in explained()
