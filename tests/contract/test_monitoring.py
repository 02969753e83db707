"""Dashboards and alerts ask for what the code declares; each alert is tested and has a section to read."""

import json
import re
from pathlib import Path

import pytest
import yaml
from support.metric_queries import FOLDER, problems, rules
from support.promtool import promtool

ROOT = Path(__file__).parents[2]
DASHBOARDS = sorted((FOLDER / "dashboards").glob("*.json"))


ALERTS = {rule["alert"]: rule for rule in rules("alerts.yml")}
TESTS = yaml.safe_load((FOLDER / "tests.yml").read_text())["tests"]


def queries(file: Path) -> list[str]:
    """Of each panel, and of each variable, of a dashboard; Grafana's own words are filled in."""
    dashboard = json.loads(file.read_text())
    told = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    told += [
        re.sub(r"label_values\((.*), (\w+)\)", r"group by (\2) (\1)", variable["query"])
        for variable in dashboard["templating"]["list"]
        if variable["type"] == "query"
    ]
    return [query.replace("$__rate_interval", "5m").replace("$job_type", ".*") for query in told]


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("sum(rate(lodestone_nothing_total[5m]))", ["there is no metric lodestone_nothing_total"]),
        ('lodestone_jobs_total{job_type="posts",user="u"}', ["lodestone_jobs_total has no label user"]),
        ("sum by (model) (lodestone_jobs_total)", ["nothing has a label model to group by"]),
        ('sum by (job_type) (lodestone_jobs_total{outcome="failed"}) > on (instance) vector(1)', []),
        ("lodestone_job_duration_seconds", ["there is no metric lodestone_job_duration_seconds"]),
        ("histogram_quantile(0.9, sum by (le) (rate(lodestone_job_duration_seconds_bucket[5m])))", []),
    ],
)
def test_a_query_for_what_nobody_has_is_found(expression: str, told: list[str]) -> None:
    assert list(problems(expression)) == told


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_every_panel_asks_for_what_the_code_declares(file: Path) -> None:
    wanted = queries(file)

    assert wanted
    assert [problem for query in wanted for problem in problems(query)] == []


@pytest.mark.parametrize("file", ["recording.yml", "alerts.yml"])
def test_every_rule_asks_for_what_the_code_declares(file: str) -> None:
    assert [problem for rule in rules(file) for problem in problems(rule["expr"])] == []


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_every_panel_can_be_drawn(file: Path, tmp_path: Path) -> None:
    dummies = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(queries(file))]
    draft = tmp_path / "panels.yml"
    draft.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": dummies}]}))

    promtool("check", "rules", draft)


def test_prometheus_takes_the_configuration() -> None:
    promtool("check", "config", FOLDER / "prometheus.yml")


def test_each_alert_fires_where_it_should_and_nowhere_else() -> None:
    promtool("test", "rules", FOLDER / "tests.yml")


@pytest.mark.parametrize("alert", sorted(ALERTS))
def test_each_alert_has_a_test_in_which_it_fires_and_one_in_which_it_does_not(alert: str) -> None:
    severities = {rule["labels"]["severity"] for rule in rules("alerts.yml") if rule["alert"] == alert}
    cases = [case for test in TESTS for case in test["alert_rule_test"] if case["alertname"] == alert]
    fired = {each["exp_labels"]["severity"] for case in cases for each in case["exp_alerts"]}

    assert fired, "it fires in no test"
    assert fired <= severities
    assert [case for case in cases if not case["exp_alerts"]], "in no test it is quiet"


@pytest.mark.parametrize("alert", sorted(ALERTS))
def test_each_alert_has_a_section_to_read(alert: str) -> None:
    file, _, anchor = ALERTS[alert]["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / file).read_text(), re.MULTILINE)

    assert anchor in {heading.lower().replace(" ", "-") for heading in headings}
    assert ALERTS[alert]["labels"]["severity"] in ("page", "ticket")


def test_no_section_is_about_an_alert_that_is_gone() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()

    assert set(re.findall(r"^### (Lodestone\w+)$", text, re.MULTILINE)) == set(ALERTS)
