"""Drafts of answers that an owner corrects rather than writes again."""

import re
from collections.abc import Iterator

from lodestone.jobs.answers import AnswersInput, AnswersResult

from evals.measures import invented_figures, outside, texts_of, words

PLACEHOLDER = re.compile(r"\[[^\]\n]{1,80}\]")


def every_open_question_has_one(work: AnswersInput, result: AnswersResult) -> Iterator[str]:
    """A draft for each question without an answer, in their order."""
    asked = [question.id for question in work.open_questions()]
    if [draft.id for draft in result.answers] != asked:
        yield f"the drafts are not those of {', '.join(asked)}"


def answers_are_long_enough_to_correct(work: AnswersInput, result: AnswersResult) -> Iterator[str]:
    """Ten to two hundred words."""
    for draft in result.answers:
        yield from outside(words(draft.answer), 10, 200, f"words of {draft.id}")


def gaps_are_named_beside_the_text(work: AnswersInput, result: AnswersResult) -> Iterator[str]:
    """No placeholder in brackets."""
    for draft in result.answers:
        if PLACEHOLDER.search(draft.answer):
            yield f"{draft.id} has a placeholder"


def figures_are_the_owners(work: AnswersInput, result: AnswersResult) -> Iterator[str]:
    """Every figure comes from the material."""
    said = "\n".join(draft.answer for draft in result.answers)
    return invented_figures(said, texts_of(work))


RULES = (
    every_open_question_has_one,
    answers_are_long_enough_to_correct,
    gaps_are_named_beside_the_text,
    figures_are_the_owners,
)
