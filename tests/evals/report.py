"""The table that an evaluation prints. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from evals.run import Outcome

MOST_PROBLEMS = 6  # shown per case


def table(outcomes: Sequence[Outcome]) -> str:
    """A line for each case with its problems below it, then the totals."""
    width = max(len(outcome.case.name) for outcome in outcomes)
    lines = [f"{'case':<{width}}  rules kept  calls  seconds  cost"]
    for outcome in outcomes:
        lines += [_line(outcome, width), *_told(outcome)]
    kept, held = (sum(numbers) for numbers in zip(*map(_kept, outcomes), strict=True))
    cost = sum((outcome.cost_usd for outcome in outcomes), Decimal(0))
    failed = sum(outcome.failure is not None for outcome in outcomes)
    lines.append(f"{len(outcomes)} cases, {failed} failed, {kept} of {held} rules kept, ${cost:.4f}")
    return "\n".join(lines)


def _line(outcome: Outcome, width: int) -> str:
    kept, held = _kept(outcome)
    verdict = "failed" if outcome.failure else f"{kept} of {held}"
    spent = f"{outcome.calls:>5}  {outcome.seconds:>7.1f}  ${outcome.cost_usd:.4f}"
    return f"{outcome.case.name:<{width}}  {verdict:<10}  {spent}"


def _told(outcome: Outcome) -> list[str]:
    if outcome.failure:
        return [f"    {outcome.failure.code}: {outcome.failure.message}"]
    problems = outcome.problems
    more = [f"    and {len(problems) - MOST_PROBLEMS} more"] if len(problems) > MOST_PROBLEMS else []
    return [f"    {problem}" for problem in problems[:MOST_PROBLEMS]] + more


def _kept(outcome: Outcome) -> tuple[int, int]:
    return sum(not found for found in outcome.rules.values()), len(outcome.rules)
