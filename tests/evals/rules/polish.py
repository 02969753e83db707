"""A page of short texts that highlights figures and adds nothing."""

from collections.abc import Iterator
from typing import TypeVar

from lodestone.jobs.blocks import Embed, Image, NumberedItem, Paragraph, StatCard
from lodestone.jobs.polish import PolishResult, PolishWork
from lodestone.llm.grounding import web_addresses

from evals.measures import figures, invented_figures, outside, sentences, texts_of

Kind = TypeVar("Kind")

EMBEDDED_SITES = ("youtube.com", "youtu.be", "vimeo.com", "loom.com", "airtable.com")


def the_summary_is_short(work: PolishWork, result: PolishResult) -> Iterator[str]:
    """The summary has one or two sentences."""
    return outside(sentences(result.polished_content.hero_summary), 1, 2, "sentences of the summary")


def introductions_are_one_sentence(work: PolishWork, result: PolishResult) -> Iterator[str]:
    """An introduction is one sentence."""
    for section in result.polished_content.sections:
        yield from outside(sentences(section.introduction), 1, 1, f"introduction of {section.id}")


def paragraphs_are_short(work: PolishWork, result: PolishResult) -> Iterator[str]:
    """A paragraph has at most two sentences."""
    for section in result.polished_content.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield from outside(sentences(block.content), 1, 2, f"a paragraph in {section.id}")


def figures_are_shown(work: PolishWork, result: PolishResult) -> Iterator[str]:
    """A proof with a figure becomes a stat card."""
    if figures(work.extracted_content.proof) and not _blocks(result, StatCard):
        yield "no stat card"


def things_are_numbered(work: PolishWork, result: PolishResult) -> Iterator[str]:
    """Items become numbered items."""
    if not _blocks(result, NumberedItem):
        yield "no numbered item"


def videos_are_embedded(work: PolishWork, result: PolishResult) -> Iterator[str]:
    """Every video address of the five sites is embedded once."""
    embedded = [block.url for block in _blocks(result, Embed)]
    for address in web_addresses(texts_of(work.extracted_content)):
        if any(site in address for site in EMBEDDED_SITES):
            yield from outside(embedded.count(address), 1, 1, f"embeds of {address}")


def no_images(work: PolishWork, result: PolishResult) -> Iterator[str]:
    """The page has no images, since the model has none to show."""
    return outside(len(_blocks(result, Image)), 0, 0, "images")


def figures_are_the_owners(work: PolishWork, result: PolishResult) -> Iterator[str]:
    """Every figure comes from the content."""
    page = result.polished_content
    shown = "\n".join([page.hero_summary, *map(texts_of, page.sections)])
    return invented_figures(shown, texts_of(work))


def _blocks(result: PolishResult, kind: type[Kind]) -> list[Kind]:
    blocks = (block for section in result.polished_content.sections for block in section.blocks)
    return [block for block in blocks if isinstance(block, kind)]


RULES = (
    the_summary_is_short,
    introductions_are_one_sentence,
    paragraphs_are_short,
    figures_are_shown,
    things_are_numbered,
    videos_are_embedded,
    no_images,
    figures_are_the_owners,
)
