"""Another local user: the switch in the frame of pages on one machine."""

from fastapi import APIRouter, Request, Response

from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.pages import PageRoute, see
from lodestone_gateway.web.session import Sessions


def router() -> APIRouter:
    """The route."""
    routes = APIRouter(route_class=PageRoute)
    routes.add_api_route("/session", _switch, methods=["POST"])
    return routes


async def _switch(request: Request) -> Response:
    """Signs a local user in; their own pages start at the beginning."""
    sessions: Sessions = request.app.state.sessions
    form = await read_form(request)
    token = sessions.sign_in(form.text("account"))
    response = see("/create")
    sessions.set_cookie(response, token)
    return response
