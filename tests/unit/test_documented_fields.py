"""Every stored or sent field is described: in events, tables, a job's log and the job types.

The description is a `description`, or a docstring below the field. The docstring stays out of the published
schemas: some of these shapes are sent to models, whose prompts must not change with notes for readers.
"""

import ast
import inspect
import pkgutil
import textwrap
from importlib import import_module
from itertools import pairwise
from typing import Any, Literal, get_origin

import pytest
from lodestone import events, jobs
from lodestone.events import JobEvent
from lodestone.job_log import Entry, JobLog
from lodestone.jobs.emails import Email
from lodestone.jobs.ideation import IdeationAdvice
from lodestone.jobs.interactive import INTERACTIVE_CONFIGS
from lodestone.jobs.job_type import JobType
from lodestone.jobs.lead_magnet import Concept
from lodestone.jobs.posts import Evaluation
from lodestone.llm.ledger import CallResult, CallStart
from lodestone.wire import WireModel
from lodestone_gateway.jobs.view import Job, JobUsage, Progress
from lodestone_gateway.store.all_tables import MODULES
from sqlmodel import SQLModel

MODELS: list[type[WireModel]] = [
    each
    for each in vars(events).values()
    if isinstance(each, type) and issubclass(each, WireModel) and each not in (WireModel, JobEvent)
]
ROWS = sorted(
    (
        each
        for module in MODULES
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, SQLModel) and hasattr(each, "__table__")
    ),
    key=lambda each: each.__name__,
)
CONTRACTS: list[type[WireModel]] = [
    each
    for found in pkgutil.iter_modules(jobs.__path__, "lodestone.jobs.")
    for each in vars(import_module(found.name)).values()
    if isinstance(each, type) and issubclass(each, WireModel) and each.__module__ == found.name
]
RECORDS = (Entry, JobLog, CallStart, CallResult, JobType)
ASKED = (Concept, IdeationAdvice, Evaluation, Email, *INTERACTIVE_CONFIGS.values())


@pytest.mark.parametrize("model", [*MODELS, Job, JobUsage, Progress], ids=lambda each: each.__name__)
def test_each_field_that_is_sent_says_what_it_means(model: type[WireModel]) -> None:
    bare = [name for name, field in model.model_fields.items() if not is_sentence(field.description)]

    assert not bare, f"give them a description: {bare}"


@pytest.mark.parametrize("row", ROWS, ids=lambda each: each.__name__)
def test_each_column_says_what_it_means(row: type[SQLModel]) -> None:
    bare = [name for name, field in row.model_fields.items() if not is_sentence(field.description)]

    assert not bare, f"give them a description: {bare}"


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda each: each.__name__)
def test_each_field_of_a_job_type_says_what_it_means(contract: type[WireModel]) -> None:
    below = docstrings(contract)
    bare = [
        name
        for name, field in contract.model_fields.items()
        if get_origin(field.annotation) is not Literal
        and not is_sentence(field.description or below.get(name))
    ]

    assert not bare, f"give them a description, or a docstring where a model is asked for them: {bare}"


@pytest.mark.parametrize("record", RECORDS, ids=lambda each: each.__name__)
def test_each_field_of_a_record_says_what_it_means(record: Any) -> None:
    below = docstrings(record)
    bare = [name for name in record.__dataclass_fields__ if not is_sentence(below.get(name))]

    assert not bare, f"give them a docstring: {bare}"


@pytest.mark.parametrize("shape", ASKED, ids=lambda each: each.__name__)
def test_notes_for_readers_stay_out_of_what_a_model_is_asked_for(shape: type[WireModel]) -> None:
    schema = shape.model_json_schema()
    told = [
        name
        for part in (schema, *schema.get("$defs", {}).values())
        for name, field in part.get("properties", {}).items()
        if "description" in field
    ]

    assert not told, f"make them docstrings, or the request to the model changes: {told}"


def docstrings(of: type) -> dict[str, str]:
    """The docstring below each field, in the source of a class and of our classes that it extends."""
    found: dict[str, str] = {}
    for each in reversed(of.__mro__):
        if each.__module__.startswith("lodestone."):
            (tree,) = ast.parse(textwrap.dedent(inspect.getsource(each))).body
            assert isinstance(tree, ast.ClassDef)
            for field, below in pairwise(tree.body):
                match (field, below):
                    case (
                        ast.AnnAssign(target=ast.Name(id=name)),
                        ast.Expr(value=ast.Constant(value=str(text))),
                    ):
                        found[name] = text
    return found


def is_sentence(text: str | None) -> bool:
    return text is not None and (text[:1].isupper() or text[:1] == "`") and text.endswith(".")
