"""Checks of what goes to the stream as one batch: whole runs rarely meet two writers in one turn."""

import asyncio
from typing import Any

from lodestone import subjects
from lodestone.bus.publisher import Appended, JobStream
from lodestone.bus.topology import stream_config
from lodestone.events import JobCompleted, JobFailed, JobRequested, Usage
from lodestone.job_log import JobLog
from lodestone.judgement import DEADLINE_PASSED
from simulation.client import SimClient
from simulation.plan import Plan
from simulation.small_checks import alone, requested
from simulation.virtual_loop import Process
from simulation.world import World


def two_of_one_log_are_no_batch() -> str | None:
    """Two writers of a process end a job in the same turn: one of them is refused."""
    world = World(Plan(0, ()))
    ends = alone(world, _end_twice(_stream_of(world), requested()))
    return None if [end.stored for end in ends].count(True) == 1 else "I1: two writers have ended a job"


async def _end_twice(stream: JobStream, job: JobRequested) -> list[Appended]:
    log = (await stream.append(job, JobLog())).log
    end: dict[str, Any] = {**job.of_job(1), "usage": Usage()}
    ends = (JobCompleted(**end, result={}), JobFailed(**end, error=DEADLINE_PASSED))
    return await asyncio.gather(*(stream.append(each, log) for each in ends))


def who_is_refused_in_a_batch_hurts_no_other() -> str | None:
    """A late end shares a batch with a request: the end is refused, and the request is stored."""
    world = World(Plan(0, ()))
    names = alone(world, _append_late(world, _stream_of(world), requested()))
    if names.count("failed"):
        return "I1: an end whose fence did not hold is in the stream"
    return None if names.count("requested") == 2 else "I2: a request that counts as stored is nowhere"


async def _append_late(world: World, stream: JobStream, job: JobRequested) -> list[str]:
    begun = (await stream.append(job, JobLog())).log
    end: dict[str, Any] = {**job.of_job(1), "usage": Usage()}
    await stream.append(JobCompleted(**end, result={}), begun)
    late = stream.append(JobFailed(**end, error=DEADLINE_PASSED), begun)
    await asyncio.gather(late, stream.append(requested(), JobLog()))
    assert world.broker.stream
    return [message.subject.split(".")[1] for message in world.broker.stream.messages]


def a_batch_without_an_answer_may_be_stored() -> str | None:
    """The stream is lost with the answer to a batch: what is then appended at 0 is marked as open."""
    world = World(Plan(0, ()))
    stream = _stream_of(world)
    world.broker._on_stored = lambda message: world.loop.after(0, _lose, world)
    alone(world, _append_two(stream))
    assert world.broker.stream
    marks = [message.headers.get(subjects.CE_RESTORED) for message in world.broker.stream.messages]
    return None if marks == ["open", "open"] else f"I3: requests of a lost batch are marked {marks}"


async def _append_two(stream: JobStream) -> None:
    await asyncio.gather(*(stream.append(requested(), JobLog()) for _ in range(2)))


def _lose(world: World) -> None:
    world.broker._on_stored = lambda message: None
    world.broker.wipe()
    world.broker.add_stream(stream_config())
    (client,) = world.clients
    client.cut()
    client.reconnect()


def _stream_of(world: World) -> JobStream:
    world.broker.add_stream(stream_config())
    client: Any = SimClient(world, Process("writer"))
    return JobStream(client, "writer")
