"""Signing in, by the login or on one machine by a click, and signing out."""

from fastapi import APIRouter, Request, Response

from lodestone_gateway.parts import ThisProcess, get_caller
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.pages import OpenPageRoute, PageRoute, see, show_open
from lodestone_gateway.web.session import Sessions, place_here


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute)
    routes.add_api_route("/session", _switch, methods=["POST"])
    for path, act, method in (
        ("/sign-in", _sign_in, "POST"),
        ("/sign-out", _sign_out, "POST"),
        ("/signed-out", _signed_out, "GET"),
    ):
        routes.add_api_route(path, act, methods=[method], route_class_override=OpenPageRoute)
    return routes


async def _switch(request: Request) -> Response:
    """Signs a local user in; continues at `return_to`, or at the start page."""
    sessions: Sessions = request.app.state.sessions
    form = await read_form(request)
    token = sessions.sign_in(form.text("account"))
    response = see(place_here(form.text("return_to"), request.headers.get("host", "")))
    sessions.set_cookie(response, token)
    return response


async def _sign_in(request: Request, parts: ThisProcess) -> Response:
    """Takes a token from the sign-in page, on whatever host; continues at `return_to`."""
    sessions: Sessions = request.app.state.sessions
    form = await read_form(request)
    token = form.text("token")
    user = request.state.user = await sessions.accept(request, token)
    await get_caller(request, parts)  # otherwise a login that signs in automatically would loop
    response = see(place_here(form.text("return_to"), request.headers.get("host", "")))
    sessions.set_cookie(response, token, user.seconds_left)
    return response


async def _sign_out(request: Request) -> Response:
    """Ends the session of this browser."""
    sessions: Sessions = request.app.state.sessions
    sessions.check_own(request)
    response = see("/signed-out")
    sessions.end(response)
    return response


async def _signed_out(request: Request) -> Response:
    """Confirms it; needs no session."""
    return await show_open(request, "signed_out.html")
