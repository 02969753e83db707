"""Reads files as other programs do: none of the libraries that wrote them is used."""

import io
import zipfile
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

from markdown_it import MarkdownIt
from pypdf import PdfReader

WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def text_of_docx(file: bytes) -> str:
    """The words of the document, a line for each paragraph."""
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        assert package.testzip() is None
        body = ElementTree.fromstring(package.read("word/document.xml"))  # noqa: S314 (our own file)
    return "\n".join(_line_of(paragraph) for paragraph in body.iter(f"{WORDS}p"))


def _line_of(paragraph: ElementTree.Element) -> str:
    breaks = {f"{WORDS}br": "\n", f"{WORDS}tab": "\t"}
    return "".join(breaks.get(node.tag, node.text or "") for node in paragraph.iter() if node.tag in _SAYS)


_SAYS = (f"{WORDS}t", f"{WORDS}br", f"{WORDS}tab")


def languages_of_docx(file: bytes) -> set[str]:
    """What its styles and its description say."""
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        styles, described = (
            ElementTree.fromstring(package.read(name))  # noqa: S314 (our own file)
            for name in ("word/styles.xml", "docProps/core.xml")
        )
    said = described.find("{http://purl.org/dc/elements/1.1/}language")
    of_styles = {each.get(f"{WORDS}val", "") for each in styles.iter(f"{WORDS}lang")}
    return of_styles | ({said.text or ""} if said is not None and said.text else set())


def text_of_pdf(file: bytes) -> str:
    """The words of all pages."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)


def language_of_pdf(file: bytes) -> str | None:
    """What the catalogue says."""
    said: Any = PdfReader(io.BytesIO(file)).root_object.get("/Lang")
    return str(said) if said else None


def shows_its_title(file: bytes) -> bool:
    """Whether a window shows the title and not the name of the file."""
    shown: Any = PdfReader(io.BytesIO(file)).root_object.get("/ViewerPreferences")
    return bool(shown and shown.get_object().get("/DisplayDocTitle"))


def fonts_of_pdf(file: bytes) -> set[str]:
    """The names of the fonts that are inside the file; a font that is only named would not count."""
    fonts = set()
    for page in PdfReader(io.BytesIO(file)).pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            described = font.get_object().get("/FontDescriptor")
            if described and "/FontFile2" in described.get_object():
                fonts.add(str(described.get_object()["/FontName"]).rpartition("+")[2])
    return fonts


def html_of_markdown(file: bytes) -> str:
    """What a reader of Markdown makes of it."""
    return str(MarkdownIt("commonmark").enable("table").render(file.decode()))


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden = tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


def text_of_html(file: str) -> str:
    """The words of a page."""
    parser = _Texts()
    parser.feed(file)
    return "".join(parser.texts)
