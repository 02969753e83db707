"""The three interactive lead magnets: calculator, assessment and gpt."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import Field, ValidationInfo, field_validator, model_validator

from lodestone.jobs.formula import check_formula
from lodestone.jobs.lead_magnet import Archetype
from lodestone.wire import MAX_COUNT, MAX_ENTRIES, Figure, RequiredText, Text, TextList, WireModel

MAX_SCALE = 1_000  # the ends of a scale, up or down
MAX_STEPS = 100  # from one end of a scale to the other: each is a button of a page

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=64)]
"""An id that a formula or a form can use as a name."""


def _check_unique(ids: list[str]) -> None:
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise ValueError(f"ids must differ, but these come twice: {', '.join(twice)}")


def _check_ranges(ranges: Iterable[tuple[Figure, Figure]], step: int) -> None:
    """Raises ValueError unless each range begins where the one before it ends, or at most `step` above."""
    end: Figure | None = None
    for low, high in ranges:
        if low > high or (low == high and step == 0):
            raise ValueError(f"the range {low} to {high} must rise")
        if end is not None and low < end:
            raise ValueError(f"the ranges overlap or are out of order at {low}")
        if end is not None and low - end > step:
            raise ValueError(f"the ranges leave a hole between {end} and {low}")
        end = high


class InputType(StrEnum):
    """How a figure is entered."""

    NUMBER = "number"
    SELECT = "select"
    SLIDER = "slider"


class CalculatorOption(WireModel):
    """A choice and the figure that it stands for."""

    label: RequiredText
    """What the reader chooses."""
    value: Figure
    """The figure that the formula gets."""


class CalculatorInput(WireModel):
    """A figure that the reader enters."""

    id: Identifier
    """Its name in the formula; unique in the calculator."""
    label: RequiredText
    """What the reader is asked for."""
    type: InputType
    """How the figure is entered; decides which of the other fields count."""
    min: Figure | None = None
    """The smallest figure allowed; null for no bound. A slider needs it."""
    max: Figure | None = None
    """The largest figure allowed; null for no bound. A slider needs it."""
    step: Annotated[Figure, Field(gt=0)] | None = None
    """The distance between two figures; null leaves it to the page."""
    default_value: Figure | None = None
    """The figure at first; null for none."""
    unit: Text = ""
    """What stands behind the figure, such as "hours"; empty for a plain number."""
    options: Annotated[list[CalculatorOption], Field(max_length=MAX_ENTRIES)] = []
    """The choices of a select, at least two; empty for other types."""
    placeholder: Text = ""
    """What an empty field shows."""

    @model_validator(mode="after")
    def _can_be_entered(self) -> "CalculatorInput":
        if self.type is InputType.SELECT and len(self.options) < 2:
            raise ValueError("a select must have at least two options")
        if self.type is InputType.SLIDER and (self.min is None or self.max is None):
            raise ValueError("a slider must have min and max")
        if self.min is not None and self.max is not None and self.min >= self.max:
            raise ValueError("min must be below max")
        if self.default_value is not None and not self._allows(self.default_value):
            raise ValueError("defaultValue must be a value that can be entered")
        return self

    def _allows(self, value: Figure) -> bool:
        if self.type is InputType.SELECT:
            return value in [option.value for option in self.options]
        above = self.min is None or value >= self.min
        return above and (self.max is None or value <= self.max)


class ResultFormat(StrEnum):
    """How the answer is shown."""

    NUMBER = "number"
    CURRENCY = "currency"
    PERCENTAGE = "percentage"


class Colour(StrEnum):
    """How good an answer is."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class ResultInterpretation(WireModel):
    """What an answer within the range means; the range is from, to."""

    range: Annotated[list[Figure], Field(min_length=2, max_length=2)]
    """From and to; each range begins where the one before ends."""
    label: RequiredText
    """The answer in a few words."""
    description: RequiredText
    """What it means for the reader."""
    colour: Colour
    """How good it is."""


class CalculatorConfig(WireModel):
    """A calculator that answers one question with a number."""

    headline: RequiredText
    """What stands above the calculator."""
    description: RequiredText
    """What it answers, and for whom."""
    inputs: Annotated[list[CalculatorInput], Field(min_length=1, max_length=MAX_ENTRIES)]
    """The figures that the reader enters, in order."""
    formula: RequiredText
    """Input ids, numbers, + - * / and parentheses; at most 500 characters."""
    result_label: RequiredText
    """What the answer is called."""
    result_format: ResultFormat
    """How the answer is shown."""
    result_interpretation: Annotated[list[ResultInterpretation], Field(min_length=1, max_length=MAX_ENTRIES)]
    """What answers mean, by range, from low to high."""

    @field_validator("inputs")
    @classmethod
    def _ids_differ(cls, inputs: list[CalculatorInput]) -> list[CalculatorInput]:
        _check_unique([input.id for input in inputs])
        return inputs

    @field_validator("formula")
    @classmethod
    def _is_arithmetic(cls, formula: str, info: ValidationInfo) -> str:
        if "inputs" in info.data:
            check_formula(formula, {input.id for input in info.data["inputs"]})
        return formula

    @field_validator("result_interpretation")
    @classmethod
    def _ranges_join(cls, ranges: list[ResultInterpretation]) -> list[ResultInterpretation]:
        _check_ranges(((entry.range[0], entry.range[1]) for entry in ranges), step=0)
        return ranges


