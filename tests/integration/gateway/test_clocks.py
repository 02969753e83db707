"""Machines with wrong clocks: times that travel between machines follow the database's clock."""

from datetime import UTC, datetime, timedelta

from lodestone.clock import now, parse_time
from support.api import running_gateway
from support.backends import NatsServer
from support.clocks import shifted_clock
from support.gateway_bench import gateway_bench
from support.samples import example_input

OFF = timedelta(minutes=11)


async def test_gateway_whose_clock_is_behind_dates_jobs_by_the_database(postgres_url: str) -> None:
    with shifted_clock(-OFF):
        async with running_gateway(postgres_url) as gateway:
            user = gateway.user()
            answer = await user.post("/api/lead-magnet/ideate", example_input("ideation-fitness-coach"))
            job = (await user.get(f"/api/jobs/{answer.json()['jobId']}")).json()

    assert abs(parse_time(job["createdAt"]) - datetime.now(UTC)) < OFF / 2


async def test_reconciler_whose_clock_is_ahead_fails_only_what_is_past_its_deadline(
    own_nats: NatsServer, postgres_url: str
) -> None:
    async with gateway_bench(own_nats, postgres_url) as bench:
        late = await bench.submit(deadline=now() - timedelta(minutes=1))
        fresh = await bench.submit(deadline=now() + timedelta(minutes=10))
        for requested in (fresh, late):
            await bench.publish(requested)
        with shifted_clock(OFF):
            projector = await bench.projector()
            await bench.until_row(late, lambda row: row.status == "failed", within=20)
            await projector.stop()

        assert (await bench.log(fresh)).terminal is None
