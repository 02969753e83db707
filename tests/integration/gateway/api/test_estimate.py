"""`estimate`: when a job begins and ends, for its owner, for operators, and on the page that waits for it."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone_gateway.store.leadership import Lock
from lodestone_gateway.verdict import coverages, recent_runs
from sqlalchemy import event
from sqlalchemy.engine import Engine
from support.api import Projection, RunningGateway, User
from support.pages import send
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
TIMES = r"by [\d:]{8} \(P50\), by [\d:]{8} \(P90\) UTC"
UNKNOWN = {"begins": None, "ends": None, "runs": 0}
HEARD = """
    INSERT INTO consumer_states VALUES ('ideation', 0, 0, 0, 1, false, now() + interval '1 hour')
    ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at"""
BEAT = """
    INSERT INTO service_beats VALUES ('w-1', 'ideation', 4, 0, now(), now() + interval '1 hour')
    ON CONFLICT DO NOTHING"""
RUN = """
    INSERT INTO background_jobs
        (id, user_id, job_type, status, input, deadline_at, created_at, started_at, completed_at)
    SELECT gen_random_uuid(), %(user)s, 'ideation', 'completed', '{}', now(),
        at, at + interval '0.1 s', at + interval '90.1 s'
    FROM (SELECT now() - number * interval '2 minutes' AS at
        FROM generate_series(1, %(count)s) AS number) AS runs"""


@pytest.fixture
def database(gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    """Of a system in which relay and projector lead and one process of the service is heard."""
    for keeper in (recent_runs, coverages):
        monkeypatch.setattr(keeper, "KEEP_SECONDS", 0.0)
    with psycopg.connect(gateway.settings.database_url, autocommit=True) as connection:
        for lock in Lock:
            connection.execute("SELECT pg_advisory_lock(%s)", [lock.value])
        connection.execute("DELETE FROM background_jobs")
        connection.execute(HEARD)
        connection.execute(BEAT)
        yield connection
        connection.execute("TRUNCATE consumer_states, service_beats")


@pytest.fixture
async def ran(user: User, database: psycopg.Connection) -> None:
    """Twenty ideations have taken a minute and a half each."""
    await user.get("/api/jobs")
    database.execute(RUN, {"user": user.id, "count": 20})


async def estimate(user: User, job_id: UUID) -> dict[str, Any] | None:
    found: dict[str, Any] | None = (await user.job(job_id))["estimate"]
    return found


def seconds(span: dict[str, str], job: dict[str, Any]) -> list[float]:
    """Of P50 and P90, since the job was accepted."""
    accepted = datetime.fromisoformat(job["createdAt"])
    return [(datetime.fromisoformat(span[name]) - accepted).total_seconds() for name in ("p50At", "p90At")]


@pytest.mark.usefixtures("database")
async def test_without_recent_runs_it_says_that_nobody_knows(user: User) -> None:
    job_id = await user.submit(COACH)

    assert await estimate(user, job_id) == UNKNOWN | {"unknownBecause": "no_recent_runs"}


@pytest.mark.usefixtures("ran")
async def test_it_rests_on_what_recent_runs_took(user: User, operator: User) -> None:
    job_id = await user.submit(COACH)
    job = await user.job(job_id)
    shown = (await operator.get(f"/api/ops/jobs/{job_id}")).json()

    for told in (job["estimate"], shown["estimate"]):
        assert told["runs"] == 20
        assert told["unknownBecause"] is None
        assert 0 <= seconds(told["begins"], job)[0] <= seconds(told["begins"], job)[1] <= 5
        assert 90 <= seconds(told["ends"], job)[0] <= seconds(told["ends"], job)[1] <= 95


@pytest.mark.usefixtures("ran")
async def test_a_pause_makes_it_unknown_at_once(user: User, operator: User) -> None:
    job_id = await user.submit(COACH)
    await operator.post("/api/ops/job-types/ideation/pause")
    try:
        assert await estimate(user, job_id) == UNKNOWN | {"unknownBecause": "paused"}
    finally:
        await operator.post("/api/ops/job-types/ideation/resume")


@pytest.mark.usefixtures("ran")
async def test_an_ended_job_and_a_list_have_none(user: User, projection: Projection) -> None:
    job_id = await user.submit(COACH)
    assert all("estimate" not in job for job in (await user.get("/api/jobs")).json()["items"])

    await projection.fold(job_id, "requested", "started", "completed", result={})

    assert await estimate(user, job_id) is None


@pytest.mark.usefixtures("ran")
async def test_polls_of_many_jobs_share_one_read(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = [await user.submit(COACH) for _ in range(3)]
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    monkeypatch.setattr(recent_runs, "KEEP_SECONDS", 60.0)
    await estimate(user, jobs[0])
    event.listen(Engine, "after_cursor_execute", note)
    try:
        for job_id in jobs * 2:
            assert await estimate(user, job_id)
    finally:
        event.remove(Engine, "after_cursor_execute", note)

    assert [statement for statement in sent if "AS kind(job_type)" in statement] == []


@pytest.mark.usefixtures("ran")
async def test_the_page_says_when_in_the_owners_words(gateway: RunningGateway, user: User) -> None:
    job_id = await user.submit(COACH)

    page = (await send(gateway, user, "GET", f"/create/ideas/{job_id}")).text

    assert "It should be done in about 2 minutes." in page


async def test_the_consoles_page_of_a_run_says_when_it_begins_and_ends_or_why_nobody_knows(
    gateway: RunningGateway, user: User, operator: User, projection: Projection, database: psycopg.Connection
) -> None:
    job_id = await user.submit(COACH)

    async def shown() -> str:
        return (await send(gateway, operator, "GET", f"/console/runs/{job_id}")).text

    assert "Unknown: fewer than 5 runs of its type were completed in the last 6 hours." in await shown()
    database.execute(RUN, {"user": user.id, "count": 20})
    waiting = await shown()
    assert "from 20 recent runs" in waiting
    assert re.findall(f"<dt>(Begins|Ends)</dt><dd [^>]*>{TIMES}</dd>", waiting) == ["Begins", "Ends"]
    await operator.post("/api/ops/job-types/ideation/pause")
    try:
        assert "Unknown: no recent run tells how long the cause above lasts." in await shown()
    finally:
        await operator.post("/api/ops/job-types/ideation/resume")
    await projection.fold(job_id, "requested", "started")
    assert re.findall(f"<dt>(Begins|Ends)</dt><dd [^>]*>{TIMES}</dd>", await shown()) == ["Ends"]
    await projection.fold(job_id, "completed", result={})
    assert "When it " not in await shown()


@pytest.mark.usefixtures("ran")
async def test_operators_see_how_often_estimates_hold(
    gateway: RunningGateway, user: User, operator: User, database: psycopg.Connection
) -> None:
    few = (await send(gateway, operator, "GET", "/console")).text
    assert "<dt>ideation</dt><dd>unknown: " in few, "of 15 runs that have five before them"
    database.execute(RUN, {"user": user.id, "count": 15})
    services = (await operator.get("/api/ops/services")).json()["items"]

    [ideation] = next(each for each in services if each["name"] == "ideation")["jobTypes"]
    [polish] = next(each for each in services if each["name"] == "polish")["jobTypes"]
    assert ideation["estimates"]["runs"] >= 20
    assert ideation["estimates"]["endedByP90"] >= 0.9
    assert polish["estimates"] is None
    page = (await send(gateway, operator, "GET", "/console?period=day")).text
    assert f"of the last {ideation['estimates']['runs']} runs" in page
    assert "<dt>polish</dt><dd>unknown: " in page


async def test_another_users_jobs_are_in_no_estimate_by_name(user: User, gateway: RunningGateway) -> None:
    other = gateway.user()
    await other.submit(COACH)
    job_id = await user.submit(COACH)

    assert str(other.id) not in str(await estimate(user, job_id))
