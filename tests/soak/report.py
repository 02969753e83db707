"""The result of a soak: the honest users' times beside a hostile user, compared with their times alone."""

from dataclasses import dataclass, field

from soak.honest import Experience
from soak.hostile import Outcomes

MOST = 2.0  # times slower, at the 99th percentile
UNAVAILABLE = "503"  # the only 5xx that tells a client to retry


@dataclass
class Soak:
    """Both kinds of spell, the hostile user's outcomes, and the peak memory of each process."""

    alone: Experience = field(default_factory=Experience)
    beside: Experience = field(default_factory=Experience)
    outcomes: Outcomes = field(default_factory=Outcomes)
    megabytes: dict[str, int] = field(default_factory=dict)

    @property
    def ratios(self) -> dict[str, float]:
        """The 99th percentiles of accepting and of the result, beside the hostile user divided by alone."""
        return {
            "accept": percentile(self.beside.accepts, 99) / percentile(self.alone.accepts, 99),
            "result": percentile(self.beside.results, 99) / percentile(self.alone.results, 99),
        }

    def faults(self) -> list[str]:
        """What must not happen: too slow, an honest user in trouble, a server error."""
        slow = [f"{name} is {ratio:.2f} times slower" for name, ratio in self.ratios.items() if ratio > MOST]
        broken = [
            f"{act} was answered {came_to}, {count} times"
            for (act, came_to), count in self.outcomes.items()
            if came_to.startswith("5") and came_to != UNAVAILABLE
        ]
        return [*slow, *broken, *self.alone.troubles, *self.beside.troubles]

    def lines(self) -> list[str]:
        """The report."""
        spells = (("alone", self.alone), ("beside a hostile one", self.beside))
        return [
            *(line for name, seen in spells for line in _experience(name, seen)),
            *(f"  {name} p99, beside against alone: {ratio:.2f}" for name, ratio in self.ratios.items()),
            *(
                f"  {act}: {came_to}, {count} times"
                for (act, came_to), count in sorted(self.outcomes.items())
            ),
            f"  most memory, MB: {self.megabytes}",
            *(f"  FAULT: {fault}" for fault in self.faults()),
        ]


def percentile(values: list[float], percent: int) -> float:
    """The nearest rank; infinite for an empty list."""
    ordered = sorted(values)
    return ordered[round((len(ordered) - 1) * percent / 100)] if ordered else float("inf")


def _experience(name: str, seen: Experience) -> list[str]:
    return [
        f"  {name}, {what}: {len(values)} times, "
        f"p50 {percentile(values, 50):.3f} s, p99 {percentile(values, 99):.3f} s"
        for what, values in (("accept", seen.accepts), ("result", seen.results))
    ]
