"""`lodestone doctor` names each problem and what to do; `lodestone up` uses the same list."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nats
import pytest
from lodestone.errors import Misconfigured
from lodestone_local import checks, external
from lodestone_local.data_folder import DataFolder
from lodestone_local.doctor import Finding, examine
from lodestone_local.external import look_at_nats, look_at_postgres
from lodestone_local.stream_blocks import damaged_blocks
from lodestone_local.system import Options, System
from support.backends import NatsServer

SETTINGS = [
    ({"LODESTONE_RATE_LIMIT": "often"}, 'LODESTONE_RATE_LIMIT: .*must be like "60/minute"'),
    ({"LODESTONE_BUDGETS_USD": '{"ideation": -1}'}, "LODESTONE_BUDGETS_USD: .*greater than 0"),
    ({"LODESTONE_CORS_ORIGINS": "app.example.com"}, "LODESTONE_CORS_ORIGINS: .*is not an origin such as"),
    ({"LODESTONE_SLOTS": "many"}, "LODESTONE_SLOTS: .*valid integer"),
    ({"LODESTONE_MODELS": '{"ideation": "claude-foo"}'}, "LODESTONE_MODELS names claude-foo for ideation"),
    ({"LODESTONE_MODELS": '{"ideas": "claude-haiku-5-5"}'}, "LODESTONE_MODELS: .*unknown job type ideas"),
    ({"LODESTONE_LOG_LEVEL": "LOUD"}, "LODESTONE_LOG_LEVEL: .*'INFO'"),
    ({"LODESTONE_DRAIN_SECONDS": "60"}, "LODESTONE_DRAIN_SECONDS .60. and 5 s more must be below"),
]
BACKENDS = [
    ({"LODESTONE_NATS_URL": "nats://127.0.0.1:1"}, "NATS", "127.0.0.1:1 cannot be reached"),
    ({"LODESTONE_NATS_URL": "nats://here:port"}, "NATS", "it is not a URL"),
    ({"LODESTONE_DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/d"}, "Postgres", "used: .*refused"),
    ({"LODESTONE_DATABASE_URL": "postgresql://u:hidden@h/d?what=1"}, "Postgres", "it is not a Postgres URL"),
    ({"NATS_SERVER_BIN": "/bin/true"}, "NATS", "but 2.12 is needed. Install a newer one"),
    ({"LODESTONE_RATE_LIMT": "9/minute"}, "names", "LODESTONE_RATE_LIMT .did you mean LODESTONE_RATE_LIMIT"),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder that no system has used yet."""
    return tmp_path / "data"


def found(home: Path, port: int = 0) -> dict[str, Finding]:
    """The findings of the doctor, by subject."""
    return {finding.subject: finding for finding in examine(home, port)}


def wrong(home: Path, port: int = 0) -> dict[str, str]:
    """What the user should do."""
    return {subject: finding.told for subject, finding in found(home, port).items() if not finding.is_fine}


def test_nothing_is_wrong_with_this_machine(home: Path) -> None:
    assert wrong(home) == {}
    assert not home.exists()


