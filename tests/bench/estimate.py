"""Estimate: how often the times that callers were told prove true: jobs alone, in waves and in a flood."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from support.waiting import let_pass

from bench.figures import Figures
from bench.measured_system import MeasuredSystem, job

SLOTS, USERS = 8, 20
MEDIAN_SECONDS, SPREAD = 1.5, 0.5  # of what a job takes, lognormal
WARM_UP = 24
LOADS = {"alone": (12, 2.5), "in waves": (40, 0.25), "in a flood": (64, 0.0)}
"""Jobs, and seconds between two of them: a fifth of the slots, three quarters, all at once."""
ENDS = "SELECT started_at, completed_at FROM background_jobs WHERE id = '{}'"


@dataclass(frozen=True)
class Told:
    """What a caller read right after the 202."""

    job_id: str
    estimate: dict[str, Any]


async def estimate(folder: Path, rounds: int) -> Figures:
    """Each job is asked about once, when it has just been accepted."""
    figures, draws = Figures("estimate"), Random(1)  # noqa: S311
    env = {"LODESTONE_SLOTS": str(SLOTS)}
    with MeasuredSystem(folder, env=env) as system:
        await _submit(system, draws, WARM_UP, 0.2)
        await system.until_over()
        for _ in range(rounds):
            for load, (jobs, pause) in LOADS.items():
                told = await _submit(system, draws, jobs, pause)
                await system.until_over()
                _judge(system, figures, load, told)
    return figures


async def _submit(system: MeasuredSystem, draws: Random, jobs: int, pause: float) -> list[Told]:
    tokens, http, told = system.tokens(USERS), system.running.http, []
    for number in range(jobs):
        headers = {"Authorization": f"Bearer {tokens[number % USERS]}", "Content-Type": "application/json"}
        body = job(seconds=min(MEDIAN_SECONDS * draws.lognormvariate(0, SPREAD), 20.0))
        accepted = http.post(f"{system.gateway}/api/jobs", headers=headers, content=body).raise_for_status()
        path = f"{system.gateway}/api/jobs/{accepted.json()['jobId']}"
        shown = http.get(path, headers=headers).json()
        if shown["estimate"]:
            told.append(Told(shown["id"], shown["estimate"]))
        await let_pass(pause)
    return told


def _judge(system: MeasuredSystem, figures: Figures, load: str, told: Sequence[Told]) -> None:
    known = [each for each in told if each.estimate["ends"]]
    figures.add(f"{load}: known", 100 * len(known) / len(told), "% of jobs")
    ends = {each.job_id: system.rows(ENDS.format(each.job_id))[0] for each in known}
    for what, column in (("begins", 0), ("ends", 1)):
        spans = [(each.estimate[what], ends[each.job_id][column]) for each in known if each.estimate[what]]
        for quantile in ("p50", "p90"):
            kept = sum(_is_by(span[f"{quantile}At"], truth) for span, truth in spans)
            figures.add(f"{load}: {what} by {quantile}", 100 * kept / max(len(spans), 1), "% of jobs")


def _is_by(told: str, truth: object) -> bool:
    assert isinstance(truth, datetime)
    return truth <= datetime.fromisoformat(told)
