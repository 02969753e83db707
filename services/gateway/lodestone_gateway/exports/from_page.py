"""The polished page as a document. Pictures and videos become links: a file holds nothing of others."""

from collections.abc import Callable, Iterator

from lodestone.jobs.addresses import is_web_address
from lodestone.languages import language_of_all
from lodestone.wire import JsonObject

from lodestone_gateway.exports.document import (
    Bullets,
    Code,
    Divider,
    Document,
    Heading,
    Item,
    Link,
    Paragraph,
    Part,
    Quote,
    Remark,
    Stat,
    Table,
)
from lodestone_gateway.exports.labels import Labels, labels_in
from lodestone_gateway.job_types.table import PIECES

Parts = Iterator[Part]


def of_page(page: JsonObject, title: str) -> Document:
    """The page from top to bottom; `title` is the lead magnet's."""
    language = language_of_all(page)
    return Document(page.get("title") or title, [*_parts(page, labels_in(language))], language or "")


def _parts(page: JsonObject, labels: Labels) -> Parts:
    yield Paragraph(page["heroSummary"], "lead")
    for section in page["sections"]:
        yield Heading(section["sectionName"])
        if section.get("introduction"):
            yield Paragraph(section["introduction"], "lead")
        for block in section["blocks"]:
            if block["type"] == "callout":
                yield Remark(block["content"], block["style"], labels.of_remark(block["style"]))
            else:
                yield from _OF_TYPE.get(block["type"], _paragraph)(block)
        if section.get("keyTakeaway"):
            yield Paragraph(section["keyTakeaway"], "takeaway", labels.takeaway)


def _paragraph(block: JsonObject) -> Parts:
    """A paragraph, or a block of a type that we do not know."""
    if block.get("content"):
        yield Paragraph(block["content"])


def _list(block: JsonObject) -> Parts:
    yield Bullets(PIECES["polish"].helpers["bullets"](block["content"]))


def _quote(block: JsonObject) -> Parts:
    yield Quote(block["content"])


def _divider(_block: JsonObject) -> Parts:
    yield Divider()


def _code(block: JsonObject) -> Parts:
    yield Code(block["content"])


def _table(block: JsonObject) -> Parts:
    if block.get("content"):
        yield Paragraph(block["content"], "quiet")
    yield Table(block["headers"], block["rows"])


def _accordion(block: JsonObject) -> Parts:
    yield Paragraph(block["title"], "lead")
    yield Paragraph(block["content"])


def _item(block: JsonObject) -> Parts:
    more = {name: block.get(name) or "" for name in ("detail", "category")}
    yield Item(block["number"], block["title"], block["content"], **more)


def _stat(block: JsonObject) -> Parts:
    yield Stat(block["content"], block["title"])


def _embed(block: JsonObject) -> Parts:
    yield Link(block.get("content") or block["url"], block["url"])


def _image(block: JsonObject) -> Parts:
    said = block.get("caption") or block.get("alt") or block["src"]
    yield Link(said, block["src"]) if is_web_address(block["src"]) else Paragraph(said)


def _resources(block: JsonObject) -> Parts:
    yield from _paragraph(block)
    for resource in block["items"]:
        yield Link(resource["title"], resource["url"])


_OF_TYPE: dict[str, Callable[[JsonObject], Parts]] = {
    "paragraph": _paragraph,
    "list": _list,
    "quote": _quote,
    "divider": _divider,
    "code": _code,
    "table": _table,
    "accordion": _accordion,
    "numbered-item": _item,
    "stat-card": _stat,
    "embed": _embed,
    "image": _image,
    "resource-card": _resources,
    "resource-grid": _resources,
}
