"""`make mutants`: plants each bug in turn and reports which invariant caught it, after how many runs."""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor

from simulation.planted import MUTANTS


def main() -> int:
    """Returns 0 if every bug was found."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--seeds", type=int, default=400, help="runs to look for one bug")
    seeds = parser.parse_args().seeds
    print(f"| {'bug':50} | breaks | caught by | runs |\n|{'-' * 52}|--------|-----------|------|")
    survivors = 0
    with ProcessPoolExecutor() as pool:
        for number, found in enumerate(pool.map(_hunt, range(len(MUTANTS)), [seeds] * len(MUTANTS))):
            mutant = MUTANTS[number]
            survivors += found is None
            runs, told = found or (seeds, "NOBODY")
            by = mutant.check.__name__ if mutant.check else f"{told.split(':')[0]}, {mutant.family}"
            print(f"| {mutant.name:50} | {mutant.breaks:6} | {by} | {runs} |", flush=True)
    return int(survivors > 0)


def _hunt(number: int, seeds: int) -> tuple[int, str] | None:
    return MUTANTS[number].caught(seeds)


if __name__ == "__main__":
    sys.exit(main())
