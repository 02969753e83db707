"""The measurements: each figure with its median and range over the rounds, printed and saved as JSON."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass
class Figures:
    """The figures of one section, in the order in which they were first added."""

    section: str
    values: dict[str, list[float]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, value: float, unit: str = "ms") -> None:
        """Adds a value of this figure, and tells it at once: what ends early has not measured for nothing."""
        self.values.setdefault(name, []).append(value)
        self.units[name] = unit
        print(f"  {self.section}: {name} {value:.2f} {unit}", file=sys.stderr, flush=True)

    def spread(self, name: str, seconds: Sequence[float]) -> None:
        """The median and the 99th percentile of these times, in ms."""
        self.add(f"{name} p50", 1_000 * statistics.median(seconds))
        self.add(f"{name} p99", 1_000 * percentile(seconds, 99))

    def lines(self) -> list[str]:
        """All figures as text."""
        rounds = max(map(len, self.values.values()), default=0)
        told = [
            f"  {name:<52} {statistics.median(values):10.2f} {self.units[name]:<9}"
            + (f" {min(values):10.2f} to {max(values):.2f}" if len(values) > 1 else "")
            for name, values in self.values.items()
        ]
        return [f"{self.section} ({rounds} rounds)", *told]

    def keep(self, file: Path) -> None:
        """Appends one line of JSON to the file."""
        with file.open("a") as lines:
            lines.write(json.dumps(self.told()) + "\n")

    def told(self) -> dict[str, Any]:
        """As JSON, with the facts about the machine that a comparison needs."""
        figures = {
            name: {"unit": self.units[name], "median": statistics.median(values), "values": values}
            for name, values in self.values.items()
        }
        return {"section": self.section, "at": datetime.now(UTC).isoformat(), **_where(), "figures": figures}


def percentile(values: Sequence[float], nth: int) -> float:
    """The value that this percentage of the values does not exceed."""
    return sorted(values)[max(-(-len(values) * nth // 100) - 1, 0)]


def _fixed_work() -> float:
    """The seconds of a small computation, best of five: how fast this machine is at the moment."""
    times = []
    for _ in range(5):
        started = time.process_time()
        sum(range(2_000_000))
        times.append(time.process_time() - started)
    return min(times)


def _where() -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    load, _, _ = os.getloadavg()
    return {
        "commit": commit.stdout.strip(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "fixed work": {"unit": "ms", "best": 1_000 * _fixed_work()},
        "load": load,  # of the last minute, which shows other load on the machine
    }
