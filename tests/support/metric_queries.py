"""Whether Prometheus has what a query asks for: metrics and labels of the code, or of a recording rule."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from lodestone_gateway.metrics_page import declared
from support.promql import asked

FOLDER = Path(__file__).parents[2] / "deploy" / "monitoring"
OF_PROMETHEUS = {"instance", "job"}
OF_THE_CLIENT = {"process_start_time_seconds", "process_resident_memory_bytes", "process_cpu_seconds_total"}


def rules(file: str) -> list[dict[str, Any]]:
    """The rules of all groups."""
    return [
        rule for group in yaml.safe_load((FOLDER / file).read_text())["groups"] for rule in group["rules"]
    ]


@cache
def known() -> dict[str, set[str]]:
    """The labels of each series that there is, by name: of the code, and of the recording rules."""
    found = {
        series: {*metric.labels, *(["le"] if series.endswith("_bucket") else [])}
        for metric in declared()
        for series in metric.series
    } | {name: set() for name in OF_THE_CLIENT}
    for rule in rules("recording.yml"):
        labels = asked(rule["expr"]).groups | set(rule.get("labels", {}))
        found.setdefault(rule["record"], set()).update(labels)
    return found


def problems(expression: str) -> Iterator[str]:
    """What the expression asks for and nobody has."""
    found, there = asked(expression), known()
    for metric, labels in found.labels.items():
        if metric not in there:
            yield f"there is no metric {metric}"
        for label in labels - there.get(metric, set()) - OF_PROMETHEUS:
            yield f"{metric} has no label {label}"
    all_labels = set().union(*(there.get(metric, set()) for metric in found.labels))
    for label in found.groups - all_labels - OF_PROMETHEUS:
        yield f"nothing has a label {label} to group by"
