"""What is appended in one turn of the event loop goes to the stream as one batch, against a real server."""

import asyncio
from collections.abc import Sequence
from typing import Any

from lodestone import subjects
from lodestone.bus.batch import LEAST
from lodestone.bus.connection import connect
from lodestone.bus.publisher import Appended
from lodestone.bus.topology import apply_topology, stream_config
from lodestone.events import JobProgress, JobRequested
from lodestone.ids import new_id
from lodestone.job_log import JobLog
from lodestone.settings import ProcessSettings
from nats.js.api import RawStreamMsg
from support import logs
from support.backends import NatsServer
from support.waiting import eventually
from support.worker_bench import WorkerBench

FEW, MANY = LEAST, 64


def requests(count: int = MANY) -> list[JobRequested]:
    return [logs.requested().model_copy(update={"job_id": new_id()}) for _ in range(count)]


def message(requested: JobRequested, text: str) -> JobProgress:
    return JobProgress(**requested.of_job(0), done=0, total=10, message=text)


async def publish(bench: WorkerBench, jobs: Sequence[JobRequested]) -> list[Appended]:
    """Appends all of the requests in one turn."""
    return await asyncio.gather(*(bench.stream.append(job, JobLog()) for job in jobs))


async def stored(bench: WorkerBench) -> list[RawStreamMsg]:
    """Everything in the stream."""
    jetstream = bench.client.jetstream()
    state = (await jetstream.stream_info(subjects.STREAM)).state
    return [
        await jetstream.get_msg(subjects.STREAM, sequence)
        for sequence in range(state.first_seq, state.last_seq + 1)
        if state.messages
    ]


def batches(messages: Sequence[RawStreamMsg]) -> list[str | None]:
    """The batch in which each was stored."""
    return [(each.headers or {}).get(subjects.BATCH_ID) for each in messages]


async def test_appends_of_one_turn_are_one_batch_in_their_order(bench: WorkerBench) -> None:
    jobs, heard = requests(), bench.client.stats["in_msgs"]

    appended = await publish(bench, jobs)

    answers = bench.client.stats["in_msgs"] - heard
    messages = await stored(bench)
    assert answers == 1
    assert len(set(batches(messages))) == 1
    assert [each.seq for each in messages] == [answer.log.last_sequence for answer in appended]
    assert [answer.log.requested for answer in appended] == jobs
    assert [await bench.log(job) for job in jobs] == [answer.log for answer in appended]


async def test_an_append_that_is_alone_in_its_turn_is_no_batch(bench: WorkerBench) -> None:
    await bench.request()

    assert batches(await stored(bench)) == [None]


async def test_one_refusal_in_a_batch_leaves_the_others_as_they_are(bench: WorkerBench) -> None:
    gone_on = await bench.request()
    old = await bench.log(gone_on)
    newest = await bench.append(message(gone_on, "somebody's"))
    jobs = requests()
    late = bench.stream.append(message(gone_on, "late"), old)

    first, refused, rest = await asyncio.gather(
        publish(bench, jobs[: MANY // 2]), late, publish(bench, jobs[MANY // 2 :])
    )

    assert (refused.stored, refused.log) == (False, newest)
    assert all(answer.stored for answer in (*first, *rest))
    assert [len((await bench.log(job)).entries) for job in jobs] == [1] * MANY
    assert await bench.log(gone_on) == newest


async def test_of_two_writers_of_a_log_in_one_turn_one_is_refused(bench: WorkerBench) -> None:
    jobs = requests()
    begun = [answer.log for answer in await publish(bench, jobs)]

    answers = await asyncio.gather(
        *(
            bench.stream.append(message(job, text), log)
            for text in ("first", "second")
            for job, log in zip(jobs, begun, strict=True)
        )
    )

    assert [answer.stored for answer in answers] == [True] * MANY + [False] * MANY
    assert [len((await bench.log(job)).entries) for job in jobs] == [2] * MANY


async def test_the_messages_of_a_batch_are_known_by_their_ids(bench: WorkerBench) -> None:
    jobs = requests()
    ids = [str(job.job_id) for job in jobs]
    await asyncio.gather(
        *(bench.stream.append(job, JobLog(), event_id=id) for job, id in zip(jobs, ids, strict=True))
    )

    again = await asyncio.gather(
        *(bench.stream.append(job, JobLog(), event_id=id) for job, id in zip(jobs, ids, strict=True))
    )

    assert all(answer.stored for answer in again)
    assert len(await stored(bench)) == len(jobs)


async def test_a_connection_that_breaks_before_the_answer_leaves_each_stored_once(
    bench: WorkerBench, own_nats: NatsServer
) -> None:
    jobs = requests()
    other = await connect(ProcessSettings(nats_url=own_nats.url), "other")
    transport: Any = bench.client._transport
    reading = transport._io_writer.transport
    reading.pause_reading()

    async def are_stored() -> bool:
        return (await other.jetstream().stream_info(subjects.STREAM)).state.messages == MANY

    publishing = asyncio.create_task(publish(bench, jobs))
    await eventually(are_stored, within=10)
    reading.abort()
    appended = await asyncio.wait_for(publishing, 30)
    await other.disconnect()

    assert all(answer.stored for answer in appended)
    assert [len((await bench.log(job)).entries) for job in jobs] == [1] * MANY


async def test_a_batch_while_the_server_is_away_is_stored_once_when_it_is_back(
    bench: WorkerBench, own_nats: NatsServer
) -> None:
    jobs = [await bench.request() for _ in range(FEW)]
    logs = [await bench.log(job) for job in jobs]
    own_nats.kill()
    appending = [
        asyncio.create_task(bench.stream.append(message(job, "mine"), log))
        for job, log in zip(jobs, logs, strict=True)
    ]

    await asyncio.to_thread(own_nats.start)
    appended = await asyncio.wait_for(asyncio.gather(*appending), 30)

    assert all(answer.stored for answer in appended)
    assert [len((await bench.log(job)).entries) for job in jobs] == [2] * len(jobs)


async def test_a_stream_that_takes_no_batches_is_asked_once_for_each_connection(
    bench: WorkerBench, own_nats: NatsServer
) -> None:
    config = stream_config()
    config.allow_atomic = False
    await bench.client.jetstream().update_stream(config)

    sent = []
    for _ in range(2):
        before = bench.client.stats["out_msgs"]
        assert all(answer.stored for answer in await publish(bench, requests(FEW)))
        sent.append(bench.client.stats["out_msgs"] - before)
    await apply_topology(bench.client)
    own_nats.kill()
    await asyncio.to_thread(own_nats.start)
    await eventually(lambda: bench.client.stats["reconnects"] and bench.client.is_connected, within=10)
    await publish(bench, requests(FEW))

    assert sent == [2 * FEW, FEW]
    found = batches(await stored(bench))
    assert found[: 2 * FEW] == [None] * 2 * FEW
    assert len(set(found[2 * FEW :])) == 1
    assert found[-1]
