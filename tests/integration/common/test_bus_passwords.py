"""A bus password is changed while a job runs: both passwords work until the old one is removed."""

import json

from lodestone.events import JobStarted
from support.backends import NatsServer
from support.bus_users import may_sign_in, violations
from support.worker_bench import worker_bench


def change(nats: NatsServer, login: str, password: str) -> None:
    file = nats.directory / "passwords.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {login: password}))
    nats.reload()


async def signs_in(nats: NatsServer, login: str, password: str) -> bool:
    return await may_sign_in(f"nats://{login}:{password}@{nats.url.rpartition('@')[2]}")


async def test_a_service_takes_its_new_password_while_its_job_runs(own_nats: NatsServer) -> None:
    before = violations()
    old = own_nats.users["ideation"].split(":")[2].partition("@")[0]
    async with worker_bench(own_nats) as bench:
        await bench.pace(0.02, 1.5)
        first = await bench.worker()
        requested = await bench.request()
        await bench.until_logged(requested, "call_started")

        change(own_nats, "ideation-2", "pnew")
        url = f"nats://ideation-2:pnew@{own_nats.url.rpartition('@')[2]}"
        await bench.worker(nats_urls={"ideation": url})
        both = [await signs_in(own_nats, "ideation", old), await signs_in(own_nats, "ideation-2", "pnew")]
        await first.stop()
        log = await bench.until_logged(requested, "completed")

        change(own_nats, "ideation", "ptaken")
        is_refused = not await signs_in(own_nats, "ideation", old)
        await bench.pace(0.02, 0.2)
        again = await bench.request()
        await bench.until_logged(again, "completed")

    assert both == [True, True]
    assert is_refused
    assert sum(isinstance(event, JobStarted) for event in log.events) == 1
    assert violations() == before
