"""`make chaos`: one campaign, its report printed and written beside its history."""

import argparse
import asyncio
import json
import random
import shutil
import sys
import tempfile
from pathlib import Path

from chaos.campaign import Campaign, Plan
from chaos.checker import check
from chaos.history import Limits
from chaos.report import as_text, summarize
from support.house import House

LIMITS = Limits(drain=3.0, slack=3.0)


def main() -> int:
    """0 when every promise was kept."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, default=10.0)
    arguments.add_argument("--seed", type=int, default=None)
    arguments.add_argument("--out", type=Path, default=Path("chaos-report"))
    asked = arguments.parse_args()
    seed = random.randrange(10**6) if asked.seed is None else asked.seed  # noqa: S311
    title = f"chaos, {asked.minutes:g} minutes, SEED={seed}"
    print(title, flush=True)
    history = asked.out / f"history-{seed}.jsonl"
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        env = {"LODESTONE_DRAIN_SECONDS": f"{LIMITS.drain:g}"}
        with House(Path(folder), "--processes", env=env) as house:
            plan = Plan(seed=seed, seconds=asked.minutes * 60)
            run = asyncio.run(Campaign(house, plan, history, LIMITS).run())
            (asked.out / f"up-{seed}.log").write_text(house.output)
            shutil.copytree(house.data_dir / "logs", asked.out / f"logs-{seed}", dirs_exist_ok=True)
    numbers = summarize(run, check(run))
    (asked.out / f"report-{seed}.json").write_text(json.dumps(numbers, indent=2) + "\n")
    report = as_text(numbers, title)
    (asked.out / f"report-{seed}.txt").write_text(report + "\n")
    print(report)
    return 1 if numbers["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
