"""Each import rule catches a violation: a rule that cannot fail is only advice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = [
    *ROOT.glob("libs/*/lodestone"),
    *ROOT.glob("services/*/lodestone_*"),
    ROOT / "deploy" / "local" / "lodestone_local",
]
LINT = str(Path(sys.executable).with_name("lint-imports"))

BREAKS = {
    "Services know the library and not each other": ("lodestone_ideation/app.py", "lodestone_polish"),
    "The gateway neither calls a model nor runs a job": ("lodestone_gateway/settings.py", "lodestone.worker"),
    "Only lodestone.llm speaks to the provider": ("lodestone_ideation/app.py", "anthropic"),
    "Only the gateway touches Postgres": ("lodestone/wire.py", "sqlmodel"),
    "The operators' commands speak HTTP alone": ("lodestone_local/ops/client.py", "mcp"),
    "Inside the library": ("lodestone/wire.py", "lodestone.bus.publisher"),
    "Inside the gateway": ("lodestone_gateway/projector/fold.py", "lodestone_gateway.api.jobs"),
    "What the product knows of one job type": (
        "lodestone_gateway/jobs/submit.py",
        "lodestone_gateway.job_types.polish",
    ),
    "Only the processes that typeset and read": ("lodestone_gateway/app.py", "docx"),
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of our packages that a test may break."""
    for package in PACKAGES:
        shutil.copytree(package, tmp_path / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_tree_as_it_is_keeps_all_rules(tree: Path) -> None:
    result = lint(tree)

    assert result.returncode == 0, result.stdout
    assert f"{len(BREAKS)} kept, 0 broken" in result.stdout


@pytest.mark.parametrize("rule", BREAKS)
def test_a_planted_break_is_caught_by_its_rule(tree: Path, rule: str) -> None:
    file, imported = BREAKS[rule]
    broken = tree / file
    broken.write_text(f"import {imported}\n{broken.read_text()}")

    result = lint(tree)

    assert result.returncode == 1, result.stdout
    verdicts = [line for line in result.stdout.splitlines() if " BROKEN" in line]
    assert any(rule in verdict for verdict in verdicts), result.stdout
