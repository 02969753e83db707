"""The environment of each process of a local system: its own secrets and no others."""

import json
from pathlib import Path

import pytest
from lodestone_local.programs import Surroundings
from lodestone_local.provider import has_provider_key

SECRETS = ("LODESTONE_JWT_SECRET", "LODESTONE_DATABASE_URL", "ANTHROPIC_API_KEY")
USERS = ("gateway", "relay", "projector", "reconciler", "operator", "ideation")


def surroundings(*, embedded: bool = True) -> Surroundings:
    return Surroundings(
        nats_url="nats://given",
        nats_users={user: f"nats://{user}" for user in USERS} if embedded else {},
        database_url="postgresql://given",
        database_users={user: f"postgresql://{user}" for user in USERS if user != "ideation"}
        if embedded
        else {},
        simulator_url=None,
        secret="secret",
        gateway_port=0,
        subscribers_file=Path("subscribers.json"),
    )


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell with an API key and a database URL."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key")
    monkeypatch.setenv("LODESTONE_DATABASE_URL", "postgresql://given")


@pytest.mark.parametrize("embedded", [True, False])
@pytest.mark.parametrize(
    ("users", "told"),
    [
        (("gateway",), {"LODESTONE_JWT_SECRET", "LODESTONE_DATABASE_URL"}),
        (("relay",), {"LODESTONE_DATABASE_URL"}),
        (("projector", "reconciler"), {"LODESTONE_DATABASE_URL"}),
        (("ideation",), {"ANTHROPIC_API_KEY"}),
        (USERS, set(SECRETS)),
    ],
)
def test_a_process_is_told_its_own_secrets(users: tuple[str, ...], told: set[str], embedded: bool) -> None:
    env = surroundings(embedded=embedded).environment(*users)

    assert {name for name in SECRETS if name in env} == told


def test_a_process_signs_in_as_itself() -> None:
    env = surroundings().environment("projector", "reconciler")

    assert env["LODESTONE_NATS_URL"] == "nats://projector"
    assert json.loads(env["LODESTONE_NATS_URLS"]) == {
        "projector": "nats://projector",
        "reconciler": "nats://reconciler",
    }
    assert set(json.loads(env["LODESTONE_DATABASE_URLS"])) == {"projector", "reconciler"}


def test_a_given_backend_is_told_as_it_was_given() -> None:
    env = surroundings(embedded=False).environment("relay")

    assert (env["LODESTONE_NATS_URL"], env["LODESTONE_DATABASE_URL"]) == (
        "nats://given",
        "postgresql://given",
    )
    assert not {"LODESTONE_NATS_URLS", "LODESTONE_DATABASE_URLS"} & set(env)


@pytest.mark.parametrize(("key", "is_one"), [("sk-ant-key\n", True), ("", False), (" \n", False)])
def test_a_blank_key_is_none(key: str, is_one: bool) -> None:
    assert has_provider_key({"ANTHROPIC_API_KEY": key}) is is_one
