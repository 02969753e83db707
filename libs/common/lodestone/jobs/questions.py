"""The extraction questions: data in questions.toml, read by the wizard, the validation and the prompt."""

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import Field

from lodestone.jobs.lead_magnet import Archetype
from lodestone.wire import RequiredText, WireModel


class Question(WireModel):
    """One question; its id is the key of the answer."""

    id: RequiredText = Field(description="The key of its answer; unique in an archetype.")
    question: RequiredText = Field(description="The question, as the owner reads it.")
    required: bool = Field(description="Whether a job needs an answer.")
    context: str | None = Field(
        default=None, description="A hint beside the question; null when it needs none."
    )


@cache
def questions_for(archetype: Archetype) -> tuple[Question, ...]:
    """The questions of an archetype in the order in which they are asked."""
    return tuple(Question.model_validate(entry) for entry in _catalogue()[archetype])


@cache
def _catalogue() -> dict[str, list[dict[str, object]]]:
    text = files("lodestone.jobs").joinpath("questions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
