"""Turns what a model writes into one of the three strict configurations, and tolerates some slips.

Ranges are joined where people write 0–50 and 51–100, figures may come as text, questions are numbered, and
the outer ranges of an assessment are stretched to the scores that can be reached. A formula that is not
arithmetic over the inputs is not tolerated; it is asked for again.
"""

from collections.abc import Callable

from lodestone.jobs.interactive import (
    AssessmentConfig,
    AssessmentQuestion,
    CalculatorConfig,
    Colour,
    GptConfig,
    InputType,
    InteractiveConfig,
    QuestionType,
    ResultFormat,
    ScoringMethod,
)
from lodestone.jobs.lead_magnet import Archetype
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import choice_of, figure_of, object_of, objects_of, text_of, texts_of

Draft = dict[str, JsonValue]

_SIGNS = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "`": None, "\n": " "})
_FIGURES = ("min", "max", "step", "defaultValue", "value", "scaleMin", "scaleMax")


def config_of(archetype: Archetype, data: JsonValue) -> InteractiveConfig:
    """The strict configuration. Raises pydantic's ValidationError with all that is wrong."""
    return _READERS[archetype](object_of(data))


def _calculator(given: Draft) -> CalculatorConfig:
    ranges = [_with_range(each) for each in objects_of(given.get("resultInterpretation"))]
    return CalculatorConfig.model_validate(
        {
            **_texts(given, "headline", "description", "resultLabel"),
            "inputs": [_input(each) for each in objects_of(given.get("inputs"))],
            "formula": text_of(given.get("formula")).translate(_SIGNS).strip(),
            "resultFormat": choice_of(given.get("resultFormat"), ResultFormat, ResultFormat.NUMBER),
            "resultInterpretation": _joined(ranges),
        }
    )


def _input(given: Draft) -> Draft:
    options = [_figured(each) for each in objects_of(given.get("options"))]
    otherwise = InputType.SELECT if options else InputType.NUMBER
    kind = choice_of(given.get("type"), InputType, otherwise)
    texts = _texts(given, "id", "label", "unit", "placeholder")
    return _figured(given) | texts | {"type": kind, "options": [*options] if kind is InputType.SELECT else []}


def _with_range(given: Draft) -> Draft:
    ends = given.get("range")
    figures = [figure_of(end) for end in ends] if isinstance(ends, list) else []
    colour = choice_of(given.get("colour") or given.get("color"), Colour, Colour.YELLOW)
    return {**_texts(given, "label", "description"), "range": figures, "colour": colour}


def _joined(ranges: list[Draft]) -> list[Draft]:
    """The ranges; one that begins at most 1 above the end of the one before begins at that end."""
    end: float | None = None
    for each in ranges:
        match each["range"]:
            case [int() | float() as low, int() | float() as high]:
                if end is not None and 0 < low - end <= 1:
                    each["range"] = [end, high]
                end = high
    return ranges


def _assessment(given: Draft) -> AssessmentConfig:
    scoring = object_of(given.get("scoring"))
    questions = [_question(each, n) for n, each in enumerate(objects_of(given.get("questions")), 1)]
    config = AssessmentConfig.model_validate(
        {
            **_texts(given, "headline", "description"),
            "questions": questions,
            "scoring": {
                "method": choice_of(scoring.get("method"), ScoringMethod, ScoringMethod.SUM),
                "ranges": [_score_range(each) for each in objects_of(scoring.get("ranges"))],
            },
        }
    )
    return _stretched(config)


def _stretched(config: AssessmentConfig) -> AssessmentConfig:
    reached = [_points(question) for question in config.questions]
    count = 1 if config.scoring.method is ScoringMethod.SUM else len(reached)
    lowest, highest = sum(low for low, _ in reached) / count, sum(high for _, high in reached) / count
    ranges = list(config.scoring.ranges)
    ranges[0] = ranges[0].model_copy(update={"min": min(ranges[0].min, _whole(lowest))})
    ranges[-1] = ranges[-1].model_copy(update={"max": max(ranges[-1].max, _whole(highest))})
    return config.model_copy(update={"scoring": config.scoring.model_copy(update={"ranges": ranges})})


def _points(question: AssessmentQuestion) -> tuple[int, int]:
    """The fewest and the most points that an answer gives."""
    values = [option.value for option in question.options]
    if question.type is QuestionType.SCALE:
        return question.scale_min or 0, question.scale_max or 0
    if question.type is QuestionType.SINGLE_CHOICE:
        return min(values), max(values)
    return sum(value for value in values if value < 0), sum(value for value in values if value > 0)


def _whole(number: float) -> int | float:
    return int(number) if number.is_integer() else number


def _question(given: Draft, number: int) -> Draft:
    labels = object_of(given.get("scaleLabels"))
    return {
        **_figured(given),
        "id": f"q{number}",
        "text": text_of(given.get("text")),
        "type": choice_of(given.get("type"), QuestionType, QuestionType.SINGLE_CHOICE),
        "options": [_figured(each) for each in objects_of(given.get("options"))],
        "scaleLabels": {**_texts(labels, "min", "max")} if labels else None,
    }


def _score_range(given: Draft) -> Draft:
    texts = _texts(given, "label", "description")
    return _figured(given) | texts | {"recommendations": [*texts_of(given.get("recommendations"))]}


def _gpt(given: Draft) -> GptConfig:
    return GptConfig.model_validate(
        {
            **_texts(given, "name", "description", "systemPrompt", "welcomeMessage"),
            "suggestedPrompts": texts_of(given.get("suggestedPrompts")),
        }
    )


def _texts(given: Draft, *names: str) -> Draft:
    return {name: text_of(given.get(name)) for name in names}


def _figured(given: Draft) -> Draft:
    """The draft with figures that came as text converted, and empty ones removed."""
    figures = {name: figure_of(given[name]) for name in _FIGURES if given.get(name) not in (None, "")}
    return {name: value for name, value in given.items() if name not in _FIGURES} | figures


_READERS: dict[Archetype, Callable[[Draft], InteractiveConfig]] = {
    Archetype.SINGLE_CALCULATOR: _calculator,
    Archetype.ASSESSMENT: _assessment,
    Archetype.PROMPT: _gpt,
}
