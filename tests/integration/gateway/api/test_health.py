"""What probes, dashboards and misdirected callers get."""

import psycopg
import pytest
from lodestone.events import EVENTS
from support.api import Projection, RunningGateway, User, running_gateway
from support.backends import PostgresServer
from support.samples import example_input
from support.waiting import eventually

COACH = example_input("ideation-fitness-coach")


async def test_the_gateway_is_ready_without_nats_and_says_so(gateway: RunningGateway) -> None:
    live, ready = await gateway.client.get("/healthz"), await gateway.health("/readyz")

    assert (live.status_code, ready.status_code) == (200, 200)
    assert ready.json() == {"status": "ready", "postgres": "up", "nats": "down"}


async def test_readiness_and_metrics_are_not_for_the_world(gateway: RunningGateway) -> None:
    for path in ("/readyz", "/metrics"):
        outside, inside = await gateway.client.get(path), await gateway.health(path)
        assert (outside.status_code, inside.status_code) == (404, 200), path
    assert (await gateway.client.get("/healthz")).json() == {"status": "ok"}
    assert (await gateway.health("/api/jobs")).status_code == 404


async def test_on_one_machine_they_are_beside_the_rest(postgres_url: str) -> None:
    async with running_gateway(postgres_url, local=True) as gateway:
        for path in ("/readyz", "/metrics"):
            assert (await gateway.client.get(path)).status_code == 200


async def test_the_gateway_sees_nats(nats_url: str, postgres_url: str) -> None:
    async with running_gateway(postgres_url, nats_url=nats_url) as gateway:
        assert (await gateway.health("/readyz")).json()["nats"] == "up"


async def test_the_gateway_says_that_the_bus_is_away_when_it_confirms_nothing(
    nats_url: str, postgres_url: str
) -> None:
    async with running_gateway(postgres_url, nats_url=nats_url) as gateway:
        await gateway.user().submit(COACH)
        with psycopg.connect(postgres_url) as owner:
            owner.execute("UPDATE outbox SET tried = true, time = now() - interval '11 s'")

        ready = await gateway.health("/readyz")

    assert (ready.status_code, ready.json()["nats"]) == (200, "down")


async def test_metrics_name_routes_and_no_ids(gateway: RunningGateway, user: User) -> None:
    job_id = await user.submit(COACH)
    await user.get(f"/api/jobs/{job_id}")
    await user.get(f"/nowhere/{job_id}")

    metrics = (await gateway.health("/metrics")).text

    assert (
        'lodestone_http_request_seconds_count{method="GET",route="/api/jobs/{job_id}",status="200"}'
        in metrics
    )
    assert 'lodestone_jobs_accepted_total{job_type="ideation"}' in metrics
    assert str(job_id) not in metrics


@pytest.mark.parametrize("event", EVENTS)
async def test_every_event_has_a_schema(gateway: RunningGateway, event: str) -> None:
    answer = await gateway.client.get(f"/schemas/{event}.json")

    assert answer.status_code == 200
    assert {"jobId", "jobType", "userId", "attempt"} <= set(answer.json()["properties"])


@pytest.mark.parametrize(
    "path", ["/schemas/nope.json", "/schemas/started", "/nowhere", "/api/nowhere", "/api/jobs/"]
)
async def test_unknown_places_are_404_problems(user: User, path: str) -> None:
    answer = await user.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_method_that_is_not_possible_is_405_with_those_that_are(user: User) -> None:
    answer = await user.send("DELETE", "/api/jobs")

    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.json()["error"] == answer.json()["detail"]
    assert "allow" in answer.headers


async def test_an_error_that_nobody_expected_tells_nothing_of_the_inside(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("a secret of the inside")

    job_id = await user.submit(COACH)
    monkeypatch.setattr("lodestone_gateway.api.jobs.entity_tag", broken)

    answer = await user.get(f"/api/jobs/{job_id}")

    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
    assert "secret" not in answer.text


async def test_a_restarted_database_is_found_again_and_streams_go_on(own_postgres: PostgresServer) -> None:
    async with running_gateway(own_postgres.url) as gateway:
        user = gateway.user()
        job_id = await user.submit(COACH)
        before = Projection(own_postgres.url)
        await before.fold(job_id, "requested")
        await before.engine.dispose()
        async with user.stream(f"/api/jobs/{job_id}/events") as frames:
            assert await frames.next()
            own_postgres.kill()
            away = await user.get(f"/api/jobs/{job_id}")
            assert (away.status_code, away.json()["code"]) == (503, "UNAVAILABLE")
            assert int(away.headers["retry-after"]) > 0
            assert (await gateway.health("/readyz")).status_code == 503

            own_postgres.start()
            await eventually(lambda: is_ready(gateway), within=15)
            after = Projection(own_postgres.url)
            await after.fold(job_id, "started")

            frame = await frames.next()
            assert frame is not None
            assert frame.id == "2"
        await after.engine.dispose()


async def is_ready(gateway: RunningGateway) -> bool:
    return (await gateway.health("/readyz")).status_code == 200
