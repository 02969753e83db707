"""A document → PDF on A4, with its fonts inside, numbered pages and an outline.

Only the process that typesets imports this module, because the library takes memory.
"""

import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import as_file, files
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, HRFlowable, PageTemplate, Spacer
from reportlab.platypus import Paragraph as Lines
from reportlab.platypus import Table as Grid

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

MARGIN = 22 * mm
COLUMNS = 6  # more do not fit beside each other
INK, QUIET, RULE, GROUND = map(HexColor, ("#15222b", "#43535b", "#74848a", "#eef2f1"))
_FONTS = {
    "Serif": "DejaVuSerif",
    "Serif-Bold": "DejaVuSerif-Bold",
    "Serif-Italic": "DejaVuSerif-Italic",
    "Mono": "DejaVuSansMono",
}

_TEXT = ParagraphStyle(
    "text", fontName="Serif", fontSize=10.5, leading=16.5, textColor=INK, spaceAfter=8, splitLongWords=1
)
_LEAD = ParagraphStyle("lead", _TEXT, fontSize=12, leading=19, spaceAfter=10)
_QUIET = ParagraphStyle("quiet", _TEXT, textColor=QUIET)
_TITLE = ParagraphStyle("title", _TEXT, fontName="Serif-Bold", fontSize=23, leading=29, spaceAfter=16)
_H2 = ParagraphStyle("h2", _TITLE, fontSize=15, leading=20, spaceBefore=18, spaceAfter=8, keepWithNext=1)
_H3 = ParagraphStyle("h3", _H2, fontSize=11.5, leading=16, spaceBefore=8, spaceAfter=4)
_ASIDE = ParagraphStyle("aside", _TEXT, leftIndent=14, spaceBefore=4, spaceAfter=12)
_REMARK = ParagraphStyle(
    "remark", _ASIDE, rightIndent=14, spaceBefore=10, spaceAfter=18, backColor=GROUND, borderPadding=7
)
_QUOTE = ParagraphStyle("quote", _ASIDE, fontName="Serif-Italic")
_BULLET = ParagraphStyle("bullet", _TEXT, leftIndent=14, bulletIndent=2, bulletFontName="Serif", spaceAfter=4)
_STAT = ParagraphStyle("stat", _TEXT, leading=24)
_CODE = ParagraphStyle("code", _TEXT, fontName="Mono", fontSize=9, leading=13, leftIndent=14)
_CELL = ParagraphStyle("cell", _TEXT, fontSize=9.5, leading=13.5, spaceAfter=0)
_FOOT = ParagraphStyle("foot", _QUIET, fontSize=8.5, leading=11, alignment=TA_RIGHT)


class CannotShow(Exception):
    """The fonts lack letters of the text; the argument is some of them."""


def to_pdf(document: Document) -> bytes:
    """The file. Raises CannotShow; a symbol that the fonts lack, such as an emoji, is left out."""
    file, show = io.BytesIO(), _Shown(*_register_fonts())
    shown: list[Flowable] = [Lines(show.line(document.title), _TITLE)]
    for part in document.parts:
        shown += _FLOWS[type(part)](part, show)
    if show.missing:
        raise CannotShow(" ".join(sorted(show.missing)[:5]))
    described = {"title": document.title, "author": "", "creator": "Lodestone", "displayDocTitle": True}
    _Pages(file, **described, lang=document.language or None).build(shown)
    return file.getvalue()


def _register_fonts() -> tuple[frozenset[int], frozenset[int]]:
    """Returns the characters that the serif fonts have, and those of the other one."""
    known = []
    for name, stem in _FONTS.items():
        with as_file(files(__package__).joinpath("fonts", f"{stem}.ttf")) as path:
            font = TTFont(name, str(path))
        registerFont(font)
        known.append(frozenset(font.face.charToGlyph))
    registerFontFamily("Serif", "Serif", "Serif-Bold", "Serif-Italic", "Serif-Bold")
    *serif, mono = known
    return frozenset.intersection(*serif), mono


class _Shown:
    """Makes texts the library's markup, and collects the letters that cannot be shown."""

    def __init__(self, serif: frozenset[int], mono: frozenset[int]) -> None:
        self._serif, self._mono = serif, mono
        self.missing: set[str] = set()

    def line(self, text: str) -> str:
        """The text in one line."""
        return self._marked(" ".join(text.split()))

    def lines(self, text: str) -> str:
        """The text with its lines."""
        return "<br/>".join(map(self._marked, text.strip().split("\n")))

    def code(self, text: str) -> str:
        """The text with its lines and spaces."""
        spaced = text.strip("\n").expandtabs(4).replace(" ", "\u00a0")
        return "<br/>".join(map(self._marked, spaced.split("\n")))

    def _marked(self, text: str) -> str:
        return "".join(map(self._letter, unicodedata.normalize("NFC", text)))

    def _letter(self, letter: str) -> str:
        """The letter, or a symbol of the other font; nothing where no font has it."""
        if ord(letter) in self._serif:
            return escape(letter)
        if unicodedata.category(letter)[0] in "LN":
            self.missing.add(letter)
        elif ord(letter) in self._mono:
            return f'<font name="Mono">{letter}</font>'
        return ""


