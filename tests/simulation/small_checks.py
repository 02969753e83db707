"""Checks of one function each, for bugs that a whole run rarely or never meets."""

import asyncio
import math
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from lodestone.bus.ask import HAVE, NO, ask_owner
from lodestone.bus.envelope import Envelope, encode
from lodestone.bus.publisher import JobStream
from lodestone.bus.topology import consumer_config, stream_config
from lodestone.clock import now
from lodestone.events import (
    JobCancelRequested,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobRequested,
    JobStarted,
    Prompt,
    Usage,
)
from lodestone.ids import new_id
from lodestone.job_log import Entry, JobLog, presumed_log
from lodestone.judgement import DEADLINE_PASSED, Owner, Postpone, RowState
from lodestone.status import Status
from lodestone.subjects import ask_subject
from lodestone.worker.executor import Executor
from lodestone.worker.inflight import Inflight
from lodestone_gateway.jobs import restore
from lodestone_gateway.outbox.queue import Waiting
from lodestone_gateway.outbox.relay import Relay
from lodestone_gateway.outbox.workers import ASK_SECONDS
from lodestone_gateway.projector.fold import Folded, FoldedJob, fold_batch
from simulation.broker import PullRequest
from simulation.client import SimClient
from simulation.doubles import installed
from simulation.outbox import SimAutocommit
from simulation.plan import Plan
from simulation.provider import SIM_JOB, SimLlm
from simulation.store import SimEngine
from simulation.virtual_loop import Process
from simulation.world import World


def first_end_counts() -> str | None:
    """The fold keeps the first terminal event."""
    job = requested()
    end: dict[str, Any] = {**job.of_job(1), "usage": Usage()}
    events = [job, started(job, 1), JobCompleted(**end, result={}), JobFailed(**end, error=DEADLINE_PASSED)]
    entries = [Entry(at, f"event-{at}", now(), event) for at, event in enumerate(events, 1)]
    bare = FoldedJob(job.job_id, job.user_id, job.job_type, now())
    status = fold_batch(Folded({job.job_id: bare}, set(), set()), entries).jobs[job.job_id].status
    return None if status is Status.COMPLETED else f"I6: completed, then failed, is folded to {status}"


def marked_cancel_is_restored() -> str | None:
    """A restored log contains a cancel that was marked."""
    job = requested()
    cancel = JobCancelRequested(**job.of_job(0), requested_by=job.user_id)
    rows: Any = [
        SimpleNamespace(
            event=event.name,
            event_id=event.name,
            body=event.body(),
            time=now(),
            traceparent=None,
            published_at=now(),
        )
        for event in (job, cancel)
    ]
    record = restore.record_of(Status.PROCESSING, [], rows)
    names = [entry.event.name for entry in record.missing(JobLog(), with_unmarked=False)]
    return None if "cancel_requested" in names else f"I6: only {names} would be restored"


def takeover_raises_the_version() -> str | None:
    """A restore makes a fold in flight fail."""
    world, job = World(Plan(0, ())), requested()
    world.store.jobs[job.job_id] = FoldedJob(job.job_id, job.user_id, job.job_type, now())
    engine: Any = SimEngine(world, Process("reconciler"))
    alone(world, restore._take_over(engine, [job.job_id]))
    version = world.store.cursor.version
    return None if version == 1 else f"I3: the cursor's version is {version} after a restore began"


def duplicate_is_no_success() -> str | None:
    """An append is made again when a purged cluster calls it a duplicate."""
    world, job = World(Plan(0, (), is_cluster=True)), requested()
    world.broker.add_stream(stream_config())
    client: Any = SimClient(world, Process("relay"))
    stream = JobStream(client, "relay")
    alone(world, _append_twice(world, stream, job))
    stored = len(world.broker.stream.messages) if world.broker.stream else 0
    return None if stored == 1 else f"I2: {stored} events are in the stream after an append that succeeded"


async def _append_twice(world: World, stream: JobStream, job: JobRequested) -> None:
    await stream.append(job, JobLog(), event_id="one")
    world.broker.purge()
    await stream.append(job, JobLog(), event_id="one")


def one_silence_is_no_death() -> str | None:
    """A worker that does not answer the first question is asked again."""
    world, asked = World(Plan(0, ())), Process("worker")
    worker, client = SimClient(world, asked), SimClient(world, Process("other"))
    worker.answers[ask_subject("slow")] = lambda job_id: "have"
    asked.is_stopped = True
    world.loop.after(1.5, world.loop.resume, asked)
    asking: Any = client
    owner = alone(world, ask_owner(asking, "slow", new_id()))
    return None if owner is Owner.HAS_IT else "I5: a worker that was silent once is taken for dead"


