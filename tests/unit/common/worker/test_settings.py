"""What a service is told by its environment."""

from decimal import Decimal

import pytest
from lodestone.errors import Misconfigured
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.polish import POLISH
from lodestone.jobs.posts import POSTS
from lodestone.settings import read_settings
from lodestone.worker.loading import load_job
from lodestone.worker.settings import WorkerSettings


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LODESTONE_NATS_URL", "nats://127.0.0.1:4222")
    monkeypatch.setenv("LODESTONE_ANTHROPIC_API_KEY", "sk-test")


def test_budget_of_a_job_type_replaces_the_registry_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LODESTONE_BUDGETS_USD", '{"polish": "2.50"}')
    budgets = read_settings(WorkerSettings).budgets_usd

    assert load_job(POLISH, {}, budgets).budget_usd == Decimal("2.50")
    assert load_job(POSTS, {}, budgets).budget_usd == POSTS.budget_usd


def test_every_job_type_has_a_budget() -> None:
    assert all(load_job(job, {}).budget_usd > 0 for job in JOB_TYPES.values())


@pytest.mark.parametrize("value", ['{"polihs": "2.50"}', '{"polish": "0"}', '{"polish": "-1"}', "2.50"])
def test_budget_that_would_limit_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("LODESTONE_BUDGETS_USD", value)

    with pytest.raises(Misconfigured, match="LODESTONE_BUDGETS_USD"):
        read_settings(WorkerSettings)
