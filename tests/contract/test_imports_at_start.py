"""A process imports large libraries at its start only if it uses them at once."""

import subprocess
import sys

import pytest

LARGE = ("anthropic", "alembic", "docx", "fastapi", "faststream", "jinja2", "mcp", "reportlab", "sqlalchemy")
USED = {
    "lodestone_gateway.__main__, lodestone_gateway.app": {"fastapi", "jinja2", "sqlalchemy"},
    "lodestone_gateway.__main__, lodestone_gateway.processes": {"sqlalchemy"},
    "lodestone_ideation.app": {"faststream"},
    "lodestone_local.cli": set[str](),
    "lodestone_local.cli, lodestone_local.ops.asking, lodestone_local.ops.views": set[str](),
    "lodestone_local.cli, lodestone_local.assistants.serving": {"mcp"},
}
"""The large libraries that a process loads at its start, by the modules that it imports."""
SHOW = "import sys, {modules}; print(*sys.modules)"


@pytest.mark.parametrize("modules", USED)
def test_a_process_imports_no_large_library_that_it_does_not_use_at_once(modules: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-c", SHOW.format(modules=modules)], capture_output=True, text=True, check=True
    )

    assert set(shown.stdout.split()) & set(LARGE) == USED[modules]
