"""One append under the fence, against a real server."""

import asyncio

from lodestone.events import JobProgress, JobRequested
from lodestone.ids import new_id
from support.backends import NatsServer
from support.worker_bench import WorkerBench


def message(requested: JobRequested, text: str) -> JobProgress:
    return JobProgress(**requested.of_job(0), done=0, total=10, message=text)


async def test_an_append_to_a_log_that_went_on_is_refused_and_shows_the_new_log(
    bench: WorkerBench,
) -> None:
    requested = await bench.request()
    old = await bench.log(requested)
    theirs = await bench.append(message(requested, "theirs"))

    appended = await bench.stream.append(message(requested, "mine"), old)

    assert not appended.stored
    assert appended.log == theirs
    assert await bench.log(requested) == theirs


async def test_a_repeat_of_a_stored_event_is_found_among_all_events(bench: WorkerBench) -> None:
    requested = await bench.request()
    old, event, event_id = await bench.log(requested), message(requested, "mine"), str(new_id())
    await bench.stream.append(event, old, event_id=event_id)
    newest = await bench.append(message(requested, "somebody's, after mine"))

    repeated = await bench.stream.append(event, old, event_id=event_id)

    assert repeated.stored
    assert repeated.log == newest


async def test_of_many_writers_at_the_same_place_one_wins(bench: WorkerBench) -> None:
    requested = await bench.request()
    log = await bench.log(requested)

    answers = await asyncio.gather(
        *(bench.stream.append(message(requested, str(number)), log) for number in range(20))
    )

    assert sum(answer.stored for answer in answers) == 1
    assert len((await bench.log(requested)).entries) == 2


async def test_a_log_longer_than_a_page_is_read_whole(bench: WorkerBench) -> None:
    requested = await bench.request()
    log = await bench.log(requested)
    for number in range(300):
        log = (await bench.stream.append(message(requested, str(number)), log)).log

    assert await bench.log(requested) == log
    assert len(log.entries) == 301


async def test_an_append_while_the_server_is_away_is_stored_once_when_it_is_back(
    bench: WorkerBench, own_nats: NatsServer
) -> None:
    requested = await bench.request()
    log = await bench.log(requested)
    own_nats.kill()
    appending = asyncio.create_task(bench.stream.append(message(requested, "mine"), log))

    await asyncio.to_thread(own_nats.start)
    appended = await asyncio.wait_for(appending, 30)

    assert appended.stored
    assert [entry.event.name for entry in (await bench.log(requested)).entries] == ["requested", "progress"]


async def test_a_message_that_is_no_event_counts_for_the_fence_and_is_passed_over(bench: WorkerBench) -> None:
    requested = await bench.request()
    subject = f"job.progress.ideation.{requested.job_id}"
    ack = await bench.client.jetstream().publish(subject, b"{not json")

    log = await bench.log(requested)

    assert [entry.event.name for entry in log.entries] == ["requested"]
    assert log.last_sequence == ack.seq
    assert (await bench.stream.append(message(requested, "mine"), log)).stored
