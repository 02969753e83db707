"""The content of a lead magnet as a document. Pure."""

from collections.abc import Iterator

from lodestone.languages import language_of_all
from lodestone.wire import JsonObject

from lodestone_gateway.exports.document import Bullets, Document, Heading, Item, Paragraph, Part
from lodestone_gateway.exports.labels import Labels, labels_in

_SAID = {
    "nonObviousInsight": "insight",
    "personalExperience": "experience",
    "proof": "proof",
    "differentiation": "difference",
}
"""Its fields, and the labels above them."""


def of_content(content: JsonObject, title: str) -> Document:
    """The content in the order of the workspace; `title` is the lead magnet's."""
    language = language_of_all(content)
    return Document(content.get("title") or title, [*_parts(content, labels_in(language))], language or "")


def _parts(content: JsonObject, labels: Labels) -> Iterator[Part]:
    for section in content["structure"]:
        yield from _section(section, labels)
    for name, label in _SAID.items():
        if content.get(name):
            yield Heading(getattr(labels, label))
            yield Paragraph(content[name])
    if content.get("commonMistakes"):
        yield Heading(labels.mistakes)
        yield Bullets(content["commonMistakes"])


def _section(section: JsonObject, labels: Labels) -> Iterator[Part]:
    yield Heading(section["sectionName"])
    if section.get("introduction"):
        yield Paragraph(section["introduction"])
    for number, item in enumerate(section["contents"], start=1):
        yield Item(number, item["headline"], item["summary"], item.get("detail", ""))
    if section.get("keyTakeaway"):
        yield Paragraph(section["keyTakeaway"], "takeaway", labels.takeaway)
