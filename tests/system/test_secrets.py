"""No secret is written down anywhere: not in logs, events, rows, spans, metrics or answers.

What users write, and what a model writes for them, is in their rows, events and answers, and nowhere else.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import nats
import psutil  # type: ignore[import-untyped]
import psycopg
import pytest
from lodestone.bus.users import bus_users
from lodestone.ids import new_id
from lodestone.jobs import JOB_TYPES
from psycopg import sql
from support.backends import PostgresServer
from support.canaries import CANARY, marked
from support.collector import Collector, running_collector
from support.running_system import RunningSystem
from support.samples import example_input
from support.simulator import RunningSimulator, running_simulator
from support.waiting import eventually_sync

API_KEY = "sk-ant-canary-of-the-provider"
DATABASE_PASSWORD = "canary-of-the-database"
JWT_SECRET = "local-canary-of-the-signature-0123456789abcdef"
ERROR_BODY = "canary-of-the-error-body"
OF_USERS = ("stream", "tables", "answers")  # the places where a user's texts may be, and must be
BAD_TOKEN = jwt.encode(
    {"sub": "canary-of-the-token"}, "another-secret-0123456789abcdefghi", algorithm="HS256"
)


def bus_password(user: str) -> str:
    return f"canary0of0the0bus0{user.replace('-', '0')}"


@dataclass
class Watched:
    """A system full of canaries, and the places where one might appear."""

    system: RunningSystem
    provider: RunningSimulator
    collector: Collector
    answers: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, **how: Any) -> None:
        """Sends a request and keeps the answer."""
        answer = self.system.http.request(method, self.system.gateway + path, **how)
        self.answers.append(f"{answer.headers}\n{answer.text}")

    def places(self) -> dict[str, str]:
        """Everything written so far, by place."""
        logs = {path.name: path.read_text(errors="replace") for path in self.system.data_dir.glob("logs/*")}
        urls = {"gateway": self.system.gateway, **self.system.told["health"]}
        return {
            **logs,
            "output": self.system.output,
            "answers": "\n".join(self.answers),
            "stream": asyncio.run(stream_text(self.system.told["nats"])),
            "tables": tables_text(self.system.told["postgres"]),
            "spans": self.collector.text,
            "metrics": "\n".join(self.system.http.get(f"{url}/metrics").text for url in urls.values()),
            "commands": "\n".join(" ".join(command) for command in commands(self.system)),
        }

    def canaries(self) -> dict[str, str]:
        """Every secret of this system."""
        tokens = {f"token of {user}": token for user, token in self.system.told["tokens"].items()}
        return {
            "API key": API_KEY,
            "database password": DATABASE_PASSWORD,
            "JWT secret": JWT_SECRET,
            "error body": ERROR_BODY,
            "refused token": BAD_TOKEN,
            "refused token, in parts": BAD_TOKEN.split(".")[1],
            **{f"bus password of {user}": bus_password(user) for user in bus_names()},
            **tokens,
        }


def bus_names() -> list[str]:
    return ["local", *(login for user in bus_users() for login in user.logins)]


@pytest.fixture
def watched(tmp_path: Path, own_postgres: PostgresServer) -> Iterator[Watched]:
    """All parts in one process, which calls the provider as it does in production, at debug level."""
    data_dir = tmp_path / "system" / "data"
    (data_dir / "nats").mkdir(parents=True)
    (data_dir / "nats" / "passwords.json").write_text(
        json.dumps({user: bus_password(user) for user in bus_names()})
    )
    (data_dir / "jwt-secret").write_text(JWT_SECRET)
    with running_simulator() as provider, running_collector() as collector:
        env = {
            "ANTHROPIC_API_KEY": API_KEY,
            "LODESTONE_ANTHROPIC_BASE_URL": provider.url,
            "LODESTONE_DATABASE_URL": with_password(own_postgres.url),
            "LODESTONE_LOG_LEVEL": "DEBUG",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }
        with RunningSystem(tmp_path / "system", env=env) as system:
            yield Watched(system, provider, collector)


def with_password(url: str) -> str:
    """The same database URL with a password, although the database asks for none."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.username}:{DATABASE_PASSWORD}@{parts.hostname or ''}").geturl()


async def stream_text(url: str) -> str:
    """Every message of the stream, with subject and headers."""
    client = await nats.connect(url)
    jetstream = client.jetstream()
    state = (await jetstream.stream_info("JOBS")).state
    messages = [await jetstream.get_msg("JOBS", each) for each in range(state.first_seq, state.last_seq + 1)]
    await client.close()
    return "\n".join(f"{each.subject} {each.headers} {(each.data or b'').decode()}" for each in messages)


