"""Answers: drafts of the answers to an archetype's questions, from what the owner already said."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from lodestone.deadlines import TimeLimits
from lodestone.jobs.content import ChosenConcept
from lodestone.jobs.job_type import JobType
from lodestone.jobs.lead_magnet import Archetype, BusinessContext
from lodestone.jobs.questions import Question, questions_for
from lodestone.jobs.voice import VOICE, Voice
from lodestone.wire import MAX_ENTRIES, RequiredText, Text, WireModel


class SourceText(WireModel):
    """A text that the owner brought along, or a part of one."""

    id: UUID | None = Field(
        default=None,
        description="The source that it is of, null if none; deleting the source erases the job's texts.",
    )
    name: RequiredText = Field(description="What the owner calls it.")
    text: RequiredText = Field(description="What it says.")


class AnswersInput(WireModel):
    """A concept, and what the owner said; answers that are there already are not drafted."""

    archetype: Archetype = Field(description="Which kind of lead magnet is made; decides the questions.")
    concept: ChosenConcept = Field(description="The concept that the owner chose.")
    answers: Annotated[dict[str, Text], Field(max_length=MAX_ENTRIES)] = Field(
        default={}, description="By question id, what the owner answered already; blank ones are drafted."
    )
    essay: Text = Field(
        default="", description="The owner's own text, which is split into answers; empty without one."
    )
    sources: Annotated[list[SourceText], Field(max_length=MAX_ENTRIES)] = Field(
        default=[], description="Texts that the owner brought along."
    )
    business_context: BusinessContext | None = Field(
        default=None, description="What the owner says about their business; null when not sent."
    )
    voice: Voice | None = VOICE

    @model_validator(mode="after")
    def _something_to_draft(self) -> "AnswersInput":
        known = [question.id for question in questions_for(self.archetype)]
        if unknown := self.answers.keys() - {*known}:
            raise ValueError(f"{self.archetype} has no question {min(unknown)}; it has {', '.join(known)}")
        if not self.open_questions():
            raise ValueError("every question is answered already; clear an answer to have it drafted")
        return self

    def open_questions(self) -> list[Question]:
        """The questions without an answer, in the order in which they are asked."""
        asked = questions_for(self.archetype)
        return [question for question in asked if not self.answers.get(question.id, "").strip()]


class DraftedAnswer(WireModel):
    """A draft of one answer, for the owner to correct."""

    id: RequiredText = Field(description="The question's id; also the key of the item.")
    answer: RequiredText = Field(description="The draft, as the owner would say it.")
    missing: Text = Field(
        default="", description="What the owner has to add or check; empty when nothing is missing."
    )


class AnswersResult(WireModel):
    """A draft for each question that had no answer."""

    answers: Annotated[list[DraftedAnswer], Field(min_length=1, max_length=MAX_ENTRIES)] = Field(
        description="The drafts, in the order of the questions."
    )


ANSWERS = JobType(
    name="answers",
    service="extraction",
    path="answers",
    input=AnswersInput,
    work=AnswersInput,
    result=AnswersResult,
    item=DraftedAnswer,
    output_tokens=2500,
    limits=TimeLimits(deadline=300, attempt=150, call=120),
    model="claude-sonnet-5-5",
    label="Drafted answers",
    unit="answers",
)
