"""/library: all lead magnets, favourites first; searched, sorted, copied."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.lead_magnets.bin import just_binned
from lodestone_gateway.lead_magnets.copying import copy_lead_magnet
from lodestone_gateway.lead_magnets.lead_magnet import (
    FAVOURITE,
    change_lead_magnet,
    find_lead_magnets,
    list_lead_magnets,
)
from lodestone_gateway.lead_magnets.wizard_drafts import list_drafts
from lodestone_gateway.parts import LeadMagnetId, Parts, ThisProcess
from lodestone_gateway.store.lead_magnet_queries import ListedLeadMagnet
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.store.library_queries import Order
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.pages import PageRoute, see, show
from lodestone_gateway.web.room import in_sentences, refusals
from lodestone_gateway.web.session import Visitor, place_here
from lodestone_gateway.web.words import KINDS

PAGE = 24  # lead magnets on a page of the library
MOST_FOUND = 200
MOST_SOUGHT = 200  # characters
ORDERS = {Order.NEWEST: "Newest first", Order.EDITED: "Last edited first", Order.TITLE: "By title"}


@dataclass(frozen=True)
class Shelf:
    """A lead magnet in the library."""

    row: ListedLeadMagnet

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return KINDS[Archetype(self.row.archetype)]

    @property
    def place(self) -> int:
        """The place of its kind among the ten."""
        return ARCHETYPES.index(Archetype(self.row.archetype))

    @property
    def made(self) -> list[str]:
        """The pieces that exist, in words."""
        return [piece.word for piece in PIECES.values() if self.row.filled.intersection(piece.filled)]


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/library")
    routes.add_api_route("", _list, methods=["GET"])
    routes.add_api_route("/{lead_magnet_id}/copy", _copy, methods=["POST"])
    routes.add_api_route("/{lead_magnet_id}/favourite", _mark, methods=["POST"])
    return routes


async def _list(
    request: Request,
    parts: ThisProcess,
    user: Visitor,
    cursor: str | None = None,
    q: str = "",
    order: str = Order.NEWEST,
    binned: str | None = None,
) -> Response:
    """The lead magnets, or those that have a text; offers to undo what has just been put into the bin."""
    sought, order = _storable(q).strip()[:MOST_SOUGHT], order if order in ORDERS else Order.NEWEST
    if sought or order != Order.NEWEST:
        rows = await find_lead_magnets(parts.engine, user.id, sought, Order(order), limit=MOST_FOUND)
        next_cursor = None
    else:
        rows, next_cursor = await _page(parts, user, cursor)
    drafts = [] if rows or sought else await list_drafts(parts.engine, user.id)
    refused = await refusals(parts, user, [], stores=True) if rows else {}
    return await show(
        request,
        user,
        "library/list.html",
        shelves=[Shelf(row) for row in rows],
        next_cursor=next_cursor,
        here=_place(sought, order, cursor),
        sought=sought,
        order=order,
        orders=ORDERS,
        is_cut=len(rows) == MOST_FOUND,
        no_room=in_sentences(refused),
        binned=await just_binned(parts.engine, user.id, LeadMagnetRow, binned),
        draft=next((draft for draft in drafts if draft.has_form), None),
    )


async def _page(
    parts: Parts, user: CurrentUser, cursor: str | None
) -> tuple[Sequence[ListedLeadMagnet], str | None]:
    """The newest first, above them all favourites, and what asks for the next page."""
    page = await list_lead_magnets(parts.engine, user.id, cursor=cursor, limit=PAGE, is_favourite=False)
    if cursor is not None:
        return page.rows, page.next_cursor
    favourites = await list_lead_magnets(
        parts.engine, user.id, cursor=None, limit=MOST_FOUND, is_favourite=True
    )
    return [*favourites.rows, *page.rows], page.next_cursor


def _place(sought: str, order: str, cursor: str | None) -> str:
    """The address of this list."""
    asked = {"q": sought, "order": order if order != Order.NEWEST else "", "cursor": cursor}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/library?{query}" if query else "/library"


def _storable(text: str) -> str:
    """The text without what no stored text has: U+0000 and halves of surrogate pairs."""
    return text.replace("\x00", "").encode(errors="ignore").decode()


async def _mark(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
) -> Response:
    """Makes a lead magnet a favourite, or no longer; continues where the form says."""
    form = await read_form(request)
    is_favourite = form.text("favourite") == "yes"
    await change_lead_magnet(parts.engine, user.id, lead_magnet_id, {FAVOURITE: is_favourite}, [])
    return see(place_here(form.text("from"), request.headers.get("host", "")))


async def _copy(parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId) -> Response:
    """Copies a lead magnet; continues at the copy."""
    return see(f"/library/{await copy_lead_magnet(parts.engine, user.id, lead_magnet_id)}")
