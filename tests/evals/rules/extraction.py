"""Content of the right lengths from the owner's answers, or a tool that works."""

from collections.abc import Iterator

from lodestone.jobs.content import WrittenItem, WrittenSection
from lodestone.jobs.extraction import ExtractionInput, ExtractionResult
from lodestone.jobs.interactive import AssessmentConfig, CalculatorConfig, GptConfig

from evals.measures import invented_figures, outside, sentences, texts_of, words


def sections_are_introduced(work: ExtractionInput, result: ExtractionResult) -> Iterator[str]:
    """An introduction of one or two sentences."""
    for section in _sections(result):
        yield from outside(sentences(section.introduction), 1, 2, f"introduction of “{section.section_name}”")


def sections_hold_two_to_six_items(work: ExtractionInput, result: ExtractionResult) -> Iterator[str]:
    """Two to six items per section."""
    for section in _sections(result):
        yield from outside(len(section.contents), 2, 6, f"items of “{section.section_name}”")


def headlines_say_the_point(work: ExtractionInput, result: ExtractionResult) -> Iterator[str]:
    """A headline has five to ten words."""
    for item in _items(result):
        yield from outside(words(item.headline), 5, 10, f"words of “{item.headline}”")


def summaries_stand_alone(work: ExtractionInput, result: ExtractionResult) -> Iterator[str]:
    """A summary has one or two sentences."""
    for item in _items(result):
        yield from outside(sentences(item.summary), 1, 2, f"summary of “{item.headline}”")


def details_tell_the_how(work: ExtractionInput, result: ExtractionResult) -> Iterator[str]:
    """A detail has two to four sentences."""
    for item in _items(result):
        yield from outside(sentences(item.detail), 2, 4, f"detail of “{item.headline}”")


def takeaways_are_one_sentence(work: ExtractionInput, result: ExtractionResult) -> Iterator[str]:
    """A takeaway is one sentence."""
    for section in _sections(result):
        yield from outside(sentences(section.key_takeaway), 1, 1, f"takeaway of “{section.section_name}”")


def three_to_five_mistakes(work: ExtractionInput, result: ExtractionResult) -> Iterator[str]:
    """There are three to five common mistakes."""
    if result.extracted_content:
        yield from outside(len(result.extracted_content.common_mistakes), 3, 5, "mistakes")


def figures_are_the_owners(work: ExtractionInput, result: ExtractionResult) -> Iterator[str]:
    """Every figure in the content comes from the material."""
    if result.extracted_content:
        yield from invented_figures(texts_of(result.extracted_content), texts_of(work))


def the_result_fits_the_archetype(work: ExtractionInput, result: ExtractionResult) -> Iterator[str]:
    """The result has the archetype's form, such as a calculator for a calculator."""
    if not result.fits(work.archetype):
        yield f"it is not what {work.archetype.value} gives"


def tools_ask_enough_and_not_too_much(work: ExtractionInput, result: ExtractionResult) -> Iterator[str]:
    """A reader can fill the tool in within two minutes."""
    match result.interactive_config:
        case CalculatorConfig() as calculator:
            yield from outside(len(calculator.inputs), 2, 7, "inputs")
            yield from outside(len(calculator.result_interpretation), 2, 5, "interpretations")
        case AssessmentConfig() as assessment:
            yield from outside(len(assessment.questions), 5, 15, "questions")
            yield from outside(len(assessment.scoring.ranges), 3, 5, "ranges")
        case GptConfig() as gpt:
            yield from outside(len(gpt.suggested_prompts), 2, 6, "suggested prompts")


def _sections(result: ExtractionResult) -> list[WrittenSection]:
    return list(result.extracted_content.structure) if result.extracted_content else []


def _items(result: ExtractionResult) -> list[WrittenItem]:
    return [item for section in _sections(result) for item in section.contents]


RULES = (
    the_result_fits_the_archetype,
    sections_are_introduced,
    sections_hold_two_to_six_items,
    headlines_say_the_point,
    summaries_stand_alone,
    details_tell_the_how,
    takeaways_are_one_sentence,
    three_to_five_mistakes,
    figures_are_the_owners,
    tools_ask_enough_and_not_too_much,
)
