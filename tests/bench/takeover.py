"""Takeover: a worker is killed with its jobs running; how long until another has finished them all."""

import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from lodestone.deadlines import ASK_WINDOW_SECONDS
from support.waiting import eventually, let_pass

from bench.figures import Figures
from bench.load import Post, hurry
from bench.measured_system import MeasuredSystem, job
from bench.peers.processes import MeasuredPeer, installed
from bench.wire import encoded

JOBS, SECONDS, SUBMITTERS = 200, 5.0, 64
START_SECONDS, TAKE_SECONDS = 5.0, 1.0  # for a peer's processes to start, and to take the jobs
PENDING = "SELECT count(*) FROM background_jobs WHERE status = 'pending'"
TAKEN = "SELECT count(*) FROM background_jobs WHERE attempt > 1"


async def takeover(folder: Path, rounds: int) -> Figures:
    """One of two workers is killed when all jobs run; the other has room for all of them."""
    figures = Figures("takeover")
    with MeasuredSystem(folder, env={"LODESTONE_SLOTS": str(JOBS)}) as system:
        peers = [MeasuredPeer(kind, system.running.told["postgres"], folder) for kind in installed()]
        await let_pass(ASK_WINDOW_SECONDS)  # a worker that has just connected asks for longer
        for _ in range(rounds):
            ours = await _ours(system, figures)
            best = min([await _peer(figures, each) for each in peers], default=None)
            if best:
                figures.add("ours / the best peer", ours / best, "x")
    return figures


async def _ours(system: MeasuredSystem, figures: Figures) -> float:
    before = _count(system, TAKEN)
    with system.another("noop") as killed:
        await hurry(system.gateway, system.post(system.tokens(1), job(seconds=SECONDS)), JOBS, SUBMITTERS)
        await eventually(lambda: not _count(system, PENDING), within=60, told="all jobs have started")
        seconds = await _until_over_after(killed.kill, system.until_over)
    figures.add("from kill -9 until all jobs are over", seconds, "s")
    figures.add("jobs taken over", _count(system, TAKEN) - before, "jobs")
    return seconds


def _count(system: MeasuredSystem, query: str) -> int:
    ((count,),) = system.rows(query)
    assert isinstance(count, int)
    return count


async def _peer(figures: Figures, subject: MeasuredPeer) -> float:
    """Of two workers the busier is killed; one whose jobs only it resumes is alone, and started again."""
    count = 1 if subject.peer.resumes_alone else 2
    post = Post("/jobs", encoded({"seconds": SECONDS}))
    with ExitStack() as stack:
        served = stack.enter_context(subject.serving())
        workers = [stack.enter_context(subject.working(JOBS, takeover=True)) for _ in range(count)]
        await let_pass(START_SECONDS)
        await hurry(served.url, post, JOBS, SUBMITTERS)
        await let_pass(TAKE_SECONDS)

        def kill() -> None:
            subject.busiest(workers).kill()
            if subject.peer.resumes_alone:
                stack.enter_context(subject.working(JOBS, takeover=True))

        seconds = await _until_over_after(kill, partial(subject.until_ended, JOBS))
    figures.add(f"{subject.name}: from kill -9 until all jobs are over", seconds, "s")
    return seconds


async def _until_over_after(kill: Callable[[], None], until_over: Callable[[], Awaitable[None]]) -> float:
    started = time.monotonic()
    kill()
    await until_over()
    return time.monotonic() - started