class _Pages(BaseDocTemplate):
    """A4 pages with their number, and an outline of the headings."""

    def __init__(self, file: io.BytesIO, **described: Any) -> None:
        super().__init__(file, pagesize=A4, **described)
        width, height = A4
        frame = Frame(MARGIN, MARGIN, width - 2 * MARGIN, height - 2 * MARGIN, 0, 0, 0, 0)
        self.addPageTemplates([PageTemplate(frames=[frame], onPageEnd=_number)])
        self._headings = 0

    def afterFlowable(self, flowable: Flowable) -> None:
        """Puts a heading into the outline."""
        if isinstance(flowable, Lines) and flowable.style in (_TITLE, _H2):
            level = 0 if flowable.style is _TITLE else 1
            key = f"heading-{self._headings}"
            self._headings += 1
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.getPlainText(), key, level=level)


def _number(canvas: Any, pages: Any) -> None:
    foot = Lines(str(pages.page), _FOOT)
    foot.wrapOn(canvas, A4[0] - 2 * MARGIN, MARGIN)
    foot.drawOn(canvas, MARGIN, MARGIN / 2)


def _paragraph(part: Paragraph, show: _Shown) -> Iterator[Flowable]:
    if part.manner == "takeaway":
        yield Lines(f"<b>{show.line(part.label)}:</b> {show.lines(part.text)}", _ASIDE)
    else:
        yield Lines(show.lines(part.text), {"lead": _LEAD, "quiet": _QUIET}.get(part.manner, _TEXT))


def _item(part: Item, show: _Shown) -> Iterator[Flowable]:
    yield Lines(f"{part.number}. {show.line(part.title)}", _H3)
    for text, style in ((part.category, _QUIET), (part.text, _TEXT), (part.detail, _QUIET)):
        if text:
            yield Lines(show.lines(text), style)


def _bullets(part: Bullets, show: _Shown) -> Iterator[Flowable]:
    for entry in part.entries:
        yield Lines(show.lines(entry), _BULLET, bulletText="•")
    yield Spacer(0, 6)


def _stat(part: Stat, show: _Shown) -> Iterator[Flowable]:
    figure = f'<font name="Serif-Bold" size="18">{show.line(part.figure)}</font>'
    yield Lines(f"{figure} {show.line(part.label)}", _STAT)


def _link(part: Link, show: _Shown) -> Iterator[Flowable]:
    yield Lines(f"<a href={quoteattr(part.address)} color='#0b587a'>{show.line(part.title)}</a>", _TEXT)


def _table(part: Table, show: _Shown) -> Iterator[Flowable]:
    if len(part.headers) > COLUMNS:
        yield from _list_of(part, show)
        return
    head = [Lines(f"<b>{show.line(cell)}</b>", _CELL) for cell in part.headers]
    rows = [[Lines(show.lines(cell), _CELL) for cell in row] for row in part.rows]
    grid = Grid([head, *rows], repeatRows=1, splitInRow=1, colWidths=_widths(len(head)), spaceAfter=12)
    grid.setStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    yield grid


def _widths(columns: int) -> Sequence[float]:
    return [(A4[0] - 2 * MARGIN) / columns] * columns


def _list_of(part: Table, show: _Shown) -> Iterator[Flowable]:
    for row in part.rows:
        named = zip(part.headers, row, strict=False)
        yield Lines(
            "<br/>".join(f"<b>{show.line(name)}:</b> {show.lines(cell)}" for name, cell in named), _TEXT
        )


_FLOWS: dict[type[Part], Callable[[Any, _Shown], Iterator[Flowable]]] = {
    Heading: lambda part, show: iter([Lines(show.line(part.text), _H2)]),
    Paragraph: _paragraph,
    Bullets: _bullets,
    Item: _item,
    Stat: _stat,
    Remark: lambda part, show: iter([Lines(show.lines(part.text), _REMARK)]),
    Quote: lambda part, show: iter([Lines(show.lines(part.text), _QUOTE)]),
    Divider: lambda part, show: iter([HRFlowable(width="100%", thickness=0.5, color=RULE, spaceAfter=12)]),
    Code: lambda part, show: iter([Lines(show.code(part.text), _CODE)]),
    Table: _table,
    Link: _link,
}
