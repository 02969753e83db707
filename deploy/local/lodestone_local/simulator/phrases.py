"""Texts woven from the word banks and the facts of a prompt."""

import functools
import re
import tomllib
from importlib import resources
from typing import Any

from lodestone_local.simulator.facts import Facts

_SLOT = re.compile(r"^(pain|result|marker|question|tool|title|business)(\d?)$")


class Phrases:
    """The word banks, filled from one prompt's facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def named(self, name: str, salt: str, n: int = 1) -> str:
        """A text for a property of this name; for an unknown name, a sentence that fits anywhere."""
        bank = _bank("phrases")
        choices = bank["texts"].get(name, bank["any"]["sentences"])
        return self.fill(choices[self.facts.number(name, salt) % len(choices)], salt, n=n)

    def group(self, bank: str, group: str, key: str, salt: str, **more: object) -> list[str]:
        """All texts of a list in a word bank."""
        return [
            self.fill(text, f"{salt}/{place}", **more) for place, text in enumerate(_bank(bank)[group][key])
        ]

    def one(self, bank: str, group: str, key: str, salt: str, **more: object) -> str | None:
        """A text of a word bank: the only one under this key, or one of several; None when there is none."""
        found = _bank(bank).get(group, {}).get(key)
        if isinstance(found, list):
            found = found[self.facts.number(group, key, salt) % len(found)]
        return None if found is None else self.fill(found, salt, **more)

    def fill(self, template: str, salt: str, **more: object) -> str:
        """The template with its slots filled; the facts' own text is never read as a slot."""
        return template.format_map(_Slots(self.facts, salt, more))


def table(bank: str, group: str) -> dict[str, Any]:
    """A group of a word bank, unchanged."""
    found: dict[str, Any] = _bank(bank)[group]
    return found


class _Slots(dict[str, object]):
    def __init__(self, facts: Facts, salt: str, more: dict[str, object]) -> None:
        super().__init__(more)
        self._facts = facts
        self._salt = salt

    def __missing__(self, name: str) -> object:
        if name == "figure":
            return self._facts.figure(self._salt)
        slot = _SLOT.match(name)
        if slot is None:
            raise KeyError(f"a word bank has the unknown slot {name}")
        return self._facts.pick(slot[1], self._salt, int(slot[2] or 1) - 1)


@functools.cache
def _bank(name: str) -> dict[str, Any]:
    text = resources.files("lodestone_local.simulator").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)
