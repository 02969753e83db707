"""Fairness: another user's wait beside a flood, shares of ten users, and whether the slots stay full.

Jobs that only wait show what the queue adds; beside a flood of real ones, of all types, the processor has its
part in it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from lodestone.jobs import JOB_TYPES
from lodestone_local.database import subscribe
from support.fair_queue import jain
from support.noop.contract import MORE
from support.waiting import eventually

from bench.figures import Figures, percentile
from bench.load import Post, hurry
from bench.measured_system import MeasuredSystem, job
from bench.real_jobs import bodies_of_all_types
from bench.wire import Wire, wires

JOBS, SECONDS, SLOTS, SUBMITTERS = 1_000, 0.5, 32, 16  # of the flood: some twenty seconds of work
ASKED = 30  # jobs of the other user, one after the other
USERS, EACH, LONG_SECONDS = 10, 40, 2.0
CHARACTERS = 1_800  # that a user's texts are longer than those of the user before
TYPES, PRIORITIES = ("noop", "noop_two", "noop_three"), ("interactive", "bulk")
WEIGHT = 4  # of the plan `pro`
REAL_SLOTS, CALL_SECONDS = 4, 1.5  # of each service, and of its calls, where all types run
RUNS = """
    SELECT user_id, extract(epoch FROM created_at), extract(epoch FROM started_at),
        extract(epoch FROM completed_at), coalesce(length(input->>'text'), 0)
    FROM background_jobs WHERE created_at >= to_timestamp({since}) AND completed_at IS NOT NULL
    ORDER BY started_at"""
ENDED = """
    SELECT count(*) FROM background_jobs
    WHERE user_id = '{user}' AND created_at >= to_timestamp({since}) AND completed_at IS NOT NULL"""
TOKENS_OF_ANSWERS = 4_000  # that the registry expects of a job type that says nothing else
PRO = "INSERT INTO subscriptions (user_id, plan) VALUES ('{user}', 'pro') RETURNING 1"


class Run(NamedTuple):
    """A job that is over; times in seconds."""

    user: UUID
    accepted: float
    started: float
    ended: float
    characters: int


async def fairness(folder: Path, rounds: int) -> Figures:
    """In each round: a user alone, the same one beside a flood, ten users at once, and ten of two plans; then
    alone and beside a flood with real jobs of all types."""
    figures = Figures("fairness")
    env = {"LODESTONE_SLOTS": str(SLOTS), MORE: "yes"}
    with MeasuredSystem(folder / "noop", env=env) as system:
        tokens = system.tokens(2 * USERS)
        await system.flood(system.post(tokens), 300, SUBMITTERS)
        weights = dict.fromkeys(range(USERS), 1)
        weighted = {USERS + nth: WEIGHT if nth % 2 else 1 for nth in range(USERS)}
        for nth in (nth for nth, weight in weighted.items() if weight > 1):
            system.rows(PRO.format(user=_user(nth)))
        for _ in range(rounds):
            await _beside_a_flood(system, figures, "", _noop_jobs(JOBS, PRIORITIES), _noop_jobs(ASKED))
            for name, users in (("ten users", weights), ("ten users of two plans", weighted)):
                runs = await _ten_at_once(system, tokens, users)
                figures.add(f"{name}: Jain's index over tokens", _shares(runs, users), "")
                figures.add(f"{name}: slots in use while two wait", 100 * _used(runs), "%")
    with MeasuredSystem(folder / "real", env={"LODESTONE_SLOTS": str(REAL_SLOTS)}) as system:
        system.running.pace(duration_seconds=CALL_SECONDS)
        flooding, asking = system.tokens(2)
        for nth in range(2):
            subscribe(system.running.told["postgres"], _user(nth), "unlimited")
        for _ in range(rounds):
            flood = await bodies_of_all_types(system.gateway, flooding, JOBS)
            asked = await bodies_of_all_types(system.gateway, asking, ASKED)
            await _asks(system, asking, asked[: len(JOB_TYPES)])  # each service has made a call
            await _beside_a_flood(system, figures, "all types, ", flood, asked)
    return figures


def _noop_jobs(count: int, priorities: Sequence[str] = PRIORITIES[:1]) -> list[bytes]:
    """Of all types in turn."""
    kinds = [(name, priority) for name in TYPES for priority in priorities]
    bodies = [
        job(seconds=SECONDS, text=0, size=100, jobType=name, priority=priority) for name, priority in kinds
    ]
    return [bodies[nth % len(bodies)] for nth in range(count)]


async def _beside_a_flood(
    system: MeasuredSystem, figures: Figures, kind: str, flood: Sequence[bytes], asked: Sequence[bytes]
) -> None:
    """A user's wait for these jobs, alone and beside another user's flood of those."""
    flooding, asking = system.tokens(2)
    alone = await _asks(system, asking, asked)
    since = _time(system)
    await _send(system, flooding, flood, SUBMITTERS)
    beside = await _asks(system, asking, asked)
    await system.until_over()
    last = max(run.started for run in _runs(system, since) if run.user == _user(0))
    beside = [run for run in beside if run.accepted < last]  # as long as jobs of the flood waited
    for name, times in (("wait", _waits), ("until done", _until_done)):
        values = [1_000 * percentile(times(runs), 95) for runs in (alone, beside)]
        for who, value in zip(("alone", "beside a flood"), values, strict=True):
            figures.add(f"{kind}{who}: {name} p95", value)
        figures.add(f"{kind}{name} p95, beside a flood / alone", values[1] / values[0], "x")
    figures.add(f"{kind}jobs of the other user beside the flood", len(beside), "jobs")


def _waits(runs: Sequence[Run]) -> list[float]:
    return [run.started - run.accepted for run in runs]


def _until_done(runs: Sequence[Run]) -> list[float]:
    return [run.ended - run.accepted for run in runs]


async def _asks(system: MeasuredSystem, token: str, bodies: Sequence[bytes]) -> list[Run]:
    """Jobs of the other user, each sent when the one before is over."""
    since, user = _time(system), _user(1)
    ended = ENDED.format(user=user, since=since)  # only counted: reading would slow down what is measured
    for nth, body in enumerate(bodies):
        await _send(system, token, [body], 1)
        await eventually(lambda: system.rows(ended) == [(nth + 1,)], within=60)  # noqa: B023
    return [run for run in _runs(system, since) if run.user == user]


async def _send(system: MeasuredSystem, token: str, bodies: Sequence[bytes], submitters: int) -> None:
    """Sends a job for each body, each under a key of its own."""
    left = iter(bodies)

    async def submit(connection: Wire) -> None:
        for body in left:
            await Post("/api/jobs", body, (token,), has_keys=True).send(connection, 0)

    async with wires(system.gateway, submitters) as connections:
        await asyncio.gather(*map(submit, connections))


async def _ten_at_once(system: MeasuredSystem, tokens: Sequence[str], users: Mapping[int, int]) -> list[Run]:
    """Each user's jobs are larger than the last one's; whoever has more weight has as many more of them."""
    since = _time(system)
    jobs = EACH * len(users) // sum(users.values())
    with system.paused("relay"):
        await asyncio.gather(
            *(
                hurry(
                    system.gateway,
                    Post(
                        "/api/jobs",
                        job(seconds=LONG_SECONDS, text=CHARACTERS * (nth % USERS), size=100),
                        (tokens[nth],),
                    ),
                    jobs * weight,
                    2,
                )
                for nth, weight in users.items()
            )
        )
    await system.until_over()
    return _runs(system, since)


def _shares(runs: Sequence[Run], users: Mapping[int, int]) -> float:
    """Jain's index over the tokens of the first half of jobs, by weight."""
    tokens: dict[UUID, float] = defaultdict(float)
    for run in runs[: len(runs) // 2]:
        tokens[run.user] += TOKENS_OF_ANSWERS + run.characters / 4
    return jain([tokens[_user(nth)] / weight for nth, weight in users.items()])


def _used(runs: Sequence[Run]) -> float:
    """The share of the slots that ran jobs from the first start on, as long as jobs of two users waited."""
    begin = runs[0].started
    lasts = {run.user: run.started for run in runs}  # each user's last start
    end = sorted(lasts.values())[-2]
    busy = sum(max(min(run.ended, end) - max(run.started, begin), 0) for run in runs)
    return busy / (SLOTS * (end - begin))


def _runs(system: MeasuredSystem, since: float) -> list[Run]:
    """The jobs that were accepted since then and are over, in the order of their starts."""
    rows: Any = system.rows(RUNS.format(since=since))
    return [
        Run(user, float(accepted), float(started), float(ended), int(characters))
        for user, accepted, started, ended, characters in rows
    ]


def _time(system: MeasuredSystem) -> float:
    ((time,),) = system.rows("SELECT extract(epoch FROM clock_timestamp())")
    return float(time)  # type: ignore[arg-type]


def _user(nth: int) -> UUID:
    return uuid5(NAMESPACE_OID, str(nth))
