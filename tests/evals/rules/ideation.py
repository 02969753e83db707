"""Ten ideas based on this owner's facts."""

import re
from collections.abc import Iterator

from lodestone.jobs.ideation import IdeationInput, IdeationResult
from lodestone.jobs.lead_magnet import Concept

from evals.measures import figures, invented_figures, outside, texts_of, words

MOST_TITLE_WORDS = 16
SHARED_WORDS = 3  # that a concept shares with the fact it is based on
_WORD = re.compile(r"[^\W\d_]{4,}|\d+")


def each_rests_on_a_fact(work: IdeationInput, result: IdeationResult) -> Iterator[str]:
    """Each concept names one of the owner's markers, pains or results, by its figure or by several words."""
    facts = [*work.credibility_markers, *work.urgent_pains, *work.results]
    if facts:
        for concept in result.concepts:
            if not any(_names(concept, fact) for fact in facts):
                yield f"{concept.archetype.value} names no marker, pain or result"


def titles_are_short_and_concrete(work: IdeationInput, result: IdeationResult) -> Iterator[str]:
    """A title has about twelve words and no exclamation or question mark."""
    for concept in result.concepts:
        yield from outside(words(concept.title), 3, MOST_TITLE_WORDS, f"words of “{concept.title}”")
        if concept.title.rstrip().endswith(("!", "?")):
            yield f"“{concept.title}” ends with {concept.title.rstrip()[-1]}"


def titles_have_true_figures(work: IdeationInput, result: IdeationResult) -> Iterator[str]:
    """A figure in a title is the owner's, or counts what is in the concept."""
    for concept in result.concepts:
        yield from invented_figures(concept.title, texts_of(work) + concept.contents)


def pains_are_told_in_a_moment(work: IdeationInput, result: IdeationResult) -> Iterator[str]:
    """A pain takes one or two sentences."""
    for concept in result.concepts:
        yield from outside(words(concept.pain_solved), 4, 60, f"words of {concept.archetype.value}'s pain")


def marks_are_honest(work: IdeationInput, result: IdeationResult) -> Iterator[str]:
    """Full marks for all ten concepts are no judgement."""
    if all(all(concept.viral_check.to_wire().values()) for concept in result.concepts):
        yield "every concept has every mark"


def a_competitor_is_adapted_and_not_copied(work: IdeationInput, result: IdeationResult) -> Iterator[str]:
    """No title copies the competitor's."""
    competitor = work.sources.competitor_analysis if work.sources else None
    title = competitor.original_title.strip().casefold() if competitor else ""
    for concept in result.concepts:
        if title and concept.title.strip().casefold() == title:
            yield f"“{concept.title}” is the competitor's title"


def callers_are_heard(work: IdeationInput, result: IdeationResult) -> Iterator[str]:
    """If the callers' words are given, some concept uses them."""
    insights = work.sources.call_transcript_insights if work.sources else None
    said = [*(pain.quote for pain in insights.pain_points), *insights.language_patterns] if insights else []
    if said and not any(_names(concept, words) for concept in result.concepts for words in said):
        yield "no concept uses the callers' words"


def _names(concept: Concept, fact: str) -> bool:
    text = texts_of(concept)
    if {figure for figure in figures(fact) & figures(text) if len(figure) > 1}:
        return True
    of_fact, of_text = (set(_WORD.findall(each.casefold())) for each in (fact, text))
    return len(of_fact & of_text) >= min(SHARED_WORDS, len(of_fact))


RULES = (
    each_rests_on_a_fact,
    titles_are_short_and_concrete,
    titles_have_true_figures,
    pains_are_told_in_a_moment,
    marks_are_honest,
    a_competitor_is_adapted_and_not_copied,
    callers_are_heard,
)
