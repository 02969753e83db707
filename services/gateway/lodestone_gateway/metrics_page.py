"""docs/metrics.md: every metric that a process of ours exports: labels, unit, meaning."""

import inspect
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from itertools import groupby
from operator import attrgetter
from types import ModuleType

from prometheus_client.metrics import MetricWrapperBase

HEAD = """\
# Metrics

Generated from the code by `make contracts`: every metric of `/metrics`, by the processes in which it moves.
Each process also exports what `prometheus_client` knows of it (`process_…`, `python_…`), and may show a
metric of another, which then stays at zero: relay and projector are one program. A histogram has the series
`_bucket`, `_sum` and `_count`. No label holds an id of a job or a user. `service` is each
`lodestone-worker SERVICE`; the reconciler is in the projector. `deploy/monitoring` has dashboards and alerts
over these ([operations](operations.md#alerts)).
"""
TABLE = "| metric | kind | labels | unit | meaning |\n|---|---|---|---|---|\n"
NOTHING = "–"

ALL = ("gateway", "relay", "projector", "service")
MOVES_IN: dict[str, tuple[str, ...]] = {
    "lodestone.clock": ALL,
    "lodestone.bus": ("relay", "projector", "service"),
    "lodestone.llm": ("service",),
    "lodestone.worker": ("service",),
    "lodestone_gateway": ("gateway",),
    "lodestone_gateway.outbox": ("relay",),
    "lodestone_gateway.projector": ("projector",),
    "lodestone_gateway.reconciler": ("projector",),
    "lodestone_gateway.store.leadership": ("relay", "projector"),
}
"""Processes by the package or module that declares a metric; the longest name counts."""

UNITS = {
    "seconds": "seconds",
    "ratio": "0 to 1",
    "usd": "US dollars",
    "usage": "tokens",
    "errors": "errors",
    "failures": "failures",
    "batches": "batches",
    "readings": "readings",
    "repairs": "repairs",
    "clients": "streams",
    "waits": "calls",
    "relayed": "rows",
    "removed": "rows",
    "accepted": "jobs",
    "erased": "texts, jobs or accounts",
    "erasures": "jobs and accounts",
    "back": "times",
} | {
    each: each
    for each in (
        *("appends", "bytes", "calls", "connections", "deliveries", "events", "jobs", "leases", "messages"),
        *("results", "rows", "slots", "tokens"),
    )
}
"""What a metric counts, by the last word of its name that says so."""


@dataclass(frozen=True)
class Metric:
    """One metric: a row of the page."""

    name: str  # as queries ask for it; of a histogram, without what follows
    kind: str  # counter, gauge or histogram
    labels: tuple[str, ...]
    unit: str
    meaning: str
    processes: tuple[str, ...]

    @property
    def series(self) -> tuple[str, ...]:
        """The names of its time series."""
        return tuple(
            f"{self.name}{end}"
            for end in (("_bucket", "_sum", "_count") if self.kind == "histogram" else ("",))
        )

    @property
    def row(self) -> str:
        """The line of the table."""
        labels = ", ".join(f"`{label}`" for label in self.labels) or NOTHING
        return f"| `{self.name}` | {self.kind} | {labels} | {self.unit} | {self.meaning} |\n"


def metrics_page() -> str:
    """The page as markdown. Raises KeyError for a metric whose name does not say what it counts."""
    sections = [HEAD]
    by_processes = sorted(declared(), key=lambda each: (-len(each.processes), each.processes, each.name))
    for processes, group in groupby(by_processes, key=attrgetter("processes")):
        sections.append(f"## {_heading(processes)}\n\n{TABLE}{''.join(each.row for each in group)}")
    return "\n".join(sections)


def declared() -> list[Metric]:
    """What the installed processes declare, by name. Raises KeyError like `metrics_page`."""
    for entry in entry_points(group="lodestone.apps"):
        entry.load()
    return sorted((_described(*each) for each in _declarations()), key=attrgetter("name"))


def _declarations() -> Iterator[tuple[MetricWrapperBase, str]]:
    """Each metric with the module that declares it, not those that import it."""
    ours = [
        module for name, module in tuple(sys.modules.items()) if name.split(".")[0].startswith("lodestone")
    ]
    for module in ours:
        for value in {id(each): each for each in vars(module).values()}.values():
            if isinstance(value, MetricWrapperBase) and _names(module, value):
                yield value, module.__name__


def _names(module: ModuleType, metric: MetricWrapperBase) -> bool:
    return f'"{_name(metric)}"' in inspect.getsource(module)


def _described(metric: MetricWrapperBase, module: str) -> Metric:
    name = _name(metric)
    kind, meaning = str(metric._type), metric._documentation
    return Metric(name, kind, tuple(metric._labelnames), _unit(name, meaning), meaning, _processes(module))


def _name(metric: MetricWrapperBase) -> str:
    return f"{metric._name}_total" if metric._type == "counter" else metric._name


def _unit(name: str, meaning: str) -> str:
    if meaning.startswith("1 "):
        return "0 or 1"
    found = [UNITS[word] for word in name.split("_") if word in UNITS]
    if not found:
        raise KeyError(
            f"{name} does not say what it counts; add its word to UNITS or begin its help with `1 `"
        )
    return found[-1]


def _processes(module: str) -> tuple[str, ...]:
    return MOVES_IN[max((each for each in MOVES_IN if f"{module}.".startswith(f"{each}.")), key=len)]


def _heading(processes: Iterable[str]) -> str:
    names = tuple(processes)
    return "In all processes" if names == ALL else f"In {', '.join(names)}"
