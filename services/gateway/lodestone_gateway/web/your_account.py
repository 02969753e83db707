"""The user's account: what is held of it, all of that as a file, and its deletion."""

from fastapi import APIRouter, Request, Response

from lodestone_gateway.account.account import delete_account
from lodestone_gateway.account.usage import read_usage
from lodestone_gateway.parts import ThisProcess
from lodestone_gateway.web.allowance import allowances, month
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.pages import OpenPageRoute, PageRoute, see, show, show_open
from lodestone_gateway.web.session import Sessions, Visitor

SURE = "yes"  # what the box sends when it is ticked


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/account")
    routes.add_api_route("", _show, methods=["GET"])
    routes.add_api_route("/delete", _ask, methods=["GET"])
    routes.add_api_route("/delete", _delete, methods=["POST"])
    routes.add_api_route("/deleted", _deleted, methods=["GET"], route_class_override=OpenPageRoute)
    return routes


async def _show(request: Request, parts: ThisProcess, user: Visitor) -> Response:
    """What the plan allows, what was used, what is held, and what can be done with it."""
    usage = await read_usage(parts.engine, user.id)
    return await show(
        request, user, "account/show.html", allowances=allowances(usage.caps), month=month(usage.days)
    )


async def _ask(request: Request, user: Visitor) -> Response:
    """What would go, and whether the user is sure."""
    return await show(request, user, "account/delete.html", is_unsure=False)


async def _delete(request: Request, parts: ThisProcess, user: Visitor) -> Response:
    """Deletes the account of whoever ticked the box, and ends the session."""
    form = await read_form(request)
    if form.text("sure") != SURE:
        return await show(request, user, "account/delete.html", status=422, is_unsure=True)
    await delete_account(parts.engine, parts.hub, user.id)
    sessions: Sessions = request.app.state.sessions
    response = see("/account/deleted")
    sessions.end(response)
    return response


async def _deleted(request: Request) -> Response:
    """Says that it is being done; has no session."""
    return await show_open(request, "account/deleted.html")