def tables_text(url: str) -> str:
    """Every row of every table."""
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = [
            row
            for (name,) in names
            for row in connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(name)))
        ]
    return "\n".join(text for (text,) in rows)


def commands(system: RunningSystem) -> list[list[str]]:
    return [psutil.Process(pid).cmdline() for pid in system.left_over()]


def user_text() -> dict[str, Any]:
    """The input of posts with a canary in every text; the simulated model repeats it in what it writes."""
    return marked(JOB_TYPES["posts"].input, example_input("posts"))


def run_jobs(watched: Watched) -> None:
    """Runs one job that succeeds, then one for each way in which the provider refuses."""
    system, provider = watched.system, watched.provider
    refused = {"type": "error", "error": {"type": "invalid_request_error", "message": ERROR_BODY}}
    done = system.wait(system.submit("posts", user_text()))
    assert done["status"] == "completed"
    for status, body in ((400, refused), (401, ERROR_BODY), (402, {"error": ERROR_BODY})):
        provider.fault("status", status=status, body=body, times=10)
        failed = system.wait(system.submit("posts", user_text()))
        assert failed["status"] == "failed", (status, failed)
        watched.ask("GET", f"/api/jobs/{failed['id']}", headers=bearer(system.token()))
        provider.reset()
        provider.pace()
    provider.fault("status", status=503, body=ERROR_BODY)
    assert system.wait(system.submit("posts", user_text()))["status"] == "completed"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def ask_wrongly(watched: Watched) -> None:
    """Sends requests that are refused, with and without a valid token."""
    good = bearer(watched.system.token())
    watched.ask("GET", "/api/jobs", headers=bearer(BAD_TOKEN))
    watched.ask("GET", "/api/jobs", headers={"Cookie": f"lodestone_session={BAD_TOKEN}"})
    watched.ask("GET", f"/api/jobs?token={BAD_TOKEN}")
    watched.ask("POST", "/api/jobs", headers=good, content=b"{")
    watched.ask("POST", "/api/jobs", headers=good, json={"jobType": "posts", "input": {}})
    watched.ask("POST", "/api/jobs", headers=good, content=f'{{"input": "{CANARY}')
    watched.ask("POST", "/api/jobs", headers=good, json={"jobType": CANARY, "input": {CANARY: CANARY}})
    watched.ask("PUT", "/api/brand-kit", headers=good, json={"businessDescription": f"{CANARY}\0"})
    watched.ask("GET", "/api/ops/jobs", headers=good)


def save_texts(watched: Watched) -> None:
    """Saves everything a user keeps besides jobs, and sends the forms of the pages."""
    good, draft = bearer(watched.system.token()), {"wizardState": {"note": CANARY}, "title": CANARY}
    idea = {"title": CANARY, "painSolved": CANARY, "archetype": "single-system"}
    watched.ask("PUT", "/api/brand-kit", headers=good, json={"businessDescription": CANARY})
    watched.ask("PUT", f"/api/wizard-drafts/{new_id()}", headers=good, json=draft)
    watched.ask("POST", "/api/lead-magnets", headers=good, json=idea)
    watched.ask("POST", "/create", headers=good, data={"businessDescription": CANARY, "key": "k"})


def lose_backends(watched: Watched, postgres: PostgresServer) -> None:
    """Stops the backends, since errors about connections are logged."""
    postgres.stop()
    watched.ask("GET", "/api/jobs", headers=bearer(watched.system.token()))
    postgres.start()
    eventually_sync(is_ready(watched.system), within=30, told="the gateway is ready again")


def is_ready(system: RunningSystem) -> Callable[[], bool]:
    return lambda: system.http.get(f"{system.gateway}/readyz").status_code == 200


def found(canaries: dict[str, str], places: dict[str, str]) -> str:
    """The canaries found, with their places, as a sentence; empty if none is anywhere."""
    leaks = [
        f"{what}: {where}" for what, canary in canaries.items() for where in places if canary in places[where]
    ]
    return "; ".join(leaks)


def test_no_secret_is_written_down_anywhere_and_no_text_in_logs(
    watched: Watched, own_postgres: PostgresServer
) -> None:
    run_jobs(watched)
    save_texts(watched)
    ask_wrongly(watched)
    lose_backends(watched, own_postgres)
    eventually_sync(lambda: "process job.requested.posts" in watched.collector.text, within=20, told="spans")

    places = {**watched.places(), "Postgres' log": own_postgres.log}

    assert all(places.values()), [name for name, text in places.items() if not text]
    assert not found(watched.canaries(), places)
    assert all(CANARY in places.pop(name) for name in OF_USERS)
    assert not found({"user's text": CANARY}, places)
