"""Unknown variables are reported, with the one that was probably meant."""

from pathlib import Path

import pytest
from lodestone.errors import Misconfigured
from lodestone.settings import BusSettings, read_settings, unknown_variables
from lodestone.worker.settings import WorkerSettings


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


def test_a_secret_may_be_a_file_and_the_environment_goes_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "LODESTONE_NATS_URL").write_text("nats://relay:p@nats:4222\n")
    (tmp_path / "LODESTONE_NATS_URLS").write_text('{"reconciler": "nats://reconciler:p@nats:4222"}')
    (tmp_path / "ANTHROPIC_API_KEY").write_text("sk-from-a-file\n")
    monkeypatch.setenv("LODESTONE_SECRETS_FOLDER", str(tmp_path))

    found = read_settings(WorkerSettings)

    assert found.nats_url == "nats://relay:p@nats:4222"
    assert found.nats_urls == {"reconciler": "nats://reconciler:p@nats:4222"}
    assert found.anthropic_api_key.get_secret_value() == "sk-from-a-file"
    monkeypatch.setenv("LODESTONE_NATS_URL", "nats://other:4222")
    assert read_settings(BusSettings).nats_url == "nats://other:4222"


def test_a_secret_that_cannot_be_read_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LODESTONE_SECRETS_FOLDER", str(tmp_path / "none"))

    with pytest.raises(Misconfigured, match=r"LODESTONE_SECRETS_FOLDER names .*none, which cannot be read"):
        read_settings(BusSettings)


def test_a_misspelt_secret_is_named_like_a_misspelt_variable(tmp_path: Path) -> None:
    (tmp_path / "LODESTONE_JWT_SECERT").write_text("x")
    (tmp_path / "ca.pem").write_text("x")

    assert unknown_variables({"LODESTONE_SECRETS_FOLDER": str(tmp_path)}) == {
        "LODESTONE_JWT_SECERT": "LODESTONE_JWT_SECRET"
    }