def answer_is_about_one_start() -> str | None:
    """A worker that restarted the job right after it said no is asked again."""
    world = World(Plan(0, ()))
    world.broker.add_stream(stream_config())
    return alone(world, _restart_when_asked(world, requested()))  # type: ignore[no-any-return]


async def _restart_when_asked(world: World, job: JobRequested) -> str | None:
    owner: Any = SimClient(world, Process("owner"))
    other: Any = SimClient(world, Process("other"))
    world._workers.update(owner=owner.process, other=other.process)
    for event in (job, started(job, 1)):
        _store(world, event)
    answers = [NO, HAVE]

    def answer(job_id: str) -> str:
        if answers[0] == NO:
            _store(world, started(job, 2))
        return answers.pop(0)

    owner.answers[ask_subject("owner")] = answer
    ending = await _executor(world, other)._judge(job, None)
    return None if isinstance(ending, Postpone) else f"I5: {ending} although the owner has restarted"


def copy_is_not_the_whole_log() -> str | None:
    """A copy of the request on its first delivery is not the whole log: an attempt came before it."""
    job = requested()
    copy = Entry(3, "copy", now(), job.model_copy(update={"redelivery": True}))
    log = presumed_log(copy, 1)
    return None if log is None else "I5: a copy of the request is taken for the job's whole log"


def refused_start_is_judged_again() -> str | None:
    """The log is read after it refused a start, and shows that the job has already ended."""
    world = World(Plan(0, ()))
    world.broker.add_stream(stream_config())
    return alone(world, _deliver_an_ended_job(world, requested()))  # type: ignore[no-any-return]


async def _deliver_an_ended_job(world: World, job: JobRequested) -> str | None:
    for event in (job, JobFailed(**job.of_job(0), error=DEADLINE_PASSED, usage=Usage())):
        _store(world, event)
    client: Any = SimClient(world, Process("worker"))
    first = world.broker.stream.messages[0].sequence if world.broker.stream else 0
    try:
        async with asyncio.timeout(10.0):
            await _executor(world, client)._judge(job, JobLog((Entry(first, "request", now(), job),)))
    except TimeoutError:
        return "I2: a refused start is not judged by the log that refused it"
    return None


def _executor(world: World, client: Any) -> Executor:
    return Executor(
        SIM_JOB,
        client=client,
        stream=JobStream(client, "worker"),
        inflight=Inflight(),
        llm=SimLlm(world, client.process),
        worker_id="other",
    )


def cancel_is_judged_by_the_log() -> str | None:
    """The relay appends a cancel to a log that has begun."""
    world, job = World(Plan(0, ())), requested()
    world.broker.add_stream(stream_config())
    world.store.jobs[job.job_id] = FoldedJob(job.job_id, job.user_id, job.job_type, now(), seq=1)
    _store(world, job)
    world.store.put(JobCancelRequested(**job.of_job(0), requested_by=job.user_id), "cancel")
    alone(world, a_relay(world).relay_round())
    subjects = [message.subject for message in world.broker.stream.messages] if world.broker.stream else []
    is_there = any("cancel_requested" in subject for subject in subjects)
    return None if is_there else "I6: a cancel is not in the log that it was written for"


def lost_starts_leave_no_window_shut() -> str | None:
    """Nobody heard that the first job was started: the second is published all the same, some time later."""
    world = World(Plan(0, ()))
    published = alone(world, _relay_two_jobs(world, is_taken=True))
    return (
        None if published == [1, 2] else f"I12: of two jobs that nothing holds up {published} are published"
    )


def a_window_bounds_what_waits() -> str | None:
    """Nobody takes the first job: another relay does not publish the second, either."""
    world = World(Plan(0, ()))
    published = alone(world, _relay_two_jobs(world, is_taken=False))
    return None if published == [1, 1] else f"I12: {published} jobs are published for no worker"


async def _relay_two_jobs(world: World, *, is_taken: bool) -> list[int]:
    """How many are in the stream before and after a worker has taken one, or else another relay leads."""
    world.broker.add_stream(stream_config())
    world.broker.add_consumer(consumer_config("ideation"))
    for job in (requested(), requested()):
        world.store.jobs[job.job_id] = FoldedJob(job.job_id, job.user_id, job.job_type, now())
        world.store.put(job, str(job.job_id))
    first = a_relay(world)
    published = [await _published(world, first)]
    if is_taken:
        world.broker.pull("ideation", PullRequest(None, 1, math.inf, lambda delivery: None))
    return [*published, await _published(world, first if is_taken else a_relay(world))]


