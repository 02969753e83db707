"""Fairness: another user's wait beside a flood, shares of ten users, and whether the slots stay full."""

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from support.fair_queue import jain
from support.waiting import eventually

from bench.figures import Figures, percentile
from bench.load import Post, hurry
from bench.measured_system import MeasuredSystem, job

JOBS, SECONDS, SLOTS, SUBMITTERS = 1_000, 0.25, 32, 16  # of the flood: some eight seconds of work
ASKED = 20  # jobs of the other user, one after the other
USERS, EACH = 10, 60
CHARACTERS = 1_800  # that a user's texts are longer than those of the user before
BODY = job(seconds=SECONDS, text=0, size=100)
RUNS = """
    SELECT user_id, extract(epoch FROM created_at), extract(epoch FROM started_at),
        extract(epoch FROM completed_at), length(input->>'text')
    FROM background_jobs WHERE created_at >= to_timestamp(%s) ORDER BY started_at"""
TOKENS_OF_ANSWERS = 4_000  # that the registry expects of a job type that says nothing else

Run = tuple[UUID, float, float, float, int]  # who, accepted, started, ended, characters


async def fairness(folder: Path, rounds: int) -> Figures:
    """In each round: one user alone, the same beside another's flood, and ten at once."""
    figures = Figures("fairness")
    with MeasuredSystem(folder, env={"LODESTONE_SLOTS": str(SLOTS)}) as system:
        tokens = system.tokens(USERS)
        await system.flood(system.post(tokens), 300, SUBMITTERS)
        for _ in range(rounds):
            alone = await _asks(system, tokens[1])
            beside, used = await _asks_beside_a_flood(system, tokens)
            figures.add("alone: wait p95", 1_000 * _p95(alone, 1, 2))
            figures.add("beside a flood: wait p95", 1_000 * _p95(beside, 1, 2))
            figures.add("alone: until done p95", 1_000 * _p95(alone, 1, 3))
            figures.add("beside a flood: until done p95", 1_000 * _p95(beside, 1, 3))
            figures.add("until done, beside / alone", _p95(beside, 1, 3) / _p95(alone, 1, 3), "x")
            figures.add("slots in use while jobs wait", 100 * used, "%")
            figures.add("ten users: Jain's index over tokens", await _shares(system, tokens), "")
    return figures


async def _asks(system: MeasuredSystem, token: str) -> list[Run]:
    """Jobs of one user, each sent when the one before is over."""
    since, user = _time(system), _user(1)
    for nth in range(ASKED):
        await hurry(system.gateway, Post("/api/jobs", BODY, (token,)), 1, 1)
        await eventually(lambda: len(_runs_of(system, user, since)) > nth, within=60)  # noqa: B023
    return _runs_of(system, user, since)


async def _asks_beside_a_flood(system: MeasuredSystem, tokens: list[str]) -> tuple[list[Run], float]:
    """The other user's jobs, and the share of the slots in use while the flood waits."""
    since = _time(system)
    await hurry(system.gateway, Post("/api/jobs", BODY, (tokens[0],)), JOBS, SUBMITTERS)
    waits_since = _time(system)
    beside = await _asks(system, tokens[1])
    await system.until_over()
    return beside, _used(_runs(system, since), waits_since)


async def _shares(system: MeasuredSystem, tokens: list[str]) -> float:
    """Jain's index over the tokens of the first half of jobs; each user's are larger than the last one's."""
    since = _time(system)
    posts = [
        Post("/api/jobs", job(seconds=SECONDS, text=CHARACTERS * nth, size=100), (token,))
        for nth, token in enumerate(tokens)
    ]
    with system.paused("relay"):
        await asyncio.gather(*(hurry(system.gateway, post, EACH, 2) for post in posts))
    await system.until_over()
    shares: dict[UUID, float] = defaultdict(float)
    for user, _, _, _, characters in _runs(system, since)[: USERS * EACH // 2]:
        shares[user] += TOKENS_OF_ANSWERS + characters / 4
    return jain([shares[_user(nth)] for nth in range(USERS)])


def _used(runs: list[Run], begin: float) -> float:
    """The share of the slots that ran jobs from then on until the last job was taken."""
    end = runs[-1][2]
    busy = sum(max(min(ended, end) - max(started, begin), 0) for _, _, started, ended, _ in runs)
    return busy / (SLOTS * (end - begin))


def _p95(runs: list[Run], since: int, until: int) -> float:
    """Seconds between two times of each job."""
    return percentile([float(run[until]) - float(run[since]) for run in runs], 95)  # type: ignore[arg-type]


def _runs(system: MeasuredSystem, since: float) -> list[Run]:
    """The jobs that were accepted since then and are over, in the order of their starts."""
    rows: Any = system.rows(RUNS.replace("%s", str(since)))
    return [
        (user, float(accepted), float(started), float(ended), int(characters))
        for user, accepted, started, ended, characters in rows
        if ended is not None
    ]


def _runs_of(system: MeasuredSystem, user: UUID, since: float) -> list[Run]:
    return [run for run in _runs(system, since) if run[0] == user]


def _time(system: MeasuredSystem) -> float:
    ((time,),) = system.rows("SELECT extract(epoch FROM clock_timestamp())")
    return float(time)  # type: ignore[arg-type]


def _user(nth: int) -> UUID:
    return uuid5(NAMESPACE_OID, str(nth))
