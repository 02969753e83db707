"""`make chaos`: a campaign, the same with a flood, cancels that race the result, and all crash points.

Prints and writes reports.

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
from dataclasses import replace
from pathlib import Path
from typing import Any

from chaos.campaign import AROUND_THE_QUEUE, Campaign, Plan
from chaos.checker import check
from chaos.flood import CAPS
from chaos.flood import environment as with_caps
from chaos.history import Limits
from chaos.points import Crossing, all_rounds, environment
from chaos.points import report as report_points
from chaos.races import Races
from chaos.races import report as report_races
from chaos.report import as_text, summarize
from support.running_system import RunningSystem
from support.uncapped import UNCAPPED

LIMITS = Limits(drain=3.0, slack=3.0)
FLOODED = replace(LIMITS, takeover=30.0)  # a takeover also waits for a free slot
DRAIN = {"LODESTONE_DRAIN_SECONDS": f"{LIMITS.drain:g}"}
RACES = 1000
PARTS = ("campaign", "flood", "races", "points")
RATE_LIMITS = "420,1000000000,1000000000"  # of the provider, whose requests are scarce while somebody floods


def main() -> int:
    """Returns 0 if every promise was kept."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=10.0, help="of each campaign")
    arguments.add_argument("--seed", type=int, default=None, help="replays a plan")
    arguments.add_argument("--only", choices=PARTS, default=None, help="one part of the four")
    arguments.add_argument("--out", type=Path, default=Path("chaos-report"))
    asked = arguments.parse_args()
    seed = random.randrange(10**6) if asked.seed is None else asked.seed  # noqa: S311
    wanted = [asked.only] if asked.only else PARTS
    found = 0
    if "campaign" in wanted:
        found += _tell(asked.out, f"campaign-{seed}", _campaign(asked.out, seed, asked.minutes))
    if "flood" in wanted:
        found += _tell(asked.out, f"flood-{seed}", _flood(asked.out, seed, asked.minutes))
    if "races" in wanted:
        found += _tell(asked.out, f"races-{seed}", _races(asked.out, seed))
    if "points" in wanted:
        found += _tell(asked.out, "points", _points(asked.out))
    return 1 if found else 0


def _campaign(out: Path, seed: int, minutes: float) -> dict[str, Any]:
    print(f"Disturbing everything for {minutes:g} minutes, SEED={seed}", flush=True)
    plan = Plan(seed=seed, seconds=minutes * 60)
    with _running_system(out / f"campaign-{seed}-logs", DRAIN, "--processes") as system:
        run = asyncio.run(Campaign(system, plan, out / f"campaign-{seed}.jsonl", LIMITS).run())
    return {"seed": seed, "minutes": minutes, **summarize(run, check(run))}


def _flood(out: Path, seed: int, minutes: float) -> dict[str, Any]:
    print(f"Flooding for {minutes:g} minutes while relay, bus and services are killed", flush=True)
    plan = Plan(seed=seed, seconds=minutes * 60, disturbances=AROUND_THE_QUEUE, caps=CAPS)
    flags = ("--processes", "--rate-limits", RATE_LIMITS)
    with _running_system(out / f"flood-{seed}-logs", DRAIN | with_caps(CAPS), *flags) as system:
        run = asyncio.run(Campaign(system, plan, out / f"flood-{seed}.jsonl", FLOODED).run())
    return {"seed": seed, "minutes": minutes, **summarize(run, check(run))}


def _races(out: Path, seed: int) -> dict[str, Any]:
    print(f"{RACES} cancels race the result", flush=True)
    with _running_system(out / f"races-{seed}-logs", {}) as system:
        run = asyncio.run(Races(system, seed, out / f"races-{seed}.jsonl", LIMITS).run(RACES))
    return report_races(run)


def _points(out: Path) -> dict[str, Any]:
    print("Every crash point, for every job type", flush=True)
    with (
        tempfile.TemporaryDirectory() as moments,
        _running_system(out / "points-logs", environment(Path(moments)), "--processes") as system,
    ):
        crossing = Crossing(system, Path(moments), out / "points.jsonl", LIMITS)
        run = asyncio.run(crossing.cross(all_rounds()))
    return report_points(crossing, run)


@contextlib.contextmanager
def _running_system(logs: Path, env: dict[str, str], *flags: str) -> Iterator[RunningSystem]:
    """A running system whose logs are kept."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        try:
            with RunningSystem(Path(folder), *flags, env=UNCAPPED | env) as system:
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
