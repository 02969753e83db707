"""What is sent says field by field what it means."""

import pytest
from lodestone import events
from lodestone.events import JobEvent
from lodestone.wire import WireModel
from lodestone_gateway.jobs.view import Job, JobUsage, Progress

MODELS: list[type[WireModel]] = [
    each
    for each in vars(events).values()
    if isinstance(each, type) and issubclass(each, WireModel) and each not in (WireModel, JobEvent)
]


@pytest.mark.parametrize("model", [*MODELS, Job, JobUsage, Progress], ids=lambda each: each.__name__)
def test_each_field_that_is_sent_says_what_it_means(model: type[WireModel]) -> None:
    bare = [name for name, field in model.model_fields.items() if not is_sentence(field.description)]

    assert not bare, f"give them a description: {bare}"


def is_sentence(text: str | None) -> bool:
    return text is not None and text[:1].isupper() and text.endswith(".")
