"""One user floods all job types: another's job is among the next that workers start, whatever happens.

Real NATS, Postgres and relay; the test plays the workers, one start after the other, so that it can count.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from lodestone import subjects
from lodestone.bus.connection import connect
from lodestone.bus.heartbeat import Heartbeat, send_heartbeats
from lodestone.clock import now
from lodestone.events import JobCompleted, JobRequested, Usage
from lodestone.ids import new_id
from lodestone.jobs import JOB_TYPES
from lodestone.tasks import end
from lodestone_gateway.jobs.read import start_of
from lodestone_gateway.jobs.view import JobSummary
from lodestone_gateway.live.hub import Hub
from lodestone_gateway.outbox.in_flight import bound_of
from lodestone_gateway.outbox.window import LEAST
from lodestone_gateway.processes import relay
from nats.js import JetStreamContext
from support.gateway_bench import GatewayBench
from support.relay_process import relay_process
from support.waiting import eventually

JOBS = 1_000  # of the first user, over all job types
SLOTS = 8
BOUND = bound_of(SLOTS)
FIRST = new_id()  # the user of the flood
CONTENT = ("posts", "emails")  # the job types of one service
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
        self._asking: dict[str, asyncio.Task[JobRequested]] = {}
        self.running: dict[UUID, JobRequested] = {}

    @contextlib.asynccontextmanager
    async def heard(self, slots: int = SLOTS, service: str = "content") -> AsyncIterator[None]:
        """While they say how many jobs they run at once."""

        def told() -> Heartbeat:
            return Heartbeat(
                worker_id="test", service=service, slots=slots, running=len(self.running), started_at=now()
            )

        first = told().model_dump_json(by_alias=True).encode()
        await self.bench.client.publish(subjects.heartbeat_subject(service), first)
        await self.bench.client.flush()
        telling = asyncio.create_task(send_heartbeats(self.bench.client, told, asyncio.Event()))
        try:
            yield
        finally:
            await end(telling, *self._asking.values())

    async def run(self, count: int, *job_types: str) -> Counter[UUID]:
        """Takes and starts so many jobs of these types, whichever come; returns whose they are."""
        users = Counter[UUID]()
        for _ in range(count):
            requested = await self._next(job_types)
            await self.bench.start(requested)
            self.running[requested.job_id] = requested
            users[requested.user_id] += 1
        return users

    async def complete_one(self, user: UUID) -> None:
        """Ends one of the user's jobs."""
        requested = next(each for each in self.running.values() if each.user_id == user)
        del self.running[requested.job_id]
        event = JobCompleted(**requested.of_job(1), result={}, usage=Usage())
        await self.bench.append(event)

    async def _next(self, job_types: tuple[str, ...]) -> JobRequested:
        """The next job of any of these types; a question that is still open is asked on."""
        for job_type in job_types:
            if job_type not in self._asking:
                self._asking[job_type] = asyncio.create_task(self.take(job_type))
        asking = [self._asking[job_type] for job_type in job_types]
        done, _ = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
        requested = done.pop().result()
        del self._asking[requested.job_type]
        return requested

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
    await put(bench, FIRST, JOBS, *JOB_TYPES)
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


async def relay_that_listens(bench: GatewayBench) -> None:
    """A relay that has published the first job, of another user, and so hears workers."""
    await bench.relay()
    await bench.until_published(await bench.submit())


@pytest.fixture
async def bounded(bench: GatewayBench) -> AsyncIterator[Fleet]:
    """Workers of one service, whom a relay hears before one user floods all job types."""
    fleet = Fleet(bench)
    await relay_that_listens(bench)
    async with fleet.heard():
        await put(bench, FIRST, JOBS, *JOB_TYPES)
        yield fleet


async def test_one_user_has_three_quarters_of_a_services_slots_and_others_find_the_rest_free(
    bench: GatewayBench, bounded: Fleet
) -> None:
    """Over all job types of the service: the first one's jobs never end here."""
    assert await bounded.run(BOUND, *CONTENT) == {FIRST: BOUND}
    other = new_id()
    await put(bench, other, 2, *CONTENT)

    assert await bounded.run(2, *CONTENT) == {other: 2}


