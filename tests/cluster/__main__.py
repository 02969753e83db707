"""`make cluster`: the rendered manifests as processes in network namespaces, and what is done to them.

Prints a table of figures; the records and the logs are beside it. Exit status 0 if every promise was kept.
Needs root.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from cluster.figures import Outcome, as_pods, as_table
from cluster.inside import enter, missing
from cluster.scenarios import UNDER_LOAD, Steps, come_up, play, without_a_way
from cluster.trial import Trial

FIRST_BYTE_SECONDS, DURATION_SECONDS = 0.3, 3.0  # of the provider's answers


def main() -> int:
    """Returns 0 if every promise was kept, 1 if not, 2 where this machine cannot try it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--overlay", default="ha")
    arguments.add_argument("--postgres", type=int, choices=(15, 18), default=15)
    arguments.add_argument(
        "--only", action="append", choices=list(UNDER_LOAD), help="scenarios, all by default"
    )
    arguments.add_argument("--out", type=Path, default=Path("cluster-report"))
    asked = arguments.parse_args()
    if why := missing():
        sys.stderr.write(f"{why} NOTHING WAS TRIED.\n")
        return 2
    enter()
    out: Path = asked.out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
        try:
            outcomes = asyncio.run(_try(Path(folder) / "trial", asked))
        finally:
            shutil.copytree(Path(folder) / "trial" / "logs", out / "logs", dirs_exist_ok=True)
    table = as_table(outcomes)
    (out / f"postgres-{asked.postgres}.txt").write_text(table + "\n")
    sys.stdout.write(table + "\n")
    return 1 if any(outcome.faults for outcome in outcomes) else 0


async def _try(folder: Path, asked: argparse.Namespace) -> list[Outcome]:
    trial = await Trial(folder, asked.overlay, asked.postgres).open()
    began, steps = time.monotonic(), Steps()
    await come_up(trial, steps)
    outcomes = [Outcome("from nothing to ready", time.monotonic() - began, steps=steps)]
    trial.pace(FIRST_BYTE_SECONDS, DURATION_SECONDS)
    outcomes.append(await without_a_way(trial))
    for name in asked.only or UNDER_LOAD:
        sys.stdout.write(f"{time.strftime('%H:%M:%S')} {name}\n")
        sys.stdout.flush()
        outcomes.append(await play(trial, name, asked.out))
        sys.stdout.write(as_table(outcomes[-1:]) + "\n")
    await trial.close()
    sys.stdout.write(as_pods(trial.cluster.pods) + "\n")
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
