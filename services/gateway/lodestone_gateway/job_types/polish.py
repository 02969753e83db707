"""Polish: a page of blocks from the content of a lead magnet."""

from dataclasses import replace
from functools import partial
from typing import Annotated

from lodestone.clock import parse_time
from lodestone.errors import Conflict
from lodestone.jobs.addresses import embed_address
from lodestone.jobs.polish import PolishedContent, PolishWork, page_metadata
from lodestone.wire import JsonObject, WireModel
from pydantic import AfterValidator, TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.fields import Form
from lodestone_gateway.job_types.leaf_texts import LeafText, leaf_texts, texts_by_name, with_texts
from lodestone_gateway.job_types.outline import refuse_without
from lodestone_gateway.job_types.page_blocks import blocks_to_make, bullets, groups, kind_of
from lodestone_gateway.job_types.plain_saving import plainly_to_lead_magnet
from lodestone_gateway.job_types.product import (
    OF_A_SECTION,
    Columns,
    Edit,
    Look,
    Piece,
    Product,
    Stored,
    Texts,
    chosen,
    lead_magnet_alone,
    named,
    typed,
)
from lodestone_gateway.job_types.saving import to_lead_magnet
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow

_OF_A_BLOCK = {
    "category": "Category",
    "title": "Title",
    "content": "Text",
    "detail": "Detail",
    "headers": "Column",
    "rows": "Cell",
    "url": "Address",
    "src": "Address of the picture",
    "alt": "What the picture shows",
    "caption": "Caption",
    "items.title": "Link",
    "items.url": "Address of link",
}
_OF_THE_PAGE = {"title": "Title", "heroSummary": "Summary"}
_LABELS = {**OF_A_SECTION, **_OF_THE_PAGE, **_OF_A_BLOCK}


def _counted(content: PolishedContent | None) -> PolishedContent | None:
    if content is None:
        return None
    return content.model_copy(update={"metadata": page_metadata(content.hero_summary, content.sections)})


class PageChanges(WireModel):
    """The page; its words and its reading time are counted again."""

    polished_content: Annotated[PolishedContent | None, AfterValidator(_counted)] = None


def _of_result(result: JsonObject) -> Columns:
    return {"polished_content": result["polishedContent"], "polished_at": parse_time(result["polishedAt"])}


def _whole(stored: Stored) -> JsonObject | None:
    page = stored.row.polished_content
    return {"polishedContent": page, "polishedAt": page.get("polishedAt")} if page else None


def _fitted(_row: LeadMagnetRow, columns: Columns) -> Columns:
    is_taken_away = "polished_content" in columns and columns["polished_content"] is None
    return {**columns, "polished_at": None} if is_taken_away else columns


async def _resolve(_session: AsyncSession, _input: JsonObject, row: LeadMagnetRow) -> JsonObject:
    needed = {"concept": row.concept, "extractedContent": row.extracted_content}
    refuse_without(name for name, part in needed.items() if part is None)
    of_row = {"leadMagnetId": row.id, "title": row.title, "archetype": row.archetype}
    return PolishWork.model_validate({**needed, **of_row}).to_wire()


def _look(stored: Stored) -> Look | None:
    if stored.is_tool:
        return None
    return Look(
        icon="page",
        template="library/page.html",
        is_there=stored.row.polished_content is not None,
        about="A page for your readers.",
        blocked=stored.without_content,
    )


def _present(stored: Stored, form: Form) -> Texts:
    page = stored.row.polished_content or {}
    if not form.text("section"):
        return {**named(page, [*_OF_THE_PAGE]), "title": [_title(stored, page)]}
    section = chosen(page.get("sections", []), form, "section")
    return {**named(section, [*OF_A_SECTION]), **texts_by_name(section.get("blocks", []), _OF_A_BLOCK)}


def _changed(stored: Stored, form: Form) -> JsonObject:
    page = dict(stored.row.polished_content or {})
    sections = [dict(section) for section in page.get("sections", [])]
    place = form.place("section", len(sections))
    if place is not None:
        blocks = with_texts(sections[place]["blocks"], _OF_A_BLOCK, form.fields)
        sections[place] |= {**typed(form, [*OF_A_SECTION]), "blocks": blocks}
        page["sections"] = sections
    elif form.text("section"):
        raise Conflict
    else:
        page["heroSummary"] = form.text("heroSummary")
        if "title" in form.fields and form.text("title") != _title(stored, page):
            page["title"] = form.text("title") or None
    return {"polishedContent": page}


def _title(stored: Stored, page: JsonObject) -> str:
    """The page's own, or else the lead magnet's."""
    return str(page.get("title") or stored.row.title)


def _texts(block: JsonObject) -> list[LeafText]:
    """What of a block its owner can change; the labels say of what kind of block it is."""
    texts = leaf_texts(block, _OF_A_BLOCK)
    return [replace(leaf, label=f"{kind_of(block)}: {leaf.label.lower()}") for leaf in texts]


_PIECE = Piece(
    name="polish",
    word="page",
    look=_look,
    asked=lead_magnet_alone,
    edits={"page": Edit(_LABELS, _present, _changed)},
    columns=("polished_content",),
    filled=("polished_content",),
    of_result=_of_result,
    whole=_whole,
    changes=PageChanges,
    fitted=_fitted,
    shapes={"polished_content": TypeAdapter(PolishedContent)},
    made_of="extraction",
    helpers={
        "groups": groups,
        "bullets": bullets,
        "blocks_to_make": blocks_to_make,
        "embed_address": embed_address,
        "texts": _texts,
    },
)
PRODUCT = Product(
    save=partial(to_lead_magnet, _PIECE),
    saved_plainly=partial(plainly_to_lead_magnet, _PIECE),
    piece=_PIECE,
    resolve=_resolve,
    second_refused="This lead magnet is already being polished.",  # a unique index holds the same rule
)
