"""Checks of the eraser alone, for bugs that a whole run rarely or never meets."""

from typing import Any, cast

from lodestone.bus.publisher import JobStream
from lodestone.bus.topology import stream_config
from lodestone.clock import now
from lodestone.erasure import has_texts, on_erasure, without_texts
from lodestone.events import JobCallStarted, JobCompleted, JobEvent, JobRequested, Usage
from lodestone.ids import new_id
from lodestone.job_log import Entry, JobLog
from lodestone.judgement import Wait
from lodestone.status import Status
from lodestone_gateway.jobs import restore
from lodestone_gateway.projector.cursor import Cursor
from lodestone_gateway.projector.fold import FoldedJob, fold_batch
from lodestone_gateway.reconciler.erase import LogEraser
from simulation.client import SimClient
from simulation.plan import Plan
from simulation.small_checks import alone, requested, started
from simulation.store import SimEngine, SimErasure, SimFold, SimHistoryRow, load, write
from simulation.virtual_loop import Process
from simulation.world import World

FAR = 10**9  # beyond every sequence


def erased_is_not_restored() -> str | None:
    """The log of an ended job is not restored, whatever the tables hold of it."""
    world, job = World(Plan(0, ())), requested()
    world.broker.add_stream(stream_config())
    bare = FoldedJob(job.job_id, job.user_id, job.job_type, now(), status=Status.CANCELLED)
    world.store.jobs[job.job_id] = bare
    world.store.put(job, "requested")
    world.store.outbox[0].published_at = now()
    client, engine = _process(world, "reconciler")
    records = restore.Records(engine)
    alone(world, restore.restore(JobStream(client, "reconciler"), records, job.job_type, job.job_id))
    stored = len(world.broker.stream.messages) if world.broker.stream else 0
    return None if stored == 0 else f"I11: {stored} events of a job that was erased are back in the stream"


def erased_log_stays_closed() -> str | None:
    """A relay that was away since before the erasure cannot publish the request again."""
    return _late_request(is_lost=False)


def lost_log_is_closed_too() -> str | None:
    """The same after the stream was lost before the erasure."""
    return _late_request(is_lost=True)


def texts_that_came_back_are_erased_too() -> str | None:
    """The same after the stream was emptied after the erasure: the request is stored, and erased again."""
    world, job = World(Plan(0, ())), requested()
    world.broker.add_stream(stream_config())
    return cast("str | None", alone(world, _erase_what_came_back(world, job)))


def settled_call_is_folded_first() -> str | None:
    """Events that are not folded yet are not purged."""
    job = requested()
    events = [job, started(job, 1), _completed(job)]
    entries = [Entry(at, f"event-{at}", now(), event) for at, event in enumerate(events, 1)]
    step = on_erasure(JobLog(tuple(entries)), entries[-1], folded_to=2)
    return None if isinstance(step, Wait) else f"I3: {step} while only 2 of 3 events are folded"


def unsettled_call_is_not_purged() -> str | None:
    """Of a log with a call that is not settled nothing is purged."""
    job = requested()
    call = JobCallStarted(**job.of_job(1), call_id=new_id(), model="m", max_tokens=9)
    events = [job, started(job, 1), call, _completed(job)]
    entries = [Entry(at, f"event-{at}", now(), event) for at, event in enumerate(events, 1)]
    step = on_erasure(JobLog(tuple(entries)), entries[-1], folded_to=len(entries))
    return None if isinstance(step, Wait) else f"I10: {step} while a call is not settled"


def _late_request(*, is_lost: bool) -> str | None:
    world, job = World(Plan(0, ())), requested()
    world.broker.add_stream(stream_config())
    return cast("str | None", alone(world, _erase_and_ask_again(world, job, is_lost=is_lost)))


async def _erase_and_ask_again(world: World, job: JobRequested, *, is_lost: bool) -> str | None:
    client, engine = _process(world, "reconciler")
    stream, log = JobStream(client, "reconciler"), JobLog()
    for event in () if is_lost else (job, started(job, 1), _completed(job)):
        log = (await stream.append(event, log)).log
    _ended(world, job)
    await _erase(stream, client, engine)
    late, _ = _process(world, "relay")
    appended = await JobStream(late, "relay").append(job, JobLog())
    return "I11: the request of an erased job is in the stream again" if appended.stored else None


async def _erase_what_came_back(world: World, job: JobRequested) -> str | None:
    client, engine = _process(world, "reconciler")
    stream = JobStream(client, "reconciler")
    _ended(world, job)
    await _erase(stream, client, engine)
    world.broker.purge()
    late, _ = _process(world, "relay")
    appended = await JobStream(late, "relay").append(job, JobLog())
    fold = SimFold(world.store)
    await write(fold, fold_batch(await load(fold, appended.log.entries), appended.log.entries))
    await _erase(stream, client, engine)
    left = (await stream.read(job.job_type, job.job_id)).entries
    is_left = any(has_texts(entry.event) for entry in left)
    return "I11: the texts of an erased job are in the stream again" if is_left else None


async def _erase(stream: JobStream, client: Any, engine: Any) -> None:
    for _ in range(4):
        await LogEraser(client, stream, engine).erase_round()


def _ended(world: World, job: JobRequested) -> None:
    """The tables after the texts were removed."""
    store = world.store
    bare = FoldedJob(job.job_id, job.user_id, job.job_type, now(), status=Status.COMPLETED)
    end = Entry(3, str(new_id()), now(), without_texts(_completed(job)))
    store.jobs[job.job_id], store.history[job.job_id] = bare, [SimHistoryRow(3, end)]
    store.erasures[job.job_id] = SimErasure(now())
    store.stripped.add(job.job_id)
    store.cursor = Cursor(0, FAR)


def _completed(job: JobRequested) -> JobEvent:
    return JobCompleted(**job.of_job(1), result={"pieces": ["one"]}, usage=Usage())


def _process(world: World, name: str) -> tuple[Any, Any]:
    process = Process(name)
    return SimClient(world, process), SimEngine(world, process)
