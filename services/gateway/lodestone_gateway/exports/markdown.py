"""A document → Markdown (CommonMark, and a table as on GitHub). Pure.

Texts are escaped only where they would become markup, so that they still read well as they are.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

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

_ANYWHERE = re.compile(r"[\\*`~]|(?<![^\W_])_|_(?![^\W_])|\](?=[(\[:])|<(?=[A-Za-z/!?])|&(?=#?\w+;)")
_AT_THE_START = re.compile(r"^([#>]|[-+](?=\s|$)|[-=]+(?=\s*$))|^(\d+)([.)])(?=\s|$)")


def to_markdown(document: Document) -> bytes:
    """The file."""
    blocks = [f"# {_line(document.title)}", *(_WRITTEN[type(part)](part) for part in document.parts)]
    return ("\n\n".join(blocks) + "\n").encode()


def _escaped(line: str) -> str:
    """One line that says what it said."""
    line = _ANYWHERE.sub(lambda found: f"\\{found[0]}", line.strip())
    return _AT_THE_START.sub(lambda found: f"{found[2]}\\{found[3]}" if found[2] else f"\\{found[0]}", line)


def _line(text: str) -> str:
    """A text in one line."""
    return _escaped(" ".join(text.split()))


def _text(text: str) -> str:
    """A text with its lines and its paragraphs."""
    paragraphs = [each for each in re.split(r"\n\s*\n", text) if each.strip()]
    return "\n\n".join("  \n".join(map(_escaped, each.strip().splitlines())) for each in paragraphs)


def _before(mark: str, text: str) -> str:
    return "\n".join(f"{mark} {line}" for line in text.split("\n"))


def _paragraph(part: Paragraph) -> str:
    return f"**{_line(part.label)}:** {_text(part.text)}" if part.label else _text(part.text)


def _item(part: Item) -> str:
    texts = [_text(each) for each in (part.category, part.text, part.detail) if each.strip()]
    return "\n\n".join([f"### {part.number}. {_line(part.title)}", *texts])


def _bullets(part: Bullets) -> str:
    return "\n".join(f"- {_line(entry)}" for entry in part.entries)


def _code(part: Code) -> str:
    longest = max((len(run) for run in re.findall(r"`+", part.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{part.text}\n{fence}"


def _table(part: Table) -> str:
    rule = _row(["---"] * len(part.headers))
    return "\n".join([_row(map(_cell, part.headers)), rule, *(_row(map(_cell, row)) for row in part.rows)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")


def _link(part: Link) -> str:
    address = re.sub(r"[\s<>]", "", part.address)
    title = re.sub(r"(?<!\\)[\[\]]", r"\\\g<0>", _line(part.title))
    return f"[{title}](<{address}>)"


_WRITTEN: dict[type[Part], Callable[[Any], str]] = {
    Heading: lambda part: f"## {_line(part.text)}",
    Paragraph: _paragraph,
    Bullets: _bullets,
    Item: _item,
    Stat: lambda part: f"**{_line(part.figure)}** {_line(part.label)}",
    Remark: lambda part: _before(">", f"**{_line(part.label)}:** {_text(part.text)}"),
    Quote: lambda part: _before(">", _text(part.text)),
    Divider: lambda part: "---",
    Code: _code,
    Table: _table,
    Link: _link,
}
