"""The rules of each job type: what makes a valid result a good one. One file per type."""

import importlib
from collections.abc import Callable, Iterator
from typing import Any

from lodestone.jobs import JOB_TYPES

from evals.measures import invented_addresses, stock_phrases, texts_of

Rule = Callable[[Any, Any], Iterator[str]]
"""Takes input and result, returns what breaks the rule, in words; nothing if it is kept."""


def no_stock_phrases(work: Any, result: Any) -> Iterator[str]:
    """No phrase that marks a text as machine-written."""
    return stock_phrases(texts_of(result), texts_of(work))


def no_invented_addresses(work: Any, result: Any) -> Iterator[str]:
    """Every web address comes from the material."""
    return invented_addresses(texts_of(result), texts_of(work))


def rules_of(job_type: str) -> dict[str, Rule]:
    """The rules by name: those of every type, then the functions in `RULES` of the type's own file."""
    own: tuple[Rule, ...] = importlib.import_module(f"evals.rules.{job_type}").RULES
    return {rule.__name__: rule for rule in (no_stock_phrases, no_invented_addresses, *own)}


def broken(job_type: str, work: Any, result: Any) -> dict[str, list[str]]:
    """For each rule of the type, what breaks it; an empty list if it is kept."""
    return {name: list(rule(work, result)) for name, rule in rules_of(job_type).items()}


def all_rules() -> list[tuple[str, str]]:
    """Each job type with each of its rules."""
    return [(job_type, rule) for job_type in JOB_TYPES for rule in rules_of(job_type)]
