"""Extraction: concept and answers become content, or an interactive configuration."""

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from lodestone.deadlines import TimeLimits
from lodestone.jobs.content import ChosenConcept, WrittenContent, WrittenSection
from lodestone.jobs.ideation import CallTranscriptInsights
from lodestone.jobs.interactive import INTERACTIVE_CONFIGS, InteractiveConfig
from lodestone.jobs.job_type import JobType
from lodestone.jobs.lead_magnet import Archetype, BusinessContext
from lodestone.jobs.parts import InParts, Parts
from lodestone.jobs.questions import questions_for
from lodestone.jobs.slugs import unique_slugs
from lodestone.jobs.voice import VOICE, Voice
from lodestone.wire import MAX_ENTRIES, RequiredText, Text, WireModel


def _known_action(action: str) -> str:
    if action == "contextual-questions":
        raise ValueError("contextual-questions makes no job; questions come from GET /api/questions")
    if action != "generate-interactive":
        raise ValueError(f"{action[:40]!r} is not an action; leave it out or send generate-interactive")
    return action


class ExtractionInput(InParts):
    """A concept and the answers to its archetype's questions."""

    archetype: Archetype = Field(
        description="Which kind of lead magnet is made; decides the questions and the result."
    )
    concept: ChosenConcept = Field(description="The concept that the owner chose.")
    answers: Annotated[dict[str, Text], Field(max_length=MAX_ENTRIES)] = Field(
        description="By question id, what the owner answered; optional questions may be missing."
    )
    transcript_insights: CallTranscriptInsights | None = Field(
        default=None, description="What the owner's sales calls show; null without an analysis of calls."
    )
    business_context: BusinessContext | None = Field(
        default=None, description="What the owner says about their business; null when not sent."
    )
    voice: Voice | None = VOICE
    action: Annotated[str, AfterValidator(_known_action)] | None = Field(
        default=None,
        exclude=True,
        description="Accepted from older callers and ignored: the archetype decides.",
    )

    @field_validator("answers", mode="wrap")
    @classmethod
    def _answer_the_questions(
        cls, value: Any, validate: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Any:
        """All wrong answers at once, each located at `answers.<id>`."""
        problems = _misfits(info.data.get("archetype"), value) if isinstance(value, dict) else []
        located = {problem["loc"] for problem in problems}
        try:
            answers = validate(value)
        except ValidationError as error:
            problems += [_as_details(each) for each in error.errors() if each["loc"][:1] not in located]
        if problems:
            raise ValidationError.from_exception_data("answers", problems)
        return answers


def _misfits(archetype: Archetype | None, answers: dict[Any, Any]) -> list[InitErrorDetails]:
    """Required questions without an answer, and answers without a question."""
    if len(answers) > MAX_ENTRIES:
        message = f"must not hold more than {MAX_ENTRIES} answers"
        raise PydanticCustomError("too_long", message, {"max_length": MAX_ENTRIES})
    if archetype is None:
        return []
    questions = questions_for(archetype)
    known = [question.id for question in questions]
    missing = [
        _problem("answer_missing", f"answer this question: {question.question}", question.id, answers)
        for question in questions
        if question.required and _is_blank(answers.get(question.id, ""))
    ]
    unknown = [
        _problem(
            "answer_unknown", f"{archetype} has no such question; it has {', '.join(known)}", str(id), answers
        )
        for id in answers
        if id not in known
    ]
    return missing + unknown


def _is_blank(answer: Any) -> bool:
    return answer is None or (isinstance(answer, str) and not answer.strip())


def _problem(kind: str, message: str, id: str, answers: dict[Any, Any]) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError(kind, message), loc=(id,), input=answers.get(id))


def _as_details(error: ErrorDetails) -> InitErrorDetails:
    kind = PydanticCustomError(error["type"], error["msg"], error.get("ctx"))
    return InitErrorDetails(type=kind, loc=error["loc"], input=error["input"])


class PlannedSection(WireModel):
    """A section of the outline; its id is the key of the item."""

    id: RequiredText = Field(
        description="A slug of its name, unique in the outline; also the key of the item."
    )
    section_name: RequiredText = Field(description="Its heading.")
    covers: Text = Field(
        default="", description="Which parts of the answers belong in it; empty when the model does not say."
    )


class SectionItem(WrittenSection):
    """A finished section as it is published: with the outline that it belongs to."""

    id: RequiredText = Field(description="The id that the outline gives the section.")
    outline: Annotated[list[PlannedSection], Field(max_length=MAX_ENTRIES)] = Field(
        description="All sections in order, so that the next attempt continues the same outline."
    )

    def section(self) -> WrittenSection:
        """The section without the outline, as the result has it."""
        return WrittenSection.model_validate(self.to_wire())


class ExtractionResult(WireModel):
    """Content, or for the three interactive archetypes a configuration: exactly one of the two."""

    extracted_content: WrittenContent | None = Field(
        default=None, description="The content; null for the three interactive archetypes."
    )
    interactive_config: InteractiveConfig | None = Field(
        default=None, description="The calculator, assessment or chat; null for the other seven archetypes."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> "ExtractionResult":
        if (self.extracted_content is None) == (self.interactive_config is None):
            raise ValueError("exactly one of extractedContent and interactiveConfig must be there")
        return self

    def fits(self, archetype: Archetype) -> bool:
        """True when this is the kind of result that `archetype` gives."""
        config = INTERACTIVE_CONFIGS.get(archetype)
        if config is None:
            return self.extracted_content is not None
        return isinstance(self.interactive_config, config)


SECTION_PARTS = Parts(
    unit="section",
    path=("extractedContent", "structure"),
    keys=lambda sections: unique_slugs(str(section.get("sectionName")) for section in sections),
    name=lambda section: str(section.get("sectionName")),
    withheld=("concept", "title"),
)

EXTRACTION = JobType(
    name="extraction",
    service="extraction",
    path="extract",
    input=ExtractionInput,
    work=ExtractionInput,
    result=ExtractionResult,
    item=SectionItem,
    output_tokens=8000,
    limits=TimeLimits(deadline=600, attempt=270, call=240),
    model="claude-sonnet-5-5",
    saves_to="lead_magnet",
    label="Content",
    parts=SECTION_PARTS,
    unit="sections",
)
