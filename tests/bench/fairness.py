"""Fairness: another user's wait beside a flood, shares of ten users, and whether the slots stay full."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from support.fair_queue import jain
from support.noop.contract import MORE
from support.waiting import eventually

from bench.figures import Figures, percentile
from bench.load import Post, hurry
from bench.measured_system import MeasuredSystem, job

JOBS, SECONDS, SLOTS, SUBMITTERS = 1_000, 0.5, 32, 16  # of the flood: some twenty seconds of work
ASKED = 30  # jobs of the other user, one after the other
USERS, EACH, LONG_SECONDS = 10, 40, 2.0
CHARACTERS = 1_800  # that a user's texts are longer than those of the user before
TYPES, PRIORITIES = ("noop", "noop_two", "noop_three"), ("interactive", "bulk")
WEIGHT = 4  # of the plan `pro`
RUNS = """
    SELECT user_id, extract(epoch FROM created_at), extract(epoch FROM started_at),
        extract(epoch FROM completed_at), length(input->>'text')
    FROM background_jobs WHERE created_at >= to_timestamp({since}) AND completed_at IS NOT NULL
    ORDER BY started_at"""
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
    """In each round: a user alone, the same one beside a flood, ten users at once, and ten of two plans."""
    figures = Figures("fairness")
    env = {"LODESTONE_SLOTS": str(SLOTS), MORE: "yes"}
    with MeasuredSystem(folder, env=env) as system:
        tokens = system.tokens(2 * USERS)
        await system.flood(system.post(tokens), 300, SUBMITTERS)
        weights = dict.fromkeys(range(USERS), 1)
        weighted = {USERS + nth: WEIGHT if nth % 2 else 1 for nth in range(USERS)}
        for nth in (nth for nth, weight in weighted.items() if weight > 1):
            system.rows(PRO.format(user=_user(nth)))
        for _ in range(rounds):
            alone = await _asks(system, tokens[1])
            beside = await _asks_beside_a_flood(system, tokens)
            for name, runs in (("alone", alone), ("beside a flood", beside)):
                figures.add(f"{name}: wait p95", 1_000 * _p95([run.started - run.accepted for run in runs]))
                figures.add(
                    f"{name}: until done p95", 1_000 * _p95([run.ended - run.accepted for run in runs])
                )
            for name in ("wait p95", "until done p95"):
                last = [figures.values[f"{who}: {name}"][-1] for who in ("alone", "beside a flood")]
                figures.add(f"{name}, beside a flood / alone", last[1] / last[0], "x")
            for name, users in (("ten users", weights), ("ten users of two plans", weighted)):
                runs = await _ten_at_once(system, tokens, users)
                figures.add(f"{name}: Jain's index over tokens", _shares(runs, users), "")
                figures.add(f"{name}: slots in use while two wait", 100 * _used(runs), "%")
    return figures


async def _asks(system: MeasuredSystem, token: str) -> list[Run]:
    """Jobs of one user of all types in turn, each sent when the one before is over."""
    since, user = _time(system), _user(1)
    for nth in range(ASKED):
        body = job(seconds=SECONDS, text=0, size=100, jobType=TYPES[nth % len(TYPES)])
        await hurry(system.gateway, Post("/api/jobs", body, (token,)), 1, 1)
        await eventually(lambda: len(_runs_of(system, user, since)) > nth, within=60)  # noqa: B023
    return _runs_of(system, user, since)


async def _asks_beside_a_flood(system: MeasuredSystem, tokens: Sequence[str]) -> list[Run]:
    """The other user's jobs, as long as jobs of the flood wait."""
    since = _time(system)
    kinds = [(name, priority) for name in TYPES for priority in PRIORITIES]
    posts = [
        Post(
            "/api/jobs",
            job(seconds=SECONDS, text=0, size=100, jobType=name, priority=priority),
            (tokens[0],),
            True,
        )
        for name, priority in kinds
    ]
    await asyncio.gather(*(hurry(system.gateway, post, JOBS // len(posts), 3) for post in posts))
    beside = await _asks(system, tokens[1])
    await system.until_over()
    last = max(run.started for run in _runs(system, since) if run.user == _user(0))
    return [run for run in beside if run.accepted < last]


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


def _p95(seconds: Sequence[float]) -> float:
    return percentile(seconds, 95)


def _runs(system: MeasuredSystem, since: float) -> list[Run]:
    """The jobs that were accepted since then and are over, in the order of their starts."""
    rows: Any = system.rows(RUNS.format(since=since))
    return [
        Run(user, float(accepted), float(started), float(ended), int(characters))
        for user, accepted, started, ended, characters in rows
    ]


def _runs_of(system: MeasuredSystem, user: UUID, since: float) -> list[Run]:
    return [run for run in _runs(system, since) if run.user == user]


def _time(system: MeasuredSystem) -> float:
    ((time,),) = system.rows("SELECT extract(epoch FROM clock_timestamp())")
    return float(time)  # type: ignore[arg-type]


def _user(nth: int) -> UUID:
    return uuid5(NAMESPACE_OID, str(nth))
