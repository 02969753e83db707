"""The note for older front ends names only routes that exist."""

import json
import re
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs"
ROUTE = re.compile(r"`(?:(?:GET|POST|PUT|PATCH|DELETE)[`, ]*)*(/api/[\w/{}-]+)")
IN_BRACES = re.compile(r"{[^}]*}")


def test_every_new_route_of_the_note_is_in_the_api() -> None:
    paths = json.loads((DOCS / "api/openapi.json").read_text())["paths"]
    known = {IN_BRACES.sub("{}", path) for path in paths}
    lines = (DOCS / "migration.md").read_text().splitlines()
    now = [line.split("|")[2] for line in lines if line.startswith("| ")]
    named = {IN_BRACES.sub("{}", path) for cell in now for path in ROUTE.findall(cell)}

    assert len(named) >= 8
    assert named <= known
