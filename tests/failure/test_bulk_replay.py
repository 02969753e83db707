"""Ten thousand dead letters in bulk: the gateway is killed as it looks for them, and as it replays them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from lodestone.ids import new_id
from psycopg import sql
from support.api import MEANT, NO_NATS, SECRET, token
from support.dead_jobs import insert_many_dead_jobs
from support.tables import give_tables
from support.waiting import eventually_sync

USERS, EACH = 100, 100
BULK = "/api/ops/bulk-actions"
AGAIN = """
    SELECT count(*), count(DISTINCT again.parent_job_id), count(DISTINCT outbox.job_id)
    FROM background_jobs AS again LEFT JOIN outbox ON outbox.job_id = again.id
    WHERE again.parent_job_id IS NOT NULL"""
WRONG = """
    SELECT count(*) FROM bulk_action_jobs AS job
    WHERE outcome IS DISTINCT FROM 'done' OR NOT EXISTS (
        SELECT FROM background_jobs WHERE id = job.result_job_id AND parent_job_id = job.job_id)"""


class OneGateway:
    """A gateway as a process of its own, which the test kills."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self._ready = folder / "ready.json"
        self._env = {
            "LODESTONE_DATABASE_URL": database_url,
            "LODESTONE_NATS_URL": NO_NATS,
            "LODESTONE_JWT_SECRET": SECRET,
            "LODESTONE_JWT_AUDIENCE": MEANT["aud"],
            "LODESTONE_JWT_ISSUER": MEANT["iss"],
            "LODESTONE_PORT": "0",
            "LODESTONE_HEALTH_PORT": "0",
            "LODESTONE_READY_FILE": str(self._ready),
        }
        held = {"Authorization": f"Bearer {token(new_id(), role='operator')}"}
        self._client = httpx2.Client(headers=held, timeout=30, trust_env=False)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it is ready."""
        self._ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "lodestone_gateway", "serve"]
        self._process = subprocess.Popen(command, env=os.environ | self._env)
        eventually_sync(self._ready.exists, within=30, told="the gateway is ready")
        self._url = json.loads(self._ready.read_text())["url"]

    def kill(self) -> None:
        """Ends it as a crash does."""
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(10)

    def send(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """What it answers to an operator."""
        return dict(self._client.request(method, f"{self._url}{path}", json=body).raise_for_status().json())


@pytest.fixture
def gateway(postgres_url: str, tmp_path: Path) -> Iterator[OneGateway]:
    give_tables(postgres_url)
    gateway = OneGateway(postgres_url, tmp_path)
    yield gateway
    gateway.kill()


def test_each_of_ten_thousand_is_found_and_replayed_once_though_the_gateway_dies_in_the_middle(
    gateway: OneGateway, postgres_url: str
) -> None:
    insert_many_dead_jobs(postgres_url, users=USERS, each=EACH)
    gateway.start()
    asked = {"action": "replay", "filter": {"text": "it did not work"}, "ratePerMinute": 60_000}
    looking = gateway.send("POST", BULK, asked)
    gateway.kill()
    gateway.start()
    bulk = f"{BULK}/{looking['id']}"
    with psycopg.connect(postgres_url, autocommit=True) as owner:

        def told(column: str) -> Any:
            """Of the bulk action, past the gateway, which has enough to do."""
            [row] = owner.execute(sql.SQL("SELECT {} FROM bulk_actions").format(sql.Identifier(column)))
            return row[0]

        eventually_sync(lambda: told("state") == "dry_run", within=40, told="all are found")
        found = gateway.send("GET", bulk)
        begun = gateway.send("POST", f"{bulk}/start")
        eventually_sync(lambda: told("done") >= 3_000, within=40, told="3,000 are done")
        gateway.kill()
        at = told("done")
        gateway.start()
        eventually_sync(lambda: told("state") == "completed", within=60, told="all are done")
    done = gateway.send("GET", bulk)

    assert (looking["state"], looking["searched"]) == ("looking", 2_000)
    assert (found["found"]["eligible"], begun["total"], at < USERS * EACH) == (10_000, 10_000, True)
    assert (done["done"], done["refused"]) == (10_000, 0)
    with psycopg.connect(postgres_url) as owner:
        assert owner.execute(AGAIN).fetchone() == (10_000, 10_000, 10_000)
        assert owner.execute(WRONG).fetchone() == (0,)
    left = gateway.send("GET", "/api/ops/dead-letters?kind=job")
    assert left["items"] == []