@pytest.mark.parametrize(("env", "told"), SETTINGS, ids=lambda each: next(iter(each), None))
def test_a_wrong_setting_is_named(
    env: dict[str, str], told: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(monkeypatch, env)

    [(subject, sentence)] = wrong(home).items()

    assert subject == "settings"
    assert _has(told, sentence)


@pytest.mark.parametrize(("env", "subject", "told"), BACKENDS)
def test_a_backend_or_name_that_is_wrong_is_named_without_its_password(
    env: dict[str, str], subject: str, told: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(monkeypatch, env)

    sentence = wrong(home)[subject]

    assert _has(told, sentence)
    assert "hidden" not in sentence


def test_a_port_that_is_taken_is_named(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert wrong(home, port) == {
            "port": f"Port {port} is in use. Stop what uses it, or choose another with --port."
        }


def test_a_data_folder_that_is_a_file_is_named(home: Path) -> None:
    home.write_text("")

    assert "is not a writable folder. Choose another" in wrong(home)["data"]


def test_a_disk_without_room_is_named_and_no_command_of_ours(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "FIRST_START_BYTES", 1 << 60)

    assert _has("free, but needs .* MB\\. Make room, or give another folder", wrong(home)["room"])


@pytest.mark.parametrize(
    ("file", "content", "subject", "told"),
    [
        ("nats/passwords.json", "{", "secrets", "passwords.json is empty or damaged. Remove it"),
        ("jwt-secret", "", "secrets", "jwt-secret is empty or damaged. Remove it"),
        (
            "postgres/PG_VERSION",
            "16\n",
            "Postgres",
            "data of Postgres 16, but this is 18. Move it away",
        ),
        ("nats/store/msgs/1.blk", "\0garbage" * 100, "stream", "1.blk is damaged"),
    ],
)
def test_a_damaged_file_is_named(file: str, content: str, subject: str, told: str, home: Path) -> None:
    (home / file).parent.mkdir(parents=True)
    (home / file).write_text(content)

    [(found_in, sentence)] = wrong(home).items()

    assert found_in == subject
    assert told in sentence


def test_a_key_that_the_provider_refuses_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with saying(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n") as port:
        provider = {"LODESTONE_ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}"}
        _set(monkeypatch, {"ANTHROPIC_API_KEY": "sk-wrong", **provider})

        sentence = wrong(home)["provider"]

    assert "refuses the key (401). Set ANTHROPIC_API_KEY to a valid one" in sentence
    assert "sk-wrong" not in sentence


async def test_up_goes_by_the_same_list(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, {"LODESTONE_RATE_LIMT": "9/minute", "NATS_SERVER_BIN": "/bin/true"})
    said: list[str] = []
    folder = DataFolder(home)
    system = System(Options(0, home, None, processes=False, simulator=True), folder, said.append)

    with pytest.raises(checks.Wrong, match=r"2\.12 is needed"):
        await system.start()

    await system.stop()
    folder.close()
    assert any("did you mean LODESTONE_RATE_LIMIT" in line for line in said)


async def test_what_the_bus_wrote_is_readable_until_it_is_overwritten(
    own_nats: NatsServer, tmp_path: Path
) -> None:
    client = await nats.connect(own_nats.url)
    stream = client.jetstream()
    await stream.add_stream(name="KEPT", subjects=["kept.*"], allow_direct=True)
    for number in range(20):
        await stream.publish(f"kept.{number}", b"x" * 500, headers={"Nats-Msg-Id": str(number)})
    await stream.delete_msg("KEPT", 3)
    await client.close()
    own_nats.stop()
    [block] = (tmp_path / "nats" / "store").rglob("*.blk")

    assert damaged_blocks(tmp_path / "nats" / "store") == []
    with block.open("r+b") as file:
        file.seek(2000)
        file.write(b"\0garbage" * 100)
    assert damaged_blocks(tmp_path / "nats" / "store") == [block]


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port that accepts connections and never answers; the doctor must not wait for it for long."""
    monkeypatch.setattr(external, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_backend_that_never_answers_is_told_within_seconds(silent: int) -> None:
    with pytest.raises(Misconfigured, match=f"nothing answers at 127.0.0.1:{silent}"):
        look_at_nats(f"nats://u:hidden@127.0.0.1:{silent}")
    with pytest.raises(Misconfigured, match=r"LODESTONE_DATABASE_URL cannot be used: .*timeout"):
        look_at_postgres(f"postgresql://u:hidden@127.0.0.1:{silent}/d")


@pytest.mark.parametrize(
    ("greeting", "told"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n", "is not a NATS server"),
        (b'INFO {"version": "2.10.4", "jetstream": true}\r\n', "is 2.10.4, but 2.12 is needed"),
        (b'INFO {"version": "2.12.0"}\r\n', "has no JetStream; enable it"),
        (b"INFO {\r\n", "is not a NATS server"),
    ],
)
def test_a_server_that_is_another_one_is_named(greeting: bytes, told: str, silent: int) -> None:
    with saying(greeting) as port, pytest.raises(Misconfigured, match=told):
        look_at_nats(f"nats://127.0.0.1:{port}")


@contextmanager
def saying(words: bytes) -> Iterator[int]:
    """The port of a server that sends this to its first client."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(words)
                connection.recv(4096)

        greeter = threading.Thread(target=greet)
        greeter.start()
        yield server.getsockname()[1]
        greeter.join()


def _set(monkeypatch: pytest.MonkeyPatch, env: dict[str, str]) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)


def _has(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None
