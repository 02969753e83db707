"""docs/metrics.md matches the code, and each metric is named as Prometheus wants it."""

from collections import Counter as Counts
from pathlib import Path

import pytest
from lodestone_gateway.metrics_page import declared, metrics_page
from prometheus_client import Gauge, generate_latest
from support.promtool import promtool

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"
ROOMS = ("libs/common/lodestone", "services/*/lodestone_*")
KINDS = ("Counter(", "Gauge(", "Histogram(")


def test_the_committed_page_is_up_to_date() -> None:
    assert PAGE.read_text() == metrics_page(), "run `make contracts` and commit docs/metrics.md"


def test_every_declaration_of_the_code_is_on_the_page() -> None:
    root = PAGE.parents[1]
    sources = [
        file.read_text() for room in ROOMS for folder in root.glob(room) for file in folder.rglob("*.py")
    ]
    declarations = [source for source in sources if "from prometheus_client import" in source]
    said = sum(source.count(f"= {kind}") for source in declarations for kind in KINDS)
    said -= sum(
        source.count(f"= {kind})") for source in declarations for kind in KINDS
    )  # collections.Counter

    names = Counts(metric.name for metric in declared())

    assert set(names.values()) == {1}, "each name has one declaration"
    assert len(names) == said


def test_metrics_say_what_they_count() -> None:
    for metric in declared():
        assert metric.meaning[0].isupper() or metric.meaning.startswith("1 "), metric
        assert not metric.meaning.endswith("."), metric
        assert (metric.kind == "counter") == metric.name.endswith("_total"), metric


def test_a_metric_that_does_not_say_what_it_counts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    nameless = Gauge("lodestone_things", "Things", registry=None)
    monkeypatch.setattr("lodestone_gateway.metrics.THINGS", nameless, raising=False)
    monkeypatch.setattr("lodestone_gateway.metrics_page._names", lambda module, metric: metric is nameless)

    with pytest.raises(KeyError, match="lodestone_things does not say what it counts"):
        declared()


def test_prometheus_finds_nothing_wrong_with_their_names() -> None:
    declared()

    assert promtool("check", "metrics", given=generate_latest().decode()) == ""
