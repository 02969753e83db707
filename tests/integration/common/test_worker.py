"""The worker's promises, with real parts: NATS, the provider's protocol, the ideation handler."""

from datetime import timedelta

from lodestone import subjects
from lodestone.clock import now
from lodestone.errors import ErrorCode
from lodestone.events import (
    JobCancelled,
    JobCancelRequested,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobProgress,
    JobRequested,
    JobRetrying,
    JobStarted,
    Reason,
    Usage,
)
from lodestone.job_log import JobLog
from lodestone.jobs.lead_magnet import ARCHETYPES, Concept
from lodestone.judgement import DEADLINE_PASSED
from lodestone.wire import JsonObject
from support.backends import NatsServer
from support.clocks import shifted_clock
from support.logs import names
from support.samples import ideation_result
from support.waiting import eventually
from support.worker_bench import PROMPT, WorkerBench

RESTARTED = Reason(code=ErrorCode.INTERNAL_ERROR, message="Restarted.")


def of_type(log: JobLog, kind: type[JobEvent]) -> list[JobEvent]:
    return [event for event in log.events if isinstance(event, kind)]


def finished_concepts() -> list[JsonObject]:
    return [Concept.model_validate(concept).to_wire() for concept in ideation_result()["concepts"]]


async def test_job_runs_from_request_to_one_terminal_event(bench: WorkerBench) -> None:
    await bench.worker()
    requested = await bench.request()

    log = await bench.until_ended(requested)

    assert names(log)[:2] == ["requested", "started"]
    assert isinstance(log.terminal, JobCompleted)
    assert [c["archetype"] for c in log.terminal.result["concepts"]] == list(ARCHETYPES)
    assert list(log.items) == list(ARCHETYPES)
    assert names(log).count("call_started") == names(log).count("call_finished") == 6
    assert not log.open_calls
    await bench.until_acknowledged()


async def test_usage_of_the_job_is_what_the_provider_counted(bench: WorkerBench) -> None:
    await bench.worker()
    requested = await bench.request()

    log = await bench.until_ended(requested)

    calls = await bench.calls(requested)
    assert isinstance(log.terminal, JobCompleted)
    assert log.terminal.usage.output_tokens == sum(call["outputTokens"] for call in calls)
    assert log.terminal.usage.input_tokens == sum(call["inputTokens"] for call in calls)
    assert log.terminal.usage.cost_usd > 0
    assert log.terminal.usage.wasted_usd == 0


async def test_each_item_is_one_progress_event_and_done_counts_up(bench: WorkerBench) -> None:
    await bench.worker()
    requested = await bench.request()

    log = await bench.until_ended(requested)

    items = [event for event in log.events if isinstance(event, JobProgress) and event.item]
    assert [event.done for event in items] == list(range(1, 11))
    assert {event.total for event in items} == {10}


async def test_second_delivery_of_an_ended_job_changes_nothing(bench: WorkerBench) -> None:
    await bench.worker()
    requested = await bench.request()
    log = await bench.until_ended(requested)

    await bench.append(requested.model_copy(update={"redelivery": True}))
    await bench.until_acknowledged()

    after = await bench.log(requested)
    assert names(after) == [*names(log), "requested"]
    assert len(await bench.calls(requested)) == 6


async def test_second_delivery_while_it_runs_is_not_run_twice(bench: WorkerBench) -> None:
    await bench.pace(0.02, 1.0)
    await bench.worker()
    requested = await bench.request()
    await bench.until_logged(requested, "call_started")

    await bench.append(requested.model_copy(update={"redelivery": True}))
    log = await bench.until_ended(requested)

    assert names(log).count("started") == 1
    assert len(await bench.calls(requested)) == 6


async def test_cancel_closes_the_calls_and_keeps_finished_items(bench: WorkerBench) -> None:
    await bench.pace(0.02, 8.0)
    await bench.worker()
    requested = await bench.request()
    running = await bench.until_logged(requested, "progress", count=3)

    await bench.append(
        JobCancelRequested(**requested.of_job(running.attempt), requested_by=requested.user_id)
    )
    log = await bench.until_ended(requested)

    assert names(log)[-1] == "cancelled"
    assert "completed" not in names(log)
    assert not log.open_calls
    assert isinstance(log.terminal, JobCancelled)
    # An item that was finished but not yet written when the cancel arrived is kept too.
    assert all(item.item in log.terminal.kept for item in log.items.values())
    assert await bench.until_calls_ended(requested) == {"disconnected"}
    await bench.until_acknowledged()


async def test_worker_that_lost_its_job_settles_its_calls_and_writes_nothing_else(bench: WorkerBench) -> None:
    await bench.pace(0.02, 8.0)
    await bench.worker()
    requested = await bench.request()
    await bench.until_logged(requested, "call_started", count=5)

    taken = await bench.start_elsewhere(requested)

    async def settled() -> JobLog | None:
        newest = await bench.log(requested)
        return None if newest.open_calls else newest

    log = await eventually(settled, within=20)
    assert set(names(log)[len(names(taken)) :]) == {"call_finished"}
    assert (await bench.consumer()).num_ack_pending == 1  # neither acknowledged nor handed back


