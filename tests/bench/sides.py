"""Two actions measured alternately, so that a busy moment affects both."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Side = Callable[[], float]
"""Does the action once; returns seconds."""


@dataclass(frozen=True)
class Comparison:
    """The measurements of both sides, in seconds."""

    name: str
    subject: str
    against: str
    pairs: list[tuple[float, float]]

    def lines(self) -> list[str]:
        """The median and range of both sides, and of the ratio of each pair."""
        subject, against = zip(*self.pairs, strict=True)
        ratios = [mine / other for mine, other in self.pairs]
        return [
            f"{self.name} ({len(self.pairs)} pairs)",
            f"  {self.subject:<46} {_spread([1_000 * each for each in subject], 'ms')}",
            f"  {self.against:<46} {_spread([1_000 * each for each in against], 'ms')}",
            f"  {'ratio':<46} {_spread(ratios, 'x')}",
        ]


def compare(
    name: str, subject: tuple[str, Side], against: tuple[str, Side], *, rounds: int, warm_up: int = 2
) -> Comparison:
    """Measures both alternately; the first rounds warm up and are discarded."""
    pairs = [(subject[1](), against[1]()) for _ in range(warm_up + rounds)]
    return Comparison(name, subject[0], against[0], pairs[warm_up:])


def seconds_of(action: Callable[[], object]) -> float:
    """How long the action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _spread(values: list[float], unit: str) -> str:
    return f"median {statistics.median(values):9.2f} {unit}   {min(values):9.2f} to {max(values):9.2f} {unit}"
