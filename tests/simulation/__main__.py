"""`make simulate`: thousands of seeds, one seed with its trace, or a fault at each step."""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from simulation.plan import Plan, plan_of
from simulation.report import told
from simulation.steps import cases
from simulation.world import run

SHOWN = 20  # printed violations


def main() -> int:
    """Returns 0 if nothing was violated."""
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, help="this one alone, with its trace")
    parser.add_argument("--steps", action="store_true", help="a fault at each step of each process instead")
    options = parser.parse_args()
    if options.seed is not None:
        outcome = run(plan_of(options.seed))
        print(told(outcome))
        return int(outcome.violation is not None)
    if options.steps:
        return run_steps()
    return run_many(range(options.first, options.first + options.seeds))


def run_many(seeds: range) -> int:
    """Runs the seeds on all cores and prints a summary."""
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


def run_steps() -> int:
    """Runs each case of `steps` and prints those that violate an invariant."""
    begun, total, violations = time.monotonic(), 0, 0
    with ProcessPoolExecutor() as pool:
        for name, violation in pool.map(_run_case, cases(), chunksize=10):
            total += 1
            if violation:
                violations += 1
                print(f"{name} {violation}", flush=True)
    print(f"{total} cases, {violations} violations, {time.monotonic() - begun:.0f} s")
    return int(violations > 0)


def _run_case(case: tuple[str, Plan]) -> tuple[str, str | None]:
    name, plan = case
    return name, run(plan).violation


def _run(seed: int) -> tuple[int, str | None, Counter[str]]:
    outcome = run(plan_of(seed))
    return seed, outcome.violation, outcome.statuses


if __name__ == "__main__":
    sys.exit(main())