class QuestionType(StrEnum):
    """How a question is answered."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    SCALE = "scale"


class AssessmentOption(WireModel):
    """An answer to choose and the points that it gives."""

    label: RequiredText
    """The answer as the reader sees it."""
    value: Annotated[int, Field(ge=-MAX_COUNT, le=MAX_COUNT)]
    """Points, which may be negative."""


class ScaleLabels(WireModel):
    """The names of the two ends of a scale."""

    min: Text = ""
    """What the lowest step means."""
    max: Text = ""
    """What the highest step means."""


ScaleEnd = Annotated[int, Field(ge=-MAX_SCALE, le=MAX_SCALE)]


class AssessmentQuestion(WireModel):
    """A question with its answers."""

    id: Identifier
    """Numbered by us: q1, q2 and so on."""
    text: RequiredText
    """The question as the reader sees it."""
    type: QuestionType
    """How it is answered; decides which of the other fields count."""
    options: Annotated[list[AssessmentOption], Field(max_length=MAX_ENTRIES)] = []
    """The answers of a choice, at least two; empty for a scale."""
    scale_min: ScaleEnd | None = None
    """The lowest step of a scale, in points; null for a choice."""
    scale_max: ScaleEnd | None = None
    """The highest step, at most 100 above the lowest; null for a choice."""
    scale_labels: ScaleLabels | None = None
    """What the ends of a scale mean; null when they need no words."""

    @field_validator("scale_max")
    @classmethod
    def _is_near(cls, end: int | None, info: ValidationInfo) -> int | None:
        begin = info.data.get("scale_min")
        if end is not None and begin is not None and end - begin > MAX_STEPS:
            raise ValueError(f"must be at most {MAX_STEPS} above scaleMin")
        return end

    @model_validator(mode="after")
    def _can_be_answered(self) -> "AssessmentQuestion":
        if self.type is QuestionType.SCALE:
            if self.scale_min is None or self.scale_max is None or self.scale_min >= self.scale_max:
                raise ValueError("a scale must have scaleMin below scaleMax")
        elif len(self.options) < 2:
            raise ValueError("a choice must have at least two options")
        return self


class ScoringMethod(StrEnum):
    """How the points of all questions become one score."""

    SUM = "sum"
    AVERAGE = "average"


class ScoreRange(WireModel):
    """What a score within the range means and what to do next."""

    min: Figure
    """The lowest score of the range, in points."""
    max: Figure
    """The highest score of the range, in points."""
    label: RequiredText
    """The result in a few words."""
    description: RequiredText
    """What it means for the reader."""
    recommendations: TextList = []
    """What to do next, one thing in each entry."""


class Scoring(WireModel):
    """From answers to a result."""

    method: ScoringMethod
    """How the points of all questions become one score."""
    ranges: Annotated[list[ScoreRange], Field(min_length=1, max_length=MAX_ENTRIES)]
    """What scores mean, from low to high; the ends are stretched to what can be reached."""

    @field_validator("ranges")
    @classmethod
    def _ranges_join(cls, ranges: list[ScoreRange], info: ValidationInfo) -> list[ScoreRange]:
        # points are whole numbers, so a sum never falls between 10 and 11; an average may
        step = 1 if info.data.get("method") is ScoringMethod.SUM else 0
        _check_ranges(((entry.min, entry.max) for entry in ranges), step)
        return ranges


class AssessmentConfig(WireModel):
    """A scored self-diagnosis of one area."""

    headline: RequiredText
    """What stands above the questions."""
    description: RequiredText
    """What it measures, and for whom."""
    questions: Annotated[list[AssessmentQuestion], Field(min_length=1, max_length=MAX_ENTRIES)]
    """The questions in order."""
    scoring: Scoring
    """How answers become a result."""

    @field_validator("questions")
    @classmethod
    def _ids_differ(cls, questions: list[AssessmentQuestion]) -> list[AssessmentQuestion]:
        _check_unique([question.id for question in questions])
        return questions


class GptConfig(WireModel):
    """A chat with one job."""

    name: RequiredText
    """What the chat is called."""
    description: RequiredText
    """What it does for the reader."""
    system_prompt: RequiredText
    """The instructions that the assistant works by."""
    welcome_message: Text = ""
    """What it says first; empty when it waits for the reader."""
    suggested_prompts: TextList = []
    """What a reader may ask first."""
    max_tokens: Annotated[int, Field(ge=1, le=MAX_COUNT)] = 2048
    """The most tokens of one of its answers."""


InteractiveConfig: TypeAlias = CalculatorConfig | AssessmentConfig | GptConfig

INTERACTIVE_CONFIGS: dict[Archetype, type[CalculatorConfig] | type[AssessmentConfig] | type[GptConfig]] = {
    Archetype.SINGLE_CALCULATOR: CalculatorConfig,
    Archetype.ASSESSMENT: AssessmentConfig,
    Archetype.PROMPT: GptConfig,
}
