"""One user floods all job types: another's job is among the next that workers start, whatever happens.

Real NATS, Postgres and relay; the test plays the workers, one start after the other, so that it can count.
"""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest
from lodestone import subjects
from lodestone.events import JobRequested
from lodestone.ids import new_id
from lodestone.jobs import JOB_TYPES
from lodestone.tasks import end
from lodestone_gateway.jobs.read import start_of
from lodestone_gateway.jobs.view import JobSummary
from lodestone_gateway.live.hub import Hub
from lodestone_gateway.outbox.window import LEAST
from lodestone_gateway.processes import relay
from nats.js import JetStreamContext
from support.gateway_bench import GatewayBench
from support.relay_process import relay_process
from support.waiting import eventually

JOBS = 1_000  # of the first user, over all job types
PUT = """
    WITH job AS (
        INSERT INTO background_jobs (id, user_id, job_type, input, deadline_at)
        SELECT gen_random_uuid(), '{user}', (ARRAY['{types}'])[1 + n % {count}], '{{}}', now() + '10 minutes'
        FROM generate_series(1, {jobs}) AS n RETURNING *)
    INSERT INTO outbox (event_id, job_id, user_id, job_type, event, body, time)
    SELECT gen_random_uuid()::text, id, user_id, job_type, 'requested',
        jsonb_build_object('jobId', id, 'jobType', job_type, 'userId', user_id, 'attempt', 0, 'input', input,
            'maxAttempts', 3, 'deadlineAt', deadline_at), now() FROM job"""


class Fleet:
    """Workers that start one job when they are told to."""

    def __init__(self, bench: GatewayBench) -> None:
        self.bench = bench
        self._pulls: dict[str, JetStreamContext.PullSubscription] = {}

    async def start_one(self, job_type: str) -> UUID:
        """Takes the next job of a type, and starts it; returns who asked for it."""
        requested = await self.take(job_type)
        await self.bench.start(requested)
        return requested.user_id

    async def take(self, job_type: str) -> JobRequested:
        """Takes the next job of a type, for good."""
        if job_type not in self._pulls:
            bound = self.bench.client.jetstream().pull_subscribe_bind(
                durable=subjects.durable(job_type), stream=subjects.STREAM
            )
            self._pulls[job_type] = await bound
        (message,) = await self._pulls[job_type].fetch(1, timeout=20)
        await message.ack()
        return JobRequested.model_validate_json(message.data)

    async def starts_before(self, user: UUID, job_type: str) -> int:
        """How many jobs of others they start until they start this user's."""
        others = 0
        while await self.start_one(job_type) != user:
            others += 1
        return others

    async def waiting(self, job_type: str) -> int:
        """How many requests of a type are in the stream, and not delivered."""
        durable = subjects.durable(job_type)
        info = await self.bench.client.jetstream().consumer_info(subjects.STREAM, durable)
        return info.num_pending or 0


async def put(bench: GatewayBench, user: UUID, jobs: int, *types: str) -> None:
    """Accepts jobs of these types in turn, all at once."""
    await bench.sql(f"INSERT INTO users (id) VALUES ('{user}') ON CONFLICT DO NOTHING")  # noqa: S608
    await bench.sql(PUT.format(user=user, types="', '".join(types), count=len(types), jobs=jobs))
    await bench.sql("SELECT pg_notify('outbox', '')")


@pytest.fixture
async def fleet(bench: GatewayBench) -> Fleet:
    """Beside a flood of one user, whose first jobs are published."""
    await put(bench, new_id(), JOBS, *JOB_TYPES)
    return Fleet(bench)


async def test_of_each_type_only_what_is_about_to_run_is_published(bench: GatewayBench, fleet: Fleet) -> None:
    await bench.relay()
    for job_type in JOB_TYPES:
        for _ in range(3 * LEAST):
            await fleet.start_one(job_type)
            assert await fleet.waiting(job_type) <= LEAST


async def test_another_users_job_starts_after_those_that_were_published(
    bench: GatewayBench, fleet: Fleet
) -> None:
    await bench.relay()
    for job_type in JOB_TYPES:
        for _ in range(2 * LEAST):
            await fleet.start_one(job_type)
        other = new_id()
        await put(bench, other, 1, job_type)

        assert await fleet.starts_before(other, job_type) <= LEAST + 1


async def test_a_relay_that_dies_leaves_the_order_as_it_is(
    bench: GatewayBench, fleet: Fleet, tmp_path: Path
) -> None:
    dying = relay_process(bench, tmp_path / "ready")
    try:
        for _ in range(2 * LEAST):
            await fleet.start_one("polish")
    finally:
        dying.kill()
        dying.wait()
    other = new_id()
    await put(bench, other, 1, "polish")
    await bench.relay()

    assert await fleet.starts_before(other, "polish") <= LEAST + 1
    assert await fleet.waiting("polish") <= LEAST


async def test_two_relays_for_a_moment_publish_each_job_once_and_a_window_each(bench: GatewayBench) -> None:
    """As when a leader does not know yet that another leads: here neither asks."""
    await put(bench, new_id(), 10 * LEAST, "polish")
    stop, fleet, taken = asyncio.Event(), Fleet(bench), list[UUID]()
    relays = [asyncio.create_task(relay(bench.settings, bench.client, bench.engine, stop)) for _ in range(2)]
    for _ in range(10 * LEAST):
        requested = await fleet.take("polish")
        await bench.start(requested)
        taken.append(requested.job_id)
        assert await fleet.waiting("polish") <= 2 * LEAST
    stop.set()
    await asyncio.gather(*relays)

    assert len(set(taken)) == 10 * LEAST
    assert await fleet.waiting("polish") == 0


async def test_deliveries_whose_start_nobody_heard_make_room_too(bench: GatewayBench, fleet: Fleet) -> None:
    """The broker says how much it has delivered."""
    await bench.relay()
    for _ in range(3 * LEAST):
        await fleet.take("emails")


async def test_a_cancel_is_not_held_back_with_the_request_of_its_job(
    bench: GatewayBench, fleet: Fleet
) -> None:
    await bench.relay()
    await eventually(lambda: fleet.waiting("ideation"), told="the first are published")
    requested = await bench.submit()
    await bench.ask_to_cancel(requested)

    await bench.until_published(requested, "cancel_requested")


async def test_a_job_behind_others_says_that_it_waits_for_its_turn_and_about_how_long(
    bench: GatewayBench, fleet: Fleet
) -> None:
    await bench.relay()
    hub = Hub(bench.settings.database_url)
    running = asyncio.create_task(hub.run())
    try:
        await eventually(lambda: hub.holds.paces, told="the relay holds jobs back")
        requested = await bench.submit()
        for _ in range(2 * LEAST):
            await fleet.start_one("ideation")
        job = await bench.row(requested)

        assert JobSummary.of(job, hub.holds).waiting_for == "turn"
        await eventually(lambda: start_of(bench.engine, job, hub.holds), told="the lane has a pace")
    finally:
        await end(running)