def a_user_is_bounded() -> str | None:
    """There is room for both jobs of a user, who may have one in flight."""
    world = World(Plan(0, ()))
    published = alone(world, _relay_two_jobs_of_one_user(world, status=None))
    return None if published == [1, 1] else f"I12: {published} jobs of a user are published who may have one"


def lost_ends_give_places_back() -> str | None:
    """Nobody heard that the first job has ended: the second is published all the same, some time later."""
    world = World(Plan(0, ()))
    published = alone(world, _relay_two_jobs_of_one_user(world, status=Status.FAILED))
    return None if published == [1, 2] else f"I2: a user's second job is never published: {published}"


def a_new_relay_knows_what_runs() -> str | None:
    """The first job runs when another relay begins, which publishes no second one."""
    world = World(Plan(0, ()))
    published = alone(world, _relay_two_jobs_of_one_user(world, status=Status.PROCESSING))
    return None if published == [1, 1] else f"I12: {published} jobs of a user are published who may have one"


async def _relay_two_jobs_of_one_user(world: World, *, status: Status | None) -> list[int]:
    """How many are in the stream before and after the first one is in this state; if it runs, under another
    relay."""
    world.broker.add_stream(stream_config())
    world.broker.add_consumer(consumer_config("ideation"))
    first = requested()
    for job in (first, first.model_copy(update={"job_id": new_id()})):
        world.store.jobs[job.job_id] = FoldedJob(job.job_id, job.user_id, job.job_type, now())
        world.store.put(job, str(job.job_id))
    relay = a_relay(world)
    relay._window.hear_worker("ideation", "worker", 2, 0, world.loop.time())
    published = [await _published(world, relay)]
    if status:
        world.store.jobs[first.job_id] = replace(world.store.jobs[first.job_id], status=status)
        world.broker.pull("ideation", PullRequest(None, 1, math.inf, lambda delivery: None))
    return [*published, await _published(world, a_relay(world) if status == Status.PROCESSING else relay)]


async def _published(world: World, relay: Relay) -> int:
    """How many events are in the stream after some rounds."""
    for _ in range(3):
        await relay.relay_round()
        await world.nap(ASK_SECONDS)
    return len(world.broker.stream.messages) if world.broker.stream else 0


def a_relay(world: World) -> Relay:
    """A relay that nobody starts: its rounds are made one by one."""
    process = Process("relay")
    client: Any = SimClient(world, process)
    engine: Any = SimEngine(world, process)
    tables: Any = SimAutocommit(engine)
    return Relay(client, JobStream(client, "relay"), engine, tables)


def what_is_appended_was_marked() -> str | None:
    """A request that is read together with its cancel does not wait alone; it is marked all the same."""
    world, job = World(Plan(0, ())), requested()
    world.broker.add_stream(stream_config())
    world.store.jobs[job.job_id] = FoldedJob(job.job_id, job.user_id, job.job_type, now())
    world.store.put(job, "request")
    world.store.put(JobCancelRequested(**job.of_job(0), requested_by=job.user_id), "cancel")
    alone(world, a_relay(world).relay_round())
    is_marked = all(row.tried for row in world.store.outbox if row.event == "requested")
    return None if is_marked else "I3: a request is in the log that a second try would not look for"


def second_try_is_no_first() -> str | None:
    """A request that was tried before may have been stored and then lost."""
    job, row = requested(), RowState(is_terminal=False, seq=0)
    waiting = Waiting("event", job.job_id, job.job_type, job, now(), None, tried=True, job=row)
    return "I3: a second try is taken for a first" if waiting.may_be_first else None


def _store(world: World, event: JobEvent) -> None:
    envelope = Envelope(event, str(new_id()), now(), "/lodestone/owner")
    body, headers = encode(envelope, envelope.event_id)
    world.broker.publish(envelope.subject, headers, body)


def started(job: JobRequested, attempt: int) -> JobStarted:
    """A start by the worker `owner`."""
    prompt = Prompt(name="n", version=1, sha256="0")
    return JobStarted(**job.of_job(attempt), worker_id="owner", model="m", prompt=prompt)


def requested() -> JobRequested:
    """A job."""
    return JobRequested(
        job_id=new_id(),
        job_type="ideation",
        user_id=new_id(),
        attempt=0,
        input={"pieces": 1, "calls": 1},
        max_attempts=3,
        deadline_at=now() + timedelta(seconds=100),
    )


def alone(world: World, work: Coroutine[Any, Any, Any]) -> Any:
    """Runs one piece of the product in a world without processes; returns its result."""
    with installed(world, world.rng):
        try:
            return world.loop.run_until_complete(world.loop.spawn(None, work))
        finally:
            world.loop.close()