async def test_end_written_by_another_stops_the_attempt(bench: WorkerBench) -> None:
    await bench.pace(0.02, 8.0)
    await bench.worker()
    requested = await bench.request()
    await bench.until_logged(requested, "call_started", count=5)

    ended = await bench.append(JobFailed(**requested.of_job(1), error=DEADLINE_PASSED, usage=Usage()))
    await bench.until_acknowledged()

    after = names(await bench.log(requested))[len(names(ended)) :]
    assert set(after) == {"call_finished"}


async def test_job_of_a_living_worker_is_never_taken_over(bench: WorkerBench) -> None:
    asked = await bench.client.subscribe(subjects.ask_subject("ideation-other"))
    requested = await bench.request()
    await bench.start_elsewhere(requested)
    await bench.worker()

    question = await asked.next_msg(timeout=10)
    await question.respond(b"have")

    async def handed_back() -> bool:
        return (await bench.consumer()).num_redelivered == 0 and not await bench.calls(requested)

    assert question.data.decode() == str(requested.job_id)
    assert await handed_back()
    assert names(await bench.log(requested)) == ["requested", "started"]


async def test_a_worker_that_began_anew_after_its_answer_is_asked_again(bench: WorkerBench) -> None:
    asked = await bench.client.subscribe(subjects.ask_subject("ideation-other"))
    requested = await bench.request()
    await bench.start_elsewhere(requested)
    await bench.worker()

    question = await asked.next_msg(timeout=10)
    await bench.start_elsewhere(requested)
    await question.respond(b"no")

    await (await asked.next_msg(timeout=10)).respond(b"have")
    assert names(await bench.log(requested)) == ["requested", "started", "started"]


async def test_items_of_a_dead_worker_are_not_bought_again(bench: WorkerBench) -> None:
    asked = await bench.client.subscribe(subjects.ask_subject("ideation-other"), cb=_say_no)
    requested = await bench.request()
    await bench.start_elsewhere(requested)
    concepts = finished_concepts()
    for index in (0, 1, 2, 9):
        await bench.append(
            JobProgress(
                **requested.of_job(1),
                done=index + 1,
                total=10,
                message="kept",
                item=concepts[index],
                item_key=concepts[index]["archetype"],
                item_index=index,
            )
        )

    await bench.worker()
    log = await bench.until_ended(requested)

    await asked.unsubscribe()
    second = of_type(log, JobStarted)[1]
    assert isinstance(second, JobStarted)
    assert second.kept == [concepts[index] for index in (0, 1, 2, 9)]
    assert isinstance(log.terminal, JobCompleted)
    for index in (0, 1, 2, 9):
        assert log.terminal.result["concepts"][index] == concepts[index]
    assert len(await bench.calls(requested)) == 5  # the first batch is complete: no call for it


async def _say_no(message: object) -> None:
    await message.respond(b"no")  # type: ignore[attr-defined]


async def test_silent_worker_is_taken_for_dead(bench: WorkerBench) -> None:
    requested = await bench.request()
    await bench.start_elsewhere(requested)
    await bench.worker()

    log = await bench.until_ended(requested)

    assert [event.attempt for event in of_type(log, JobStarted)] == [1, 2]
    assert isinstance(log.terminal, JobCompleted)


async def test_provider_overload_is_waited_for_and_not_counted(bench: WorkerBench) -> None:
    await bench.fault("overloaded", times=1)
    await bench.worker()
    requested = await bench.request(max_attempts=1)

    log = await bench.until_ended(requested)

    retrying = of_type(log, JobRetrying)[0]
    assert isinstance(retrying, JobRetrying)
    assert retrying.counted is False
    assert retrying.reason.code == ErrorCode.AI_UNAVAILABLE
    assert isinstance(log.terminal, JobCompleted)
    assert len(await bench.calls(requested)) == 7  # the four good batches were not bought again


async def test_last_counted_attempt_fails_the_job(bench: WorkerBench) -> None:
    await bench.fault("cut", times=50, afterItems=0)
    await bench.worker()
    requested = await bench.request(max_attempts=1)

    log = await bench.until_ended(requested)

    assert isinstance(log.terminal, JobFailed)
    assert log.terminal.error.code == ErrorCode.ATTEMPTS_EXHAUSTED
    await bench.until_acknowledged()


async def test_stop_hands_running_jobs_back_uncounted_and_another_worker_ends_them(
    bench: WorkerBench,
) -> None:
    await bench.pace(0.02, 6.0)
    first = await bench.worker(drain_seconds=0.05)
    requested = await bench.request()
    await bench.until_logged(requested, "progress", count=2)

    await first.stop()
    handed_back = await bench.log(requested)
    await bench.pace(0.02, 0.2)
    await bench.worker()
    log = await bench.until_ended(requested)

    assert names(handed_back)[-1] == "retrying"
    assert handed_back.counted == 0
    assert not handed_back.open_calls
    assert isinstance(log.terminal, JobCompleted)
    assert all(event.counted is False for event in of_type(log, JobRetrying))  # type: ignore[attr-defined]


