"""Turns the blocks that a model writes into strict ones.

A block that does not fit its type becomes a paragraph of its texts, or nothing when it has none. Pictures,
and addresses that are not in the content, are left out.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import count, islice

from lodestone.jobs.addresses import Provider
from lodestone.jobs.blocks import Block, CalloutStyle, NumberedItem
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import choice_of, text_of, texts_of
from lodestone.wire import MAX_ENTRIES, JsonObject, WireModel
from pydantic import TypeAdapter, ValidationError

MOST_DRAFTS = 4 * MAX_ENTRIES  # that are read, including those that become nothing
NEVER_WRITTEN = ("image", "resource-card", "resource-grid")  # added by hand or imported

_TEXTS = ("content", "title", "detail", "category", "language")
_BLOCK: TypeAdapter[Block] = TypeAdapter(Block)


class BlockKind(StrEnum):
    """The blocks that a model may write."""

    PARAGRAPH = "paragraph"
    CALLOUT = "callout"
    LIST = "list"
    QUOTE = "quote"
    DIVIDER = "divider"
    CODE = "code"
    TABLE = "table"
    ACCORDION = "accordion"
    NUMBERED_ITEM = "numbered-item"
    STAT_CARD = "stat-card"
    EMBED = "embed"


class BlockDraft(WireModel):
    """A block as the model is asked for it; what its kind has no use for is left out."""

    type: BlockKind
    content: str
    title: str = ""
    number: int = 1
    detail: str = ""
    category: str = ""
    style: CalloutStyle = CalloutStyle.INFO
    language: str = ""
    headers: list[str] = []
    rows: list[list[str]] = []
    url: str = ""


def blocks_of(drafts: Iterable[JsonValue], embeds: Mapping[str, Provider]) -> list[Block]:
    """The strict blocks, numbered items counted from 1; `embeds` are the addresses that may be embedded."""
    blocks: list[Block] = []
    numbers = count(1)
    for draft in islice(drafts, MOST_DRAFTS):
        block = _block(draft if isinstance(draft, dict) else {"content": draft}, embeds)
        if isinstance(block, NumberedItem):
            block = block.model_copy(update={"number": next(numbers)})
        if block:
            blocks.append(block)
    return blocks


def _block(given: dict[str, JsonValue], embeds: Mapping[str, Provider]) -> Block | None:
    kind = "-".join(text_of(given.get("type")).lower().replace("_", " ").split())
    if kind in NEVER_WRITTEN:
        return None
    texts = {name: text_of(given.get(name)) for name in _TEXTS}
    parts = [texts[name] for name in ("title", "content", "detail") if texts[name]]
    paragraph = {"type": "paragraph", "content": ": ".join(parts)}
    known = [texts | _fields(kind, given, embeds)] if kind in set(BlockKind) else []
    for fields in (*known, paragraph):
        try:
            return _BLOCK.validate_python(fields)
        except ValidationError:
            continue
    return None


def _fields(kind: str, given: dict[str, JsonValue], embeds: Mapping[str, Provider]) -> JsonObject:
    """The fields besides the text; each kind takes those that it uses."""
    url, headers = text_of(given.get("url")), texts_of(given.get("headers"))[: MAX_ENTRIES + 1]
    fields: JsonObject = {
        "type": kind,
        "number": 1,
        "style": choice_of(given.get("style"), CalloutStyle, CalloutStyle.INFO),
        "headers": headers,
        "rows": _rows(given.get("rows"), len(headers)),
        "url": url,
        "provider": embeds.get(url),
    }
    if kind == BlockKind.LIST:
        fields["content"] = _bullets(given.get("content"))
    if kind == BlockKind.DIVIDER:
        fields["content"] = ""
    return fields


def _rows(rows: JsonValue, width: int) -> list[list[str]]:
    """The rows as wide as the headers, short ones with empty cells; at most one more than there may be."""
    listed = rows[: MAX_ENTRIES + 1] if isinstance(rows, list) else []
    given = [[text_of(cell) for cell in row[: MAX_ENTRIES + 1]] for row in listed if isinstance(row, list)]
    return [[*row, *[""] * (width - len(row))] for row in given]


def _bullets(content: JsonValue) -> str:
    lines = (line.strip().lstrip("-•*").strip() for line in text_of(content).splitlines())
    return "\n".join(f"- {line}" for line in lines if line)
