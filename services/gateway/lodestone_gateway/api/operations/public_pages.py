"""For operators: published pages, which they take down and put back."""

from typing import Any

import structlog
from fastapi import APIRouter

from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.public_pages import PublicPage, put_back, read_public_page, take_down
from lodestone_gateway.parts import Operator, ThisProcess

log = structlog.get_logger(__name__)


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this module."""
    page, post = "/public-pages/{address}", dict[str, Any](methods=["POST"])
    routes.add_api_route(page, _read, methods=["GET"], name="read_public_page")
    routes.add_api_route(f"{page}/take-down", _take_down, name="take_page_down", **post)
    routes.add_api_route(f"{page}/put-back", _put_back, name="put_page_back", **post)


async def _read(parts: ThisProcess, _: Operator, address: str) -> PublicPage:
    """A published page by the last part of its link: whose it is, and since when it is down."""
    return await read_public_page(parts.reader, address)


async def _take_down(parts: ThisProcess, operator: Operator, address: str) -> PublicPage:
    """Nobody opens it any more, and its owner cannot publish it again; a repeated call changes nothing."""
    page = await take_down(parts.engine, parts.reader, Actor(operator.id), address)
    log.warning("took a page down", operator=str(operator.id), lead_magnet_id=str(page.lead_magnet_id))
    return page


async def _put_back(parts: ThisProcess, operator: Operator, address: str) -> PublicPage:
    """It is public again as it was; a repeated call changes nothing."""
    page = await put_back(parts.engine, parts.reader, Actor(operator.id), address)
    log.warning("put a page back", operator=str(operator.id), lead_magnet_id=str(page.lead_magnet_id))
    return page
