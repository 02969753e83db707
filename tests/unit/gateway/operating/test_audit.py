"""The vocabulary of the operators' audit, against the page that explains it."""

from pathlib import Path

import pytest
from lodestone_gateway.operating.audit import Action

OPERATIONS = (Path(__file__).parents[4] / "docs/operations.md").read_text()


@pytest.mark.parametrize("action", Action)
def test_each_action_is_explained_to_operators(action: Action) -> None:
    assert f"`{action}`" in OPERATIONS
