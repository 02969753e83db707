"""Prints how fast the running system is: each figure with its median and range over the rounds.

python -m bench [SECTION ...] [--rounds N] [--json FILE]
"""

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bench.accepting import accepting
from bench.cost import cost
from bench.estimate import estimate
from bench.fairness import fairness
from bench.figures import Figures
from bench.growth import growth
from bench.idle import idle
from bench.limit import limit
from bench.slow import slow
from bench.takeover import takeover
from bench.throughput import throughput
from bench.users import users
from bench.watching import watching

ROUNDS = 5
SECTIONS: dict[str, Callable[[Path, int], Coroutine[Any, Any, Figures]]] = {
    each.__name__: each
    for each in (
        cost,
        throughput,
        accepting,
        users,
        slow,
        takeover,
        watching,
        fairness,
        estimate,
        growth,
        limit,
        idle,
    )
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("sections", nargs="*", help=f"{', '.join(SECTIONS)}; all of them unless named")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path, help="gets a line for each section")
    wanted = parser.parse_args()
    if unknown := set(wanted.sections) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}")
    for name in wanted.sections or SECTIONS:
        with tempfile.TemporaryDirectory() as folder:
            figures = asyncio.run(SECTIONS[name](Path(folder), wanted.rounds))
        print("\n".join(figures.lines()), flush=True)
        if wanted.json:
            figures.keep(wanted.json)


if __name__ == "__main__":
    main()