async def test_restart_of_nats_in_the_middle_loses_nothing(bench: WorkerBench, own_nats: NatsServer) -> None:
    await bench.pace(0.02, 2.0)
    await bench.worker()
    requested = await bench.request()
    await bench.until_logged(requested, "progress")

    own_nats.kill()
    own_nats.start()
    log = await bench.until_ended(requested)

    assert isinstance(log.terminal, JobCompleted)
    assert sum(name in ("completed", "failed", "cancelled") for name in names(log)) == 1
    assert names(log).count("started") == 1
    assert len(await bench.calls(requested)) == 6


async def test_job_past_its_deadline_is_not_begun(bench: WorkerBench) -> None:
    requested = await bench.request(deadline_in=-1)
    await bench.worker()

    log = await bench.until_ended(requested)

    assert names(log) == ["requested", "failed"]
    assert log.terminal == JobFailed(**requested.of_job(0), error=DEADLINE_PASSED, usage=Usage())


async def test_cancelled_job_is_never_begun(bench: WorkerBench) -> None:
    requested = await bench.request()
    await bench.append(JobCancelRequested(**requested.of_job(0), requested_by=requested.user_id))
    await bench.worker()

    log = await bench.until_ended(requested)

    assert names(log) == ["requested", "cancel_requested", "cancelled"]
    assert await bench.calls(requested) == []


async def test_job_under_which_workers_keep_dying_fails(bench: WorkerBench) -> None:
    requested = await bench.request()
    for attempt in range(1, 6):
        await bench.append(
            JobStarted(
                **requested.of_job(attempt),
                worker_id=f"ideation-dead-{attempt}",
                model="m",
                prompt=PROMPT,
            )
        )
    await bench.worker()

    log = await bench.until_ended(requested)

    assert isinstance(log.terminal, JobFailed)
    assert log.terminal.error.code == ErrorCode.ATTEMPTS_EXHAUSTED
    assert await bench.calls(requested) == []


async def test_attempt_waits_until_its_time(bench: WorkerBench) -> None:
    requested = await bench.request()
    await bench.start_elsewhere(requested)
    retry_at = now() + timedelta(seconds=1.5)
    await bench.append(JobRetrying(**requested.of_job(1), reason=RESTARTED, retry_at=retry_at, counted=False))
    await bench.worker()

    log = await bench.until_ended(requested)

    second = next(
        entry for entry in log.entries if isinstance(entry.event, JobStarted) and entry.event.attempt == 2
    )
    assert second.time >= retry_at


async def test_message_that_is_no_job_is_taken_off_and_the_next_job_runs(bench: WorkerBench) -> None:
    subject = subjects.event_subject("requested", "ideation", (await bench.request(deadline_in=-1)).job_id)
    await bench.client.jetstream().publish(subject.replace("7", "8"), b"{not json")
    await bench.worker()
    requested = await bench.request()

    log = await bench.until_ended(requested)

    assert isinstance(log.terminal, JobCompleted)
    await bench.until_acknowledged()


async def test_input_that_this_version_cannot_read_fails_the_job(bench: WorkerBench) -> None:
    await bench.worker()
    wrong = (await bench.request(deadline_in=-1)).model_copy(
        update={"input": {"businessType": "?"}, "deadline_at": now() + timedelta(seconds=60)}
    )
    requested = JobRequested.model_validate(wrong.model_copy(update={"job_id": wrong.user_id}).model_dump())
    await bench.append(requested)

    log = await bench.until_ended(requested)

    assert isinstance(log.terminal, JobFailed)
    assert log.terminal.error.code == ErrorCode.INVALID_INPUT
    assert await bench.calls(requested) == []


async def test_items_of_a_retried_job_are_announced_again_and_not_asked_for(bench: WorkerBench) -> None:
    await bench.worker()
    concepts = finished_concepts()
    kept = [
        {"itemKey": concept["archetype"], "itemIndex": index, "item": concept}
        for index, concept in enumerate(concepts)
    ]
    requested = await bench.request(kept=kept)

    log = await bench.until_ended(requested)

    assert isinstance(log.terminal, JobCompleted)
    assert log.terminal.result["concepts"] == concepts
    assert list(log.items) == list(ARCHETYPES)
    assert len(await bench.calls(requested)) == 1  # only the advice


async def test_clock_that_is_eleven_minutes_ahead_fails_no_job(bench: WorkerBench) -> None:
    requested = await bench.request()
    with shifted_clock(timedelta(minutes=11)):
        await bench.worker()
        log = await bench.until_ended(requested)

    assert isinstance(log.terminal, JobCompleted)
