"""What is stored and sent says field by field what it means: the events, and the columns of all tables."""

import pytest
from lodestone import events
from lodestone.events import JobEvent
from lodestone.wire import WireModel
from lodestone_gateway.jobs.view import Job, JobUsage, Progress
from lodestone_gateway.store import erasure_tables, lead_magnet_tables, operations_tables, tables
from sqlmodel import SQLModel

MODELS: list[type[WireModel]] = [
    each
    for each in vars(events).values()
    if isinstance(each, type) and issubclass(each, WireModel) and each not in (WireModel, JobEvent)
]
ROWS = sorted(
    (
        each
        for module in (tables, lead_magnet_tables, operations_tables, erasure_tables)
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, SQLModel) and hasattr(each, "__table__")
    ),
    key=lambda each: each.__name__,
)


@pytest.mark.parametrize("model", [*MODELS, Job, JobUsage, Progress], ids=lambda each: each.__name__)
def test_each_field_that_is_sent_says_what_it_means(model: type[WireModel]) -> None:
    bare = [name for name, field in model.model_fields.items() if not is_sentence(field.description)]

    assert not bare, f"give them a description: {bare}"


@pytest.mark.parametrize("row", ROWS, ids=lambda each: each.__name__)
def test_each_column_says_what_it_means(row: type[SQLModel]) -> None:
    bare = [name for name, field in row.model_fields.items() if not is_sentence(field.description)]

    assert not bare, f"give them a description: {bare}"


def is_sentence(text: str | None) -> bool:
    return text is not None and (text[:1].isupper() or text[:1] == "`") and text.endswith(".")
