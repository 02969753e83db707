"""The word banks: one file for each language and job type."""

import functools
import tomllib
from importlib import resources
from typing import Any


def table(language: str, bank: str, group: str) -> dict[str, Any]:
    """A group of a word bank, unchanged."""
    found: dict[str, Any] = _bank(f"{language}/{bank}").get(group, {})
    return found


def parts(group: str) -> dict[str, list[str]]:
    """What lead magnets are made of, the same in every language."""
    found: dict[str, list[str]] = _bank("parts")[group]
    return found


def words(group: str, name: str) -> frozenset[str]:
    """A list of words with a part in grammar."""
    found: str = _bank("words")[group][name]
    return frozenset(found.split())


@functools.cache
def _bank(name: str) -> dict[str, Any]:
    text = (resources.files("lodestone_local.simulator.wording") / f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)
