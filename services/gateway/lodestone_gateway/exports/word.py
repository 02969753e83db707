"""A document → a Word file (docx), in the styles that every word processor knows.

Only the process that typesets imports this module, because the library takes memory.
"""

import io
from collections.abc import Callable
from typing import Any

from docx import Document as new_file
from docx.document import Document as WordFile
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph as Line

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

CODE_FONT = "Consolas"


def to_docx(document: Document) -> bytes:
    """The file."""
    file = new_file()
    described = file.core_properties
    described.title, described.author, described.comments = document.title[:255], "", ""
    if document.language:
        described.language = document.language
        for usual in file.styles.element.iter(qn("w:lang")):
            usual.set(qn("w:val"), document.language)
    file.add_heading(document.title, level=0)
    for part in document.parts:
        _WRITTEN[type(part)](part, file)
    packed = io.BytesIO()
    file.save(packed)
    return packed.getvalue()


def _paragraph(part: Paragraph, file: WordFile) -> None:
    line = file.add_paragraph()
    if part.label:
        line.add_run(f"{part.label}: ").bold = True
    line.add_run(part.text)


def _bullets(part: Bullets, file: WordFile) -> None:
    for entry in part.entries:
        file.add_paragraph(entry, style="List Bullet")


def _item(part: Item, file: WordFile) -> None:
    file.add_heading(f"{part.number}. {part.title}", level=2)
    if part.category:
        file.add_paragraph().add_run(part.category).italic = True
    for text in (part.text, part.detail):
        if text:
            file.add_paragraph(text)


def _stat(part: Stat, file: WordFile) -> None:
    line = file.add_paragraph()
    figure = line.add_run(part.figure)
    figure.bold, figure.font.size = True, Pt(18)
    line.add_run(f" {part.label}")


def _remark(part: Remark, file: WordFile) -> None:
    file.add_paragraph(part.text, style="Intense Quote")


def _divider(_part: Divider, file: WordFile) -> None:
    edge = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "auto")):
        edge.set(qn(f"w:{name}"), value)
    borders = OxmlElement("w:pBdr")
    borders.append(edge)
    file.add_paragraph()._p.get_or_add_pPr().append(borders)  # the library has no borders


def _code(part: Code, file: WordFile) -> None:
    file.add_paragraph().add_run(part.text).font.name = CODE_FONT


def _table(part: Table, file: WordFile) -> None:
    grid = file.add_table(rows=1 + len(part.rows), cols=len(part.headers), style="Table Grid")
    for line, row in zip(grid.rows, (part.headers, *part.rows), strict=True):
        for cell, text in zip(line.cells, row, strict=False):
            cell.text = text
    for cell in grid.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True
    file.add_paragraph()


def _link(part: Link, file: WordFile) -> None:
    line = file.add_paragraph()
    _to_link(line, line.add_run(part.title), part.address)


def _to_link(line: Line, run: Any, address: str) -> None:
    """The library reads links but does not write them."""
    run.underline = True
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), line.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    link.append(run._r)
    line._p.append(link)


_WRITTEN: dict[type[Part], Callable[[Any, WordFile], object]] = {
    Heading: lambda part, file: file.add_heading(part.text, level=1),
    Paragraph: _paragraph,
    Bullets: _bullets,
    Item: _item,
    Stat: _stat,
    Remark: _remark,
    Quote: lambda part, file: file.add_paragraph(part.text, style="Quote"),
    Divider: _divider,
    Code: _code,
    Table: _table,
    Link: _link,
}
