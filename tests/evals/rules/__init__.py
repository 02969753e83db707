"""The rules of each job type: what makes a valid result a good one. One file per type."""

import importlib
from collections.abc import Callable, Iterator
from typing import Any

from lodestone.jobs import JOB_TYPES
from lodestone.languages import language_of

from evals.measures import invented_addresses, pieces_of, stock_phrases, texts_of

Rule = Callable[[Any, Any], Iterator[str]]
"""Takes input and result, returns what breaks the rule, in words; nothing if it is kept."""


def no_stock_phrases(work: Any, result: Any) -> Iterator[str]:
    """No phrase that marks a text as machine-written."""
    return stock_phrases(texts_of(result), texts_of(work))


def no_invented_addresses(work: Any, result: Any) -> Iterator[str]:
    """Every web address comes from the material."""
    return invented_addresses(texts_of(result), texts_of(work))


def texts_are_in_the_language_of_the_voice(work: Any, result: Any) -> Iterator[str]:
    """The texts are in the language that the owner chose, taken together and each piece by itself."""
    wanted = work.voice.language if work.voice else None
    if wanted is None:
        return
    told = language_of(texts_of(result))
    if told is not wanted:
        yield f"all texts together are in {told or 'no language'}, not in {wanted}"
    for number, piece in enumerate(pieces_of(result)):
        if (found := language_of(piece)) not in (None, wanted):
            yield f"piece {number + 1} is in {found}, not in {wanted}"


def rules_of(job_type: str) -> dict[str, Rule]:
    """The rules by name: those of every type, then the functions in `RULES` of the type's own file."""
    own: tuple[Rule, ...] = importlib.import_module(f"evals.rules.{job_type}").RULES
    shared = (no_stock_phrases, no_invented_addresses, texts_are_in_the_language_of_the_voice)
    return {rule.__name__: rule for rule in (*shared, *own)}


def broken(job_type: str, work: Any, result: Any) -> dict[str, list[str]]:
    """For each rule of the type, what breaks it; an empty list if it is kept."""
    return {name: list(rule(work, result)) for name, rule in rules_of(job_type).items()}


def all_rules() -> list[tuple[str, str]]:
    """Each job type with each of its rules."""
    return [(job_type, rule) for job_type in JOB_TYPES for rule in rules_of(job_type)]