async def test_the_end_of_a_users_job_lets_the_next_one_through(bench: GatewayBench, bounded: Fleet) -> None:
    await bounded.run(BOUND, *CONTENT)
    async with bench.folding():  # the relay may not listen yet: Postgres tells it of the first end
        await bounded.complete_one(FIRST)
        assert await bounded.run(1, *CONTENT) == {FIRST: 1}

    for _ in range(2 * BOUND):
        await bounded.complete_one(FIRST)
        assert await bounded.run(1, *CONTENT) == {FIRST: 1}


async def test_an_end_that_nobody_heard_lets_the_next_one_through_too(
    bench: GatewayBench, bounded: Fleet
) -> None:
    """Postgres says so."""
    await bounded.run(BOUND, *CONTENT)
    job_id = next(iter(bounded.running))
    await bench.sql(f"UPDATE background_jobs SET status = 'failed' WHERE id = '{job_id}'")  # noqa: S608

    assert await bounded.run(1, *CONTENT) == {FIRST: 1}


async def test_a_user_who_is_deleted_while_jobs_of_theirs_wait_holds_nobody_up(
    bench: GatewayBench, bounded: Fleet
) -> None:
    await bounded.run(BOUND, *CONTENT)
    await bench.sql("DELETE FROM users")
    other = new_id()
    await put(bench, other, 2 * BOUND, "posts")

    assert await bounded.run(BOUND, *CONTENT) == {other: BOUND}
    await bounded.complete_one(other)
    assert await bounded.run(1, *CONTENT) == {other: 1}


async def test_the_next_relay_knows_what_a_user_has_running(bench: GatewayBench, tmp_path: Path) -> None:
    fleet, other = Fleet(bench), new_id()
    dying = relay_process(bench, tmp_path / "ready")
    try:
        await bench.until_published(await bench.submit(), within=60)  # so that it listens
        async with fleet.heard():
            await put(bench, FIRST, JOBS, "posts")
            await fleet.run(BOUND, "posts")
    finally:
        dying.kill()
        dying.wait()
    ids = "', '".join(map(str, fleet.running))
    await bench.sql(f"UPDATE background_jobs SET status = 'processing', seq = 2 WHERE id IN ('{ids}')")  # noqa: S608
    await put(bench, other, 2, "posts")
    await bench.relay()

    assert await fleet.run(2, "posts") == {other: 2}


async def test_with_two_relays_for_a_moment_everything_runs(bench: GatewayBench) -> None:
    """Each counts what it has published, and Postgres says what has ended."""
    fleet, stop, jobs = Fleet(bench), asyncio.Event(), 4 * BOUND
    client = await connect(bench.settings, "relay")
    second = asyncio.create_task(relay(bench.settings, client, bench.engine, stop))
    await bench.relay()
    try:
        async with fleet.heard(), bench.folding():
            await put(bench, FIRST, jobs, "posts")
            for _ in range(jobs):
                await fleet.run(1, "posts")
                await fleet.complete_one(FIRST)
    finally:
        stop.set()
        await second
        await client.disconnect()
    assert await fleet.waiting("posts") == 0


async def test_a_job_that_waits_for_those_of_its_own_user_says_so(bench: GatewayBench) -> None:
    fleet, hub = Fleet(bench), Hub(bench.settings.database_url)
    running = asyncio.create_task(hub.run())
    await relay_that_listens(bench)
    try:
        async with fleet.heard(service="ideation"):
            requests = [await bench.submit(user_id=FIRST) for _ in range(BOUND + 2)]
            await fleet.run(1 + BOUND, "ideation")
            await eventually(lambda: hub.holds.capped, told="the relay says whose jobs wait")
            others = await bench.submit()

            assert await shown(bench, hub, *requests) == {"slot": BOUND, "cap": 2}
            assert await shown(bench, hub, others) != {"cap": 1}
            for _ in range(3):
                await fleet.complete_one(FIRST)
            await eventually(
                lambda: not hub.holds.capped, within=20, told="nobody waits for jobs of their own"
            )
    finally:
        await end(running)


async def shown(bench: GatewayBench, hub: Hub, *requests: JobRequested) -> Counter[str | None]:
    """What jobs wait for, as their owners see it; the test folds nothing but what is published."""
    for request in requests:
        if (await bench.outbox_row(request)).published_at:
            await bench.sql(f"UPDATE background_jobs SET seq = 1 WHERE id = '{request.job_id}'")  # noqa: S608
    return Counter([JobSummary.of(await bench.row(each), hub.holds).waiting_for for each in requests])
