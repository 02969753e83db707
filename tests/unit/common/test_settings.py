"""Unknown variables are reported, with the one that was probably meant."""

import pytest
from lodestone.errors import Misconfigured
from lodestone.settings import BusSettings, read_settings, unknown_variables


def test_a_misspelt_variable_is_named_with_the_nearest() -> None:
    env = {"LODESTONE_RATE_LIMT": "1", "LODESTONE_SLOT": "1", "LODESTONE_ANTHROPIC_APIKEY": "k"}

    assert unknown_variables(env) == {
        "LODESTONE_RATE_LIMT": "LODESTONE_RATE_LIMIT",
        "LODESTONE_SLOT": "LODESTONE_SLOTS",
        "LODESTONE_ANTHROPIC_APIKEY": "LODESTONE_ANTHROPIC_API_KEY",
    }


def test_a_variable_that_is_like_none_is_named_alone() -> None:
    assert unknown_variables({"LODESTONE_COFFEE": "1"}) == {"LODESTONE_COFFEE": None}


def test_what_some_process_or_tool_reads_is_known() -> None:
    names = (
        "NATS_URL",
        "DATABASE_URLS",
        "SLOTS",
        "PORT",
        "READY_FILE",
        "LOCAL",
        "NATS_PASSWORD_RELAY",
        "TEST_X",
    )

    assert unknown_variables({f"LODESTONE_{name}": "" for name in names} | {"LODE": ""}) == {}


def test_json_that_is_none_is_told_by_its_variable_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LODESTONE_NATS_URL", "nats://operator:p@127.0.0.1:4222")
    monkeypatch.setenv("LODESTONE_NATS_URLS", "{relay: nats://relay:hidden@127.0.0.1:4222}")

    with pytest.raises(Misconfigured, match="LODESTONE_NATS_URLS: is not JSON") as told:
        read_settings(BusSettings)

    assert "hidden" not in str(told.value)
