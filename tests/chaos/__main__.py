"""`make chaos`: a campaign, cancels that race the result, and all crash points; prints and writes reports.

Exit status 0 if every promise was kept. Histories and logs are beside the reports.
"""

import argparse
import asyncio
import contextlib
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chaos.campaign import Campaign, Plan
from chaos.checker import check
from chaos.history import Limits
from chaos.points import Crossing, all_rounds, environment
from chaos.points import report as report_points
from chaos.races import Races
from chaos.races import report as report_races
from chaos.report import as_text, summarize
from support.running_system import RunningSystem
from support.uncapped import UNCAPPED

LIMITS = Limits(drain=3.0, slack=3.0)
RACES = 1000
PARTS = ("campaign", "races", "points")


def main() -> int:
    """Returns 0 if every promise was kept."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=10.0, help="of the campaign")
    arguments.add_argument("--seed", type=int, default=None, help="replays a plan")
    arguments.add_argument("--only", choices=PARTS, default=None, help="one part of the three")
    arguments.add_argument("--out", type=Path, default=Path("chaos-report"))
    asked = arguments.parse_args()
    seed = random.randrange(10**6) if asked.seed is None else asked.seed  # noqa: S311
    wanted = [asked.only] if asked.only else PARTS
    found = 0
    if "campaign" in wanted:
        found += _tell(asked.out, f"campaign-{seed}", _campaign(asked.out, seed, asked.minutes))
    if "races" in wanted:
        found += _tell(asked.out, f"races-{seed}", _races(asked.out, seed))
    if "points" in wanted:
        found += _tell(asked.out, "points", _points(asked.out))
    return 1 if found else 0


def _campaign(out: Path, seed: int, minutes: float) -> dict[str, Any]:
    print(f"Disturbing everything for {minutes:g} minutes, SEED={seed}", flush=True)
    plan, history = Plan(seed=seed, seconds=minutes * 60), out / f"campaign-{seed}.jsonl"
    env = {"LODESTONE_DRAIN_SECONDS": f"{LIMITS.drain:g}"}
    with _running_system(out / f"campaign-{seed}-logs", env) as system:
        run = asyncio.run(Campaign(system, plan, history, LIMITS).run())
    return {"seed": seed, "minutes": minutes, **summarize(run, check(run))}


def _races(out: Path, seed: int) -> dict[str, Any]:
    print(f"{RACES} cancels race the result", flush=True)
    with _running_system(out / f"races-{seed}-logs", {}, one_process=True) as system:
        run = asyncio.run(Races(system, seed, out / f"races-{seed}.jsonl", LIMITS).run(RACES))
    return report_races(run)


def _points(out: Path) -> dict[str, Any]:
    print("Every crash point, for every job type", flush=True)
    with (
        tempfile.TemporaryDirectory() as moments,
        _running_system(out / "points-logs", environment(Path(moments))) as system,
    ):
        crossing = Crossing(system, Path(moments), out / "points.jsonl", LIMITS)
        run = asyncio.run(crossing.cross(all_rounds()))
    return report_points(crossing, run)


@contextlib.contextmanager
def _running_system(logs: Path, env: dict[str, str], *, one_process: bool = False) -> Iterator[RunningSystem]:
    """A running system whose logs are kept, with a process for each part unless one is enough."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        try:
            flags = [] if one_process else ["--processes"]
            with RunningSystem(Path(folder), *flags, env=env | UNCAPPED) as system:
                yield system
                logs.mkdir(parents=True, exist_ok=True)
                (logs / "up.log").write_text(system.output)
        finally:
            shutil.copytree(Path(folder) / "data" / "logs", logs, dirs_exist_ok=True)


def _tell(out: Path, name: str, numbers: dict[str, Any]) -> int:
    """Prints and writes a report; returns the number of broken promises in it."""
    report = as_text(numbers, name)
    (out / f"{name}.json").write_text(json.dumps(numbers, indent=2) + "\n")
    (out / f"{name}.txt").write_text(report + "\n")
    print(report, flush=True)
    return len(numbers["violations"])


if __name__ == "__main__":
    sys.exit(main())
