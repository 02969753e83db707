"""One request for deliveries is open while there are free slots, whatever happens to bus and durable."""

import asyncio

import pytest
from lodestone.bus.heartbeat import Heartbeat
from lodestone.bus.topology import apply_topology
from lodestone.subjects import heartbeat_subject
from lodestone.worker import app, pull
from nats.aio.msg import Msg
from support.backends import NatsServer
from support.logs import names
from support.mailing import emails_work
from support.samples import example_input
from support.waiting import eventually
from support.worker_bench import WorkerBench

FOREVER = 1e9


@pytest.fixture(autouse=True)
def _requests_never_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no new request hides that one was lost."""
    monkeypatch.setattr(pull, "REQUEST_SECONDS", FOREVER)


async def until_waiting(bench: WorkerBench, count: int = 1) -> None:
    """Returns once this many requests wait at the durable."""

    async def waits() -> bool:
        return (await bench.consumer()).num_waiting == count

    await eventually(waits, within=10, told=f"{count} open requests")


@pytest.mark.parametrize("lost", ["durable", "stream"])
async def test_a_service_whose_durable_or_stream_is_deleted_says_so_and_works_when_it_is_back(
    bench: WorkerBench, lost: str
) -> None:
    worker = await bench.worker()
    await until_waiting(bench)
    assert worker.is_ready()

    jetstream = bench.client.jetstream()
    await (
        jetstream.delete_consumer("JOBS", "ideation")
        if lost == "durable"
        else jetstream.delete_stream("JOBS")
    )
    await eventually(lambda: not worker.is_ready(), within=10, told="the service is not ready")
    await apply_topology(bench.client)

    await bench.until_ended(await bench.request())
    assert worker.is_ready()


async def test_a_request_that_died_with_its_server_is_made_again(
    bench: WorkerBench, own_nats: NatsServer
) -> None:
    await bench.worker()
    await until_waiting(bench)

    own_nats.kill()
    await eventually(lambda: bench.client.is_reconnecting, within=10)
    await asyncio.to_thread(own_nats.start)
    await eventually(lambda: bench.client.is_connected, within=10)

    await until_waiting(bench)
    await bench.until_ended(await bench.request())


async def test_a_request_that_the_server_forgot_is_made_again(
    bench: WorkerBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "REQUEST_SECONDS", 0.2)
    puller = (await bench.worker()).puller
    await until_waiting(bench)

    puller._reply = "another"  # the server's word about the open request is not heard

    await eventually(lambda: puller._reply != "another", within=10, told="another request")
    await bench.until_ended(await bench.request())


async def test_no_more_jobs_are_taken_than_there_are_slots(bench: WorkerBench) -> None:
    await bench.pace(0.02, 2.0)
    await bench.worker(slots=2)
    requested = [await bench.request() for _ in range(5)]

    await asyncio.gather(*(bench.until_logged(each, "started") for each in requested[:2]))

    assert (await bench.consumer()).num_ack_pending == 2
    await asyncio.gather(*(bench.until_ended(each) for each in requested))


async def test_an_idle_job_type_leaves_no_slot_empty(bench: WorkerBench) -> None:
    await bench.pace(0.02, 2.0)
    await bench.worker("content", slots=2)
    posts = [await bench.request("posts", work=example_input("posts")) for _ in range(2)]
    await asyncio.gather(*(bench.until_logged(each, "started") for each in posts))
    emails = await bench.request("emails", work=emails_work().model_dump(mode="json", by_alias=True))
    logs = [await bench.until_ended(each) for each in (*posts, emails)]

    starts = [log.entries[1].sequence for log in logs]
    first_end = min(log.last_sequence for log in logs)
    assert max(starts[:2]) < first_end, "both slots run posts though emails are idle"
    assert first_end < starts[2], "a third job waits for a slot"


async def test_a_job_type_whose_jobs_are_over_keeps_no_slot_from_another(bench: WorkerBench) -> None:
    await bench.pace(0.02, 1.0)
    await bench.worker("content", slots=2)
    short = await bench.request("posts", work=example_input("posts"))
    await bench.until_logged(short, "call_started")
    await bench.pace(0.02, 6.0)

    work = emails_work().model_dump(mode="json", by_alias=True)
    long, next_one = [await bench.request("emails", work=work) for _ in range(2)]
    await bench.until_ended(short)
    started = await bench.until_logged(next_one, "started")

    assert started.last_sequence < (await bench.until_ended(long)).last_sequence


async def test_a_running_job_does_not_keep_the_text_of_its_delivery(bench: WorkerBench) -> None:
    await bench.pace(0.02, 3.0)
    worker = await bench.worker()
    await bench.until_logged(await bench.request(), "started")

    (delivery,) = worker._app._inflight._deliveries.values()
    assert (delivery.data, delivery.headers) == (b"", None)


async def test_jobs_that_come_one_by_one_are_served_by_one_request(bench: WorkerBench) -> None:
    worker = await bench.worker(slots=32)
    for _ in range(3):
        await bench.until_ended(await bench.request())

    assert next(worker.puller._numbers) == 2


async def test_a_worker_that_stops_takes_no_more_while_it_ends_what_runs(bench: WorkerBench) -> None:
    await bench.pace(0.02, 3.0)
    worker = await bench.worker()
    running = await bench.request()
    await bench.until_logged(running, "call_started")

    stopping = asyncio.create_task(worker.stop())
    await until_waiting(bench, 0)
    left = await bench.request()

    assert not (await bench.log(running)).terminal
    await stopping
    info = await bench.consumer()
    assert (info.num_ack_pending, info.num_pending, info.num_redelivered) == (0, 1, 0)
    assert names(await bench.log(left)) == ["requested"]


async def test_a_worker_that_stops_says_that_it_lives_while_its_last_job_runs(bench: WorkerBench) -> None:
    said: list[Heartbeat] = []

    async def hear(message: Msg) -> None:
        said.append(Heartbeat.model_validate_json(message.data))

    await bench.pace(0.02, 3.0)
    worker = await bench.worker()
    running = await bench.request()
    await bench.until_logged(running, "call_started")

    stopping = asyncio.create_task(worker.stop())
    await until_waiting(bench, 0)
    await bench.client.subscribe(heartbeat_subject("ideation"), cb=hear)
    await eventually(lambda: len(said) >= 3, told="it says so each half second")

    assert [beat.running for beat in said] == [1] * len(said)
    assert not (await bench.log(running)).terminal
    await stopping
    assert names(await bench.log(running))[-1] == "completed"


async def test_a_delivery_for_a_request_that_was_given_up_waits_for_a_free_slot(bench: WorkerBench) -> None:
    await bench.pace(0.02, 1.0)
    worker = await bench.worker(slots=1)
    await until_waiting(bench)
    worker.puller._close("")
    await until_waiting(bench, 2)

    first, second = await bench.request(), await bench.request()
    ended, begun = await bench.until_ended(first), await bench.until_ended(second)

    assert names(begun)[:2] == ["requested", "started"]
    assert begun.entries[1].sequence > ended.last_sequence


@pytest.mark.parametrize("doing", ["waits for jobs", "looks for its durable"])
async def test_a_service_ends_though_the_bus_does_not_answer(
    bench: WorkerBench, own_nats: NatsServer, monkeypatch: pytest.MonkeyPatch, doing: str
) -> None:
    for module in (pull, app):
        monkeypatch.setattr(module, "FAREWELL_SECONDS", 0.1)
    worker = await bench.worker()
    await until_waiting(bench)
    with own_nats.standing_still():
        if doing == "looks for its durable":
            asked = worker.puller._client._asked
            worker.puller._close("lost")
            await eventually(lambda: worker.puller._client._asked > asked, within=5)
        stopping = asyncio.create_task(worker.stop())
        await asyncio.wait({stopping}, timeout=4.0)  # an unanswered look takes 5 s, a flush 10 s
        assert stopping.done()
