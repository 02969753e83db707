"""/console/public: a published page by its link; taken down or put back."""

from fastapi import APIRouter, Request, Response
from lodestone.errors import NotFound

from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.public_pages import put_back, read_public_page, take_down
from lodestone_gateway.parts import Operator, ThisProcess
from lodestone_gateway.web.console.frame import show_console
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.pages import see


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this page."""
    routes.add_api_route("/public", _page, methods=["GET"])
    routes.add_api_route("/public/take-down", _take_down, methods=["POST"])
    routes.add_api_route("/public/put-back", _put_back, methods=["POST"])


async def _page(request: Request, parts: ThisProcess, operator: Operator, link: str = "") -> Response:
    """The field for a link, and what is published there."""
    page, error = None, ""
    try:
        page = await read_public_page(parts.reader, link) if link.strip() else None
    except NotFound as refused:
        error = refused.message
    status = 404 if error else 200
    return await show_console(
        request, operator, "console/public.html", status=status, link=link, page=page, error=error
    )


async def _take_down(request: Request, parts: ThisProcess, operator: Operator) -> Response:
    """Takes the page down that the form names."""
    address = (await read_form(request)).text("address")
    page = await take_down(parts.engine, parts.reader, Actor(operator.id), address)
    return see(f"/console/public?link={page.address}")


async def _put_back(request: Request, parts: ThisProcess, operator: Operator) -> Response:
    """Puts the page back that the form names."""
    address = (await read_form(request)).text("address")
    page = await put_back(parts.engine, parts.reader, Actor(operator.id), address)
    return see(f"/console/public?link={page.address}")
