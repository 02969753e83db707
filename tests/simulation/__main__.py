"""`make simulate`: thousands of seeds, or one with its trace."""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from simulation.plan import plan_of
from simulation.report import told
from simulation.world import run

SHOWN = 20  # violations that are printed


def main() -> int:
    """0 when nothing was violated."""
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, help="this one alone, with its trace")
    options = parser.parse_args()
    if options.seed is not None:
        outcome = run(plan_of(options.seed))
        print(told(outcome))
        return int(outcome.violation is not None)
    return run_many(range(options.first, options.first + options.seeds))


def run_many(seeds: range) -> int:
    """Runs the seeds on all cores and prints what they came to."""
    begun, violations, statuses = time.monotonic(), 0, Counter[str]()
    with ProcessPoolExecutor() as pool:
        for seed, violation, ended in pool.map(_run, seeds, chunksize=10):
            statuses += ended
            if violation:
                violations += 1
                if violations <= SHOWN:
                    print(f"SEED={seed} {violation}", flush=True)
    took = time.monotonic() - begun
    print(f"{len(seeds)} seeds, {violations} violations, {took:.0f} s; jobs: {dict(statuses)}")
    return int(violations > 0)


def _run(seed: int) -> tuple[int, str | None, Counter[str]]:
    outcome = run(plan_of(seed))
    return seed, outcome.violation, outcome.statuses


if __name__ == "__main__":
    sys.exit(main())
