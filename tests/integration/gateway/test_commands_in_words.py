"""A wrong argument, setting, address or file ends a command with a sentence."""

import os
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from lodestone.worker.app import main as worker
from lodestone_gateway.__main__ import main as gateway

NATS = {"LODESTONE_NATS_URL": "nats://operator:hidden@127.0.0.1:1"}
KEY = {"LODESTONE_ANTHROPIC_API_KEY": "sk-ant-key"}
BACKENDS = NATS | {"LODESTONE_DATABASE_URL": "postgresql://somebody:hidden@127.0.0.1:1/none"}
SERVES = BACKENDS | {
    "LODESTONE_JWT_SECRET": "hidden" * 8,
    "LODESTONE_JWT_AUDIENCE": "lodestone",
    "LODESTONE_JWT_ISSUER": "https://login.example.com",
    "LODESTONE_PORT": "0",
}
NO_URL = {"LODESTONE_DATABASE_URL": "mysql://somebody:hidden@127.0.0.1/none"}
LIKE_LIBPQ = "LODESTONE_DATABASE_URL: Value error, must be like postgresql://user:password@host:5432/name"
Main = Callable[[], None]

CASES: list[tuple[Main, str, Mapping[str, str], int, str]] = [
    (worker, "", {}, 2, "Usage: lodestone-worker content | extraction"),
    (worker, "nosuch", {}, 2, "Usage: lodestone-worker content | extraction"),
    (worker, "polish", KEY, 1, "LODESTONE_NATS_URL: Field required"),
    (worker, "polish", NATS, 1, "LODESTONE_ANTHROPIC_API_KEY: Field required"),
    (worker, "polish", KEY | {"LODESTONE_NATS_URL": "nats://:4222"}, 1, "nats://polish:password@host:4222"),
    (worker, "polish", KEY | NATS | {"LODESTONE_MODELS": "polish=x"}, 1, "LODESTONE_MODELS: is not JSON"),
    (worker, "polish", KEY | NATS | {"LODESTONE_DRAIN_SECONDS": "nan"}, 1, "LODESTONE_DRAIN_SECONDS: "),
    (worker, "polish", KEY | NATS | {"LODESTONE_HEALTH_PORT": "70000"}, 1, "LODESTONE_HEALTH_PORT: "),
    (gateway, "", {}, 2, "Usage: lodestone-gateway serve | relay"),
    (gateway, "nosuch", {}, 2, "Usage: lodestone-gateway serve | relay"),
    (gateway, "migrate now", {}, 2, "Usage: lodestone-gateway serve | relay"),
    (gateway, "serve", BACKENDS, 1, "set either LODESTONE_JWT_SECRET"),
    (gateway, "serve", SERVES | NO_URL, 1, LIKE_LIBPQ),
    (
        gateway,
        "serve",
        SERVES | {"LODESTONE_HOST": "192.0.2.1"},
        1,
        "LODESTONE_HOST is not an address of this",
    ),
    (gateway, "serve", SERVES | {"LODESTONE_HOST": "::1"}, 1, "LODESTONE_HOST must be an IPv4 address"),
    (gateway, "serve", SERVES | {"LODESTONE_PORT": "70000"}, 1, "LODESTONE_PORT: "),
    (gateway, "relay", NATS, 1, "LODESTONE_DATABASE_URL: Field required"),
    (gateway, "relay", BACKENDS | NO_URL, 1, LIKE_LIBPQ),
    (gateway, "project", BACKENDS | NO_URL, 1, LIKE_LIBPQ),
    (
        gateway,
        "project",
        BACKENDS | {"LODESTONE_DATABASE_URLS": "{"},
        1,
        "LODESTONE_DATABASE_URLS: is not JSON",
    ),
    (gateway, "migrate", BACKENDS | NO_URL, 1, LIKE_LIBPQ),
    (gateway, "rebuild", BACKENDS | NO_URL, 2, LIKE_LIBPQ),
    (gateway, "subscriber", BACKENDS, 2, "usage: lodestone-gateway subscriber"),
    (gateway, "subscriber list", NATS, 1, "LODESTONE_SUBSCRIBERS_FILE: Field required"),
    (
        gateway,
        "subscriber list",
        NATS | {"LODESTONE_SUBSCRIBERS_FILE": "text"},
        1,
        "text is not a list of subscr",
    ),
    (gateway, "contracts text", {}, 1, "text: File exists."),
    (gateway, "accounts none/accounts.conf", {}, 1, "none/accounts.conf: No such file or directory."),
    (gateway, "settings none/settings.md", {}, 1, "none/settings.md: No such file or directory."),
]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without our settings, logs and traces, in a folder with one file that is not JSON."""
    for name in [name for name in os.environ if name.startswith(("LODESTONE_", "ANTHROPIC_"))]:
        monkeypatch.delenv(name)
    for called in ("process.configure_logging", "process.configure_tracing", "telemetry.configure_logging"):
        monkeypatch.setattr(f"lodestone.{called}", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    Path("text").write_text("no JSON")


@pytest.mark.parametrize(
    ("main", "words", "env", "status", "sentence"),
    [pytest.param(*case, id=f"{case[0].__module__} {case[1]} {case[4]}"[:70]) for case in CASES],
)
def test_a_command_that_cannot_begin_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    main: Main,
    words: str,
    env: Mapping[str, str],
    status: int,
    sentence: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["command", *words.split()])
    for name, value in env.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as end:
        main()

    told = capsys.readouterr().err
    assert (end.value.code, sentence in told) == (status, True), told
    assert "hidden" not in told


@pytest.mark.parametrize(("main", "word"), [(worker, "polish"), (gateway, "serve")])
def test_a_port_of_probes_that_is_taken_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], main: Main, word: str
) -> None:
    with socket.create_server(("", 0)) as taken:
        for name, value in (SERVES | KEY).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("LODESTONE_HEALTH_PORT", str(taken.getsockname()[1]))
        monkeypatch.setattr(sys, "argv", ["command", word])

        with pytest.raises(SystemExit) as end:
            main()

    assert (end.value.code, "The port is taken." in capsys.readouterr().err) == (1, True)
