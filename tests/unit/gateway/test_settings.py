"""Limits that cannot be meant are refused at the start, in a sentence that names the variable."""

from datetime import timedelta

import pytest
from lodestone.clock import now
from lodestone.errors import Misconfigured
from lodestone.settings import Settings, read_settings
from lodestone_gateway.settings import GatewaySettings, ProjectorSettings

NEEDED = {
    "LODESTONE_NATS_URL": "nats://127.0.0.1:9",
    "LODESTONE_DATABASE_URL": "postgresql://127.0.0.1:9/none",
    "LODESTONE_JWT_SECRET": "a secret of at least thirty-two bytes",
    "LODESTONE_JWT_AUDIENCE": "lodestone",
    "LODESTONE_JWT_ISSUER": "https://login.example.com",
}
LIMITS: list[tuple[str, type[Settings]]] = [
    ("LODESTONE_STREAMS_PER_USER", GatewaySettings),
    ("LODESTONE_CONNECTIONS_PER_ADDRESS", GatewaySettings),
    ("LODESTONE_SPEND_AN_HOUR", ProjectorSettings),
    ("LODESTONE_KEEP_TEXTS_DAYS", ProjectorSettings),
    ("LODESTONE_KEEP_JOBS_DAYS", ProjectorSettings),
    ("LODESTONE_KEEP_DRAFTS_DAYS", ProjectorSettings),
    ("LODESTONE_KEEP_BIN_DAYS", ProjectorSettings),
    ("LODESTONE_KEEP_BIN_DAYS", GatewaySettings),
    ("LODESTONE_KEEP_DEAD_EVENTS_DAYS", ProjectorSettings),
    ("LODESTONE_KEEP_DEAD_EVENTS", ProjectorSettings),
]
NEVER = timedelta()
UNREADABLE = 'must be like "60/minute"'
UNREASONABLE = "must be 1 to 1,000,000,000 jobs, in a second to a year"


@pytest.fixture(autouse=True)
def needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        ("often", UNREADABLE),
        ("-5/minute", UNREADABLE),
        ("nan/minute", UNREADABLE),
        ("1.5/minute", UNREADABLE),
        (f"{'9' * 5_000}/minute", UNREADABLE),
        ("0/minute", UNREASONABLE),
        ("1000000001/minute", UNREASONABLE),
        ("5 per 3 years", UNREASONABLE),
    ],
)
def test_a_rate_limit_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, rate: str, said: str) -> None:
    monkeypatch.setenv("LODESTONE_RATE_LIMIT", rate)

    with pytest.raises(Misconfigured, match=f"LODESTONE_RATE_LIMIT: .*{said}"):
        read_settings(GatewaySettings)


@pytest.mark.parametrize("pace", ["-1", "0", "nan", "inf", "1e300", "many"])
def test_a_pace_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, pace: str) -> None:
    monkeypatch.setenv("LODESTONE_REQUESTS_PER_SECOND", pace)

    with pytest.raises(Misconfigured, match="LODESTONE_REQUESTS_PER_SECOND: "):
        read_settings(GatewaySettings)


def test_all_processes_together_answer_four_times_as_much_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = []
    for pace in ("25", "0.001"):
        monkeypatch.setenv("LODESTONE_REQUESTS_PER_SECOND", pace)
        rates.append(read_settings(GatewaySettings).request_rate)

    assert [(rate.amount, rate.get_expiry()) for rate in rates] == [(6_000, 60), (1, 60)]


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "1e300", "9" * 40, "9" * 5_000, "many", "1,5"])
@pytest.mark.parametrize(("name", "model"), LIMITS)
def test_a_limit_that_cannot_be_meant_is_a_sentence_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, model: type[Settings], value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(Misconfigured, match=f"{name}: Input should be|{name}: Unable to parse"):
        read_settings(model)


@pytest.mark.parametrize(("name", "model"), LIMITS)
def test_a_limit_that_is_missing_or_blank_is_the_default(
    monkeypatch: pytest.MonkeyPatch, name: str, model: type[Settings]
) -> None:
    monkeypatch.delenv(name, raising=False)
    without = read_settings(model)
    monkeypatch.setenv(name, " ")

    assert read_settings(model) == without


def test_the_longest_time_for_which_anything_is_kept_is_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TEXTS", "JOBS", "DRAFTS", "BIN", "DEAD_EVENTS"):
        monkeypatch.setenv(f"LODESTONE_KEEP_{name}_DAYS", "36500")

    kept = read_settings(ProjectorSettings).retention

    assert (
        now() - max(kept.texts or NEVER, kept.jobs or NEVER, kept.drafts or NEVER, kept.dead_events) < now()
    )
