"""Limits that cannot be meant are refused at the start, in a sentence that names the variable."""

import pytest
from lodestone.errors import Misconfigured
from lodestone.settings import read_settings
from lodestone_gateway.settings import GatewaySettings

NEEDED = {
    "LODESTONE_NATS_URL": "nats://127.0.0.1:9",
    "LODESTONE_DATABASE_URL": "postgresql://127.0.0.1:9/none",
    "LODESTONE_JWT_SECRET": "a secret of at least thirty-two bytes",
    "LODESTONE_JWT_AUDIENCE": "lodestone",
    "LODESTONE_JWT_ISSUER": "https://login.example.com",
}
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
