"""Named crash points: a process ends between each two of its effects, once for each job type."""

import asyncio
import random
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Literal

import httpx2
from chaos.checker import check
from chaos.clients import Client, Watcher
from chaos.collect import all_settled, collect
from chaos.history import Limits, Recorder, Run
from chaos.parts import Parts
from lodestone.jobs import JOB_TYPES
from support.running_system import RunningSystem
from support.waiting import eventually

HOOK = Path(__file__).with_name("crash_hook")
ROUND_SECONDS = 240.0  # for crashes, takeovers and ends on a busy machine


@dataclass(frozen=True)
class Point:
    """A moment of a process; `{type}` stands for the job type, `needs` is what leads to the moment."""

    process: str  # "worker" means the service of the job type
    moment: str
    needs: Literal["nothing", "overload", "cancel"] = "nothing"


MOMENTS = (
    "before started",
    "after started",
    "after call_started",
    "before call",
    "after progress",
    "before call_finished",
    "after call_finished",
    "before completed",
    "after completed",
    "after ack",
)
WORKER = (
    *(Point("worker", f"{moment} {{type}}") for moment in MOMENTS),
    Point("worker", "before retrying {type}", "overload"),
    Point("worker", "after retrying {type}", "overload"),
    Point("worker", "before cancelled {type}", "cancel"),
    Point("worker", "after cancelled {type}", "cancel"),
)
AROUND = (
    Point("relay", "before requested {type}"),
    Point("relay", "after requested {type}"),
    Point("projector", "before commit requested {type}"),
    Point("projector", "after commit requested {type}"),
    Point("projector", "before commit completed {type}"),
    Point("projector", "after commit completed {type}"),
)
FOR_ANY_TYPE = (
    Point("relay", "before mark_published"),
    Point("relay", "after mark_published"),
    Point("gateway", "before accept"),
    Point("gateway", "after accept"),
)
Round = dict[str, list[Point]]  # for each job type, the points that one job of it crosses


def environment(folder: Path) -> dict[str, str]:
    """The environment that gives a system's processes crash points; creates `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    return {"PYTHONPATH": str(HOOK), "LODESTONE_TEST_CRASH_DIR": str(folder)}


class Crossing:
    """Takes jobs over crash points, on a system that was started with `environment(folder)`."""

    def __init__(self, system: RunningSystem, folder: Path, history: Path, limits: Limits) -> None:
        self._system = system
        self._folder = folder
        self._history = history
        self._limits = limits
        self._recorder = Recorder(history)
        self._parts = Parts(system, self._recorder, (), limits.drain)
        self._jobs: set[str] = set()
        self.ends: dict[tuple[Point, str], str] = {}

    async def cross(self, rounds: Iterable[Round]) -> Run:
        """Runs the jobs of a round concurrently; returns the record."""
        async with httpx2.AsyncClient(timeout=20, trust_env=False) as http:
            client = Client(self._system, http, self._recorder, "demo", random.Random(1))  # noqa: S311
            for each in rounds:
                async with asyncio.timeout(ROUND_SECONDS):
                    await asyncio.gather(
                        *(self._cross(client, points, kind) for kind, points in each.items())
                    )
        self._recorder.note("healed")
        await eventually(
            lambda: asyncio.to_thread(all_settled, self._system), within=ROUND_SECONDS, told="all is settled"
        )
        await collect(self._system, self._recorder, only=self._jobs)
        self._recorder.close()
        return Run.read(self._history, self._limits)

    async def _cross(self, client: Client, points: list[Point], job_type: str) -> None:
        needs = {point.needs for point in points}
        crashes = [asyncio.create_task(self._order(point, job_type)) for point in points]
        seconds = 20.0 if "cancel" in needs else 0.5
        await asyncio.to_thread(self._system.pace, first_byte_seconds=0.02, duration_seconds=seconds)
        if "overload" in needs:
            match = {"jobType": job_type}
            await asyncio.to_thread(self._system.fault, {"kind": "overloaded"}, match=match)
        job_id = await client.submit(job_type)
        self._jobs.add(job_id)
        watching = asyncio.create_task(Watcher(client, job_id).follow())
        if "cancel" in needs:
            await eventually(
                lambda: asyncio.to_thread(self._system.calls, job_id),
                within=ROUND_SECONDS,
                told="a call is made",
            )
            await client.cancel(job_id)
        await asyncio.gather(*crashes)
        for point in points:
            self.ends[point, job_type] = await watching

    async def _order(self, point: Point, job_type: str) -> None:
        """Orders a crash; returns when the process has crashed and works again."""
        process = process_of(point, job_type)
        moment = self._folder / process
        draft = moment.with_suffix(".draft")
        draft.write_text(point.moment.format(type=job_type))
        draft.rename(moment)
        await self._parts.follow_crash(process, moment.exists)


def process_of(point: Point, job_type: str) -> str:
    """The process that crashes."""
    return JOB_TYPES[job_type].service if point.process == "worker" else point.process


def all_rounds() -> list[Round]:
    """Every point for every job type; no process has two in the same round."""
    by_service: dict[str, list[str]] = {}
    for job in JOB_TYPES.values():
        by_service.setdefault(job.service, []).append(job.name)
    turns = max(len(types) for types in by_service.values())
    rounds: list[Round] = [
        {types[turn]: [point] for types in by_service.values() if turn < len(types)}
        for point in WORKER
        for turn in range(turns)
    ]
    any_type = next(iter(JOB_TYPES))
    for point, job_type in [*product(AROUND, JOB_TYPES), *((point, any_type) for point in FOR_ANY_TYPE)]:
        _place(point, job_type, rounds)
    return rounds


def _place(point: Point, job_type: str, rounds: list[Round]) -> None:
    """Puts the point into the first round with room for it; a cancelled job never completes."""
    for each in rounds:
        is_free = all(other.process != point.process for points in each.values() for other in points)
        ends_well = all(other.needs == "nothing" for points in each.values() for other in points)
        if is_free and ends_well and job_type in each:
            each[job_type].append(point)
            return
    rounds.append({job_type: [point]})


def report(crossing: Crossing, run: Run) -> dict[str, Any]:
    """The numbers of the crash points."""
    wrong = [
        f"{point.moment.format(type=job_type)} of the {point.process}: {end}"
        for (point, job_type), end in crossing.ends.items()
        if end != ("cancelled" if point.needs == "cancel" else "completed")
    ]
    return {
        "points": len(crossing.ends),
        "jobs": len(run.accepted),
        "violations": [*wrong, *(str(violation) for violation in check(run))],
    }
