"""Runs every case on the real model and prints which rules its results keep.

python -m evals [type ...]     needs ANTHROPIC_API_KEY and spends money; prints the total at the end
"""

import asyncio
import os
import sys

from lodestone.llm.client import Llm

from evals.cases import load_cases
from evals.report import table
from evals.run import MOST_AT_ONCE, run_case


async def measure(api_key: str, job_types: list[str]) -> int:
    """Returns exit status 1 if a case failed or broke a rule."""
    cases = [case for case in load_cases() if not job_types or case.job_type in job_types]
    llm = Llm(api_key=api_key, base_url=os.environ.get("LODESTONE_ANTHROPIC_BASE_URL"))
    free = asyncio.Semaphore(MOST_AT_ONCE)
    try:
        outcomes = await asyncio.gather(*(run_case(case, llm, free) for case in cases))
    finally:
        await llm.close()
    print(table(outcomes))
    return int(any(outcome.failure or outcome.problems for outcome in outcomes))


def main() -> None:
    api_key = os.environ.get("ANTHROPIC_API_KEY", "")
    if not api_key:
        print("Skipped: the evaluation asks the real model. Set ANTHROPIC_API_KEY to run it.")
        return
    sys.exit(asyncio.run(measure(api_key, sys.argv[1:])))


if __name__ == "__main__":
    main()
