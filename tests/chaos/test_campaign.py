"""A short campaign with a seed: jobs of all types run while processes are killed, stopped and paused."""

from pathlib import Path

import pytest
from chaos.campaign import Campaign, Plan
from chaos.checker import check
from chaos.history import Limits
from chaos.report import as_text, summarize
from support.house import House

LIMITS = Limits(drain=3.0, slack=20.0)  # other tests run beside it
PLAN = Plan(seed=20261, seconds=30.0, clients=4, replicas=1, between=(2.0, 6.0), is_short=True)


@pytest.mark.timeout(420)
async def test_every_promise_is_kept_while_processes_die(tmp_path: Path) -> None:
    env = {"LODESTONE_DRAIN_SECONDS": f"{LIMITS.drain:g}"}
    with House(tmp_path, "--processes", env=env) as house:
        run = await Campaign(house, PLAN, tmp_path / "history.jsonl", LIMITS).run()

    numbers = summarize(run, check(run))
    assert not numbers["violations"], as_text(numbers, f"seed {PLAN.seed}")
    assert numbers["jobs"] > 3
    assert numbers["faults"]["kill"]
