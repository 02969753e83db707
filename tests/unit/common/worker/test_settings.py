"""What a service reads from its environment."""

from decimal import Decimal

import pytest
from lodestone.errors import Misconfigured
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.polish import POLISH
from lodestone.jobs.posts import POSTS
from lodestone.llm.amounts import UNLIMITED, Amount
from lodestone.settings import read_settings
from lodestone.worker.loading import load_definition
from lodestone.worker.settings import WorkerSettings


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LODESTONE_NATS_URL", "nats://127.0.0.1:4222")
    monkeypatch.setenv("LODESTONE_ANTHROPIC_API_KEY", "sk-test")


def test_budget_of_a_job_type_replaces_the_registry_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LODESTONE_BUDGETS_USD", '{"polish": "2.50"}')
    budgets = read_settings(WorkerSettings).budgets_usd

    assert load_definition(POLISH, {}, budgets).budget_usd == Decimal("2.50")
    assert load_definition(POSTS, {}, budgets).budget_usd == POSTS.budget_usd


def test_every_job_type_has_a_budget() -> None:
    assert all(load_definition(job, {}).budget_usd > 0 for job in JOB_TYPES.values())


@pytest.mark.parametrize(
    "value",
    [
        *('{"polihs": "2.50"}', '{"polish": "0"}', '{"polish": "-1"}', "2.50", '{"polish": NaN}'),
        *('{"polish": "nan"}', '{"polish": Infinity}', '{"polish": "1e300"}', '{"polish": null}'),
    ],
)
def test_budget_that_would_limit_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("LODESTONE_BUDGETS_USD", value)

    with pytest.raises(Misconfigured, match="LODESTONE_BUDGETS_USD"):
        read_settings(WorkerSettings)


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "1e300", "9" * 40, "many"])
@pytest.mark.parametrize("name", ["SLOTS", "DRAIN_SECONDS", "GRACE_SECONDS"])
def test_a_number_that_cannot_be_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"LODESTONE_{name}", value)

    with pytest.raises(Misconfigured, match=f"LODESTONE_{name}: "):
        read_settings(WorkerSettings)


def test_limits_of_the_provider_may_be_set_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "LODESTONE_PROVIDER_LIMITS", '{"claude-sonnet": {"requests": 50, "outputTokens": 8000}}'
    )

    (limit,) = read_settings(WorkerSettings).provider_limits.values()

    assert limit.amount() == Amount(50, UNLIMITED, 8_000)


@pytest.mark.parametrize(
    "value",
    [
        *('{"claude": {"requests": 0}}', '{"claude": {"requests": -1}}', '{"claude": {"requests": NaN}}'),
        *('{"claude": {"requests": 1e400}}', '{"claude": {"requests": 2000000000}}', '{"claude": {}}'),
        *('{"claude": {"tokens": 5}}', '{"claude": 50}', '{"": {"requests": 5}}', '{"a b": {"requests": 5}}'),
        *(
            '{"claude": {"requests": 5, "tokens": 5}}',
            "50",
            "[]",
            "{",
            '{"claude": {"requests": "many"}}',
            '{"claude": {"requests": 1.5}}',
        ),
    ],
)
def test_limits_of_the_provider_that_make_no_sense_are_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("LODESTONE_PROVIDER_LIMITS", value)

    with pytest.raises(Misconfigured, match="LODESTONE_PROVIDER_LIMITS: "):
        read_settings(WorkerSettings)


@pytest.mark.parametrize("name", ["LODESTONE_ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY"])
@pytest.mark.parametrize("pasted", ["sk-ant-key\n", "  sk-ant-key", "\tsk-ant-key\r\n"])
def test_a_key_that_was_pasted_with_its_line_break_is_the_key(
    monkeypatch: pytest.MonkeyPatch, name: str, pasted: str
) -> None:
    monkeypatch.setenv("LODESTONE_ANTHROPIC_API_KEY", "")
    monkeypatch.setenv(name, pasted)

    assert read_settings(WorkerSettings).anthropic_api_key.get_secret_value() == "sk-ant-key"


@pytest.mark.parametrize(
    "key", ["", " \n", "sk-ant\nkey", "sk ant key", "sk-ant-kéy", "sk-ant\x07key", "sk\u200b"]
)
def test_a_key_that_cannot_be_sent_is_refused_in_a_sentence_that_does_not_repeat_it(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("LODESTONE_ANTHROPIC_API_KEY", key)
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)

    with pytest.raises(Misconfigured, match="LODESTONE_ANTHROPIC_API_KEY") as refused:
        read_settings(WorkerSettings)

    assert "sk" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["api.example.com", "ftp://api.example.com", "https://", "https://[::", "http:/x"]
)
def test_a_provider_s_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("LODESTONE_ANTHROPIC_BASE_URL", url)

    with pytest.raises(Misconfigured, match="LODESTONE_ANTHROPIC_BASE_URL"):
        read_settings(WorkerSettings)


def test_every_setting_may_have_blanks_around_it_and_a_blank_one_is_not_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LODESTONE_NATS_URL", " nats://ideation:word@bus:4222\n")
    monkeypatch.setenv("LODESTONE_NATS_URLS", '{"relay": "nats://relay:word@bus:4222\\n"}')
    monkeypatch.setenv("LODESTONE_LOG_LEVEL", "DEBUG\n")
    monkeypatch.setenv("LODESTONE_SLOTS", " 4 ")
    monkeypatch.setenv("LODESTONE_ANTHROPIC_BASE_URL", " ")
    monkeypatch.setenv("LODESTONE_DRAIN_SECONDS", "")

    settings = read_settings(WorkerSettings)

    assert settings.nats_url == "nats://ideation:word@bus:4222"
    assert settings.nats_url_of("relay") == "nats://relay:word@bus:4222"
    assert (settings.log_level, settings.slots, settings.anthropic_base_url) == ("DEBUG", 4, None)
    assert settings.drain_seconds == 20
