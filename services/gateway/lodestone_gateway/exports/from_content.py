"""The content of a lead magnet as a document. Pure."""

from collections.abc import Iterator

from lodestone.wire import JsonObject

from lodestone_gateway.exports.document import Bullets, Document, Heading, Item, Paragraph, Part

_SAID = {
    "nonObviousInsight": "What others miss",
    "personalExperience": "From experience",
    "proof": "Proof",
    "differentiation": "What is different here",
}


def of_content(content: JsonObject, title: str) -> Document:
    """The content in the order of the workspace; `title` is the lead magnet's."""
    return Document(content.get("title") or title, [*_parts(content)])


def _parts(content: JsonObject) -> Iterator[Part]:
    for section in content["structure"]:
        yield from _section(section)
    for name, heading in _SAID.items():
        if content.get(name):
            yield Heading(heading)
            yield Paragraph(content[name])
    if content.get("commonMistakes"):
        yield Heading("Common mistakes")
        yield Bullets(content["commonMistakes"])


def _section(section: JsonObject) -> Iterator[Part]:
    yield Heading(section["sectionName"])
    if section.get("introduction"):
        yield Paragraph(section["introduction"])
    for number, item in enumerate(section["contents"], start=1):
        yield Item(number, item["headline"], item["summary"], item.get("detail", ""))
    if section.get("keyTakeaway"):
        yield Paragraph(section["keyTakeaway"], "takeaway")
