"""A released prompt file is never edited: a change is a new version beside it.

`prompts.sha256` holds the hash of each file; to add a new one, run at the root of the repository
`sha256sum FILE >> tests/contract/prompts.sha256`.
"""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "tests/contract/prompts.sha256").read_text().splitlines()
RELEASED = {name: digest for digest, name in (line.split("  ", 1) for line in LINES)}
PRESENT = sorted(
    str(file.relative_to(ROOT))
    for place in ("services/*/lodestone_*", "libs/common/lodestone")
    for pattern in ("*.v*.md", "*.v*.md.j2")
    for file in ROOT.glob(f"{place}/**/{pattern}")
)


def test_there_are_prompts() -> None:
    assert PRESENT


@pytest.mark.parametrize("name", sorted(RELEASED))
def test_a_released_prompt_has_the_words_it_was_released_with(name: str) -> None:
    present = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()

    assert present == RELEASED[name], f"{name} was edited: restore its text and write a new version"


@pytest.mark.parametrize("name", PRESENT)
def test_each_prompt_is_in_the_list_of_released_ones(name: str) -> None:
    assert name in RELEASED, f"run: sha256sum {name} >> tests/contract/prompts.sha256"
