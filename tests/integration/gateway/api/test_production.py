"""Outside of `lodestone up`, a process rejects settings meant for one machine: it says so and exits."""

import json
from pathlib import Path

import pytest
from lodestone.errors import Misconfigured
from lodestone.settings import read_settings
from lodestone.worker.settings import WorkerSettings
from lodestone_gateway.settings import GatewaySettings
from lodestone_local.credentials import DEMO, make_secret, sign_token
from support.api import RunningGateway

SECRET_OF_ITS_OWN = "made-for-this-system-0123456789abcdef"


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a process on a server."""
    for name, value in {
        "LODESTONE_NATS_URL": "nats://nats:4222",
        "LODESTONE_DATABASE_URL": "postgresql://db/lodestone",
        "LODESTONE_JWT_SECRET": SECRET_OF_ITS_OWN,
        "LODESTONE_JWT_AUDIENCE": "lodestone",
        "LODESTONE_JWT_ISSUER": "https://login.example.com",
        "ANTHROPIC_API_KEY": "sk-ant",
    }.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_local_secret_is_refused_without_being_repeated(
    production: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = make_secret(tmp_path)
    production.setenv("LODESTONE_JWT_SECRET", secret)

    with pytest.raises(Misconfigured, match="secret made by `lodestone up`") as refusal:
        read_settings(GatewaySettings)

    assert secret not in str(refusal.value)


def test_a_local_secret_is_refused_among_several(production: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = make_secret(tmp_path)
    production.setenv("LODESTONE_JWT_SECRETS", json.dumps({"old": secret, "new": SECRET_OF_ITS_OWN}))

    with pytest.raises(Misconfigured, match=r"SECRETS\[old\] is a secret made by `lodestone up`") as refusal:
        read_settings(GatewaySettings)

    assert secret not in str(refusal.value)


@pytest.mark.parametrize("missing", ["AUDIENCE", "ISSUER"])
@pytest.mark.parametrize("value", [None, ""])
def test_tokens_must_be_meant_for_this_system(
    production: pytest.MonkeyPatch, missing: str, value: str | None
) -> None:
    if value is None:
        production.delenv(f"LODESTONE_JWT_{missing}")
    else:
        production.setenv(f"LODESTONE_JWT_{missing}", value)

    with pytest.raises(Misconfigured, match="LODESTONE_JWT_AUDIENCE and LODESTONE_JWT_ISSUER"):
        read_settings(GatewaySettings)


@pytest.mark.parametrize(
    ("url", "local", "is_taken"),
    [
        ("https://login.example.com/jwks.json", False, True),
        ("http://login.example.com/jwks.json", False, False),
        ("http://127.0.0.1:9/jwks.json", False, False),
        ("http://127.0.0.1:9/jwks.json", True, True),
        ("http://login.example.com/jwks.json", True, False),
        ("file:///etc/jwks.json", True, False),
        ("login.example.com/jwks.json", False, False),
    ],
)
def test_published_keys_come_over_tls(
    production: pytest.MonkeyPatch, url: str, local: bool, is_taken: bool
) -> None:
    production.delenv("LODESTONE_JWT_SECRET")
    production.setenv("LODESTONE_JWKS_URL", url)
    production.setenv("LODESTONE_LOCAL", str(local))

    if is_taken:
        assert read_settings(GatewaySettings).jwks_url == url
    else:
        with pytest.raises(Misconfigured, match="LODESTONE_JWKS_URL must begin with https"):
            read_settings(GatewaySettings)


def test_users_who_sign_in_by_a_click_are_refused(production: pytest.MonkeyPatch) -> None:
    production.setenv("LODESTONE_LOCAL_USERS", f'{{"demo": "{DEMO}"}}')

    with pytest.raises(Misconfigured, match="LODESTONE_LOCAL_USERS"):
        read_settings(GatewaySettings)


@pytest.mark.parametrize(("host", "is_taken"), [("127.0.0.1", True), ("::1", True), ("0.0.0.0", False)])  # noqa: S104
def test_users_who_sign_in_by_a_click_are_on_this_machine(
    production: pytest.MonkeyPatch, host: str, is_taken: bool
) -> None:
    for name, value in {
        "LODESTONE_LOCAL": "true",
        "LODESTONE_LOCAL_USERS": f'{{"demo": "{DEMO}"}}',
        "LODESTONE_HOST": host,
    }.items():
        production.setenv(name, value)

    if is_taken:
        assert read_settings(GatewaySettings).local_users == {"demo": DEMO}
    else:
        with pytest.raises(Misconfigured, match="loopback"):
            read_settings(GatewaySettings)


def test_a_simulated_provider_is_refused(production: pytest.MonkeyPatch) -> None:
    production.setenv("LODESTONE_SIMULATOR", "true")

    with pytest.raises(Misconfigured, match="LODESTONE_SIMULATOR"):
        read_settings(WorkerSettings)


@pytest.mark.usefixtures("production")
def test_a_server_of_its_own_starts() -> None:
    assert not read_settings(GatewaySettings).local
    assert not read_settings(WorkerSettings).simulator


async def test_a_token_of_somebodys_own_machine_is_401(gateway: RunningGateway, tmp_path: Path) -> None:
    token = sign_token(make_secret(tmp_path), DEMO, operator=True)

    for path in ("/api/jobs", "/api/ops/jobs"):
        answer = await gateway.client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, path


@pytest.mark.parametrize("path", ["/_sim/pace", "/_sim/faults", "/_sim/calls", "/_sim"])
async def test_the_gateway_knows_no_control_of_a_simulator(gateway: RunningGateway, path: str) -> None:
    for method in ("GET", "PUT", "POST", "DELETE"):
        answer = await gateway.client.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND"), method
