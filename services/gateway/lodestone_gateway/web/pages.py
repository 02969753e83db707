"""Templates → answers. Every page has the same headers: nothing inline, nothing from elsewhere."""

import gzip
from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from lodestone.clock import format_time
from lodestone.errors import Forbidden, InvalidRequest, Rejected, Unauthorized, Unavailable
from lodestone.jobs.addresses import FRAMED_ORIGINS
from starlette.responses import HTMLResponse, RedirectResponse

from lodestone_gateway.auth import SAFE_METHODS, CurrentUser
from lodestone_gateway.exports.pages import TEMPLATES as TOOL_TEMPLATES
from lodestone_gateway.exports.pages import scale
from lodestone_gateway.parts import Parts
from lodestone_gateway.problems import DATABASE_AWAY, reads_data
from lodestone_gateway.rates.costs import PAGE
from lodestone_gateway.turns import Turns
from lodestone_gateway.web import counts, figures, places, words
from lodestone_gateway.web.assets import assets
from lodestone_gateway.web.chrome import read_chrome
from lodestone_gateway.web.library import taking_out
from lodestone_gateway.web.session import START, Sessions, place_here
from lodestone_gateway.web.spoken import opening_of, said_in

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src {images}; frame-src {frames}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY.format(images="'self'", frames="'none'"),
    "Cross-Origin-Opener-Policy": "same-origin",
}
PACKING = 5  # of 9: quick, and nearly as small
GENERATED = (
    "create/ideas.html",
    *(f"library/{name}.html" for name in ("answers", "workspace", "versions", "publish")),
)
"""The templates of pages with texts that the provider wrote."""
OWNERS_PICTURES = {
    "Content-Security-Policy": POLICY.format(images="'self' https:", frames=" ".join(FRAMED_ORIGINS))
}
"""For a page that shows the owner's own material: their pictures, and videos that play on a click."""


async def show(
    request: Request,
    user: CurrentUser,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """A page with its frame."""
    parts: Parts = request.app.state.parts
    chrome = await read_chrome(parts, request.app.state.sessions, user, request.state.feed_position)
    demo = request.app.state.simulator and template in GENERATED
    shown = {"chrome": chrome, "holds": parts.hub.holds, "demo": demo, **context}
    return _html(request, template, status, {**HEADERS, **(headers or {})}, **shown)


def see(path: str) -> RedirectResponse:
    """After a form: the page to show next."""
    return RedirectResponse(path, status_code=303)


async def show_open(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page without the owner's frame."""
    return _html(request, template, status, HEADERS, **context)


class OpenPageRoute(APIRoute):
    """A route for everyone, whose errors are pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with pages for its errors."""
        handle = super().get_route_handler()

        async def handle_page(request: Request) -> Response:
            try:
                return await handle(request)
            except Unauthorized as error:
                return self.turn_away(request, error)
            except Rejected as error:
                return _failed(request, error)
            except RequestValidationError:
                return _failed(request, InvalidRequest("This address has something that no page can show."))
            except DATABASE_AWAY:
                return _failed(request, Unavailable())

        return handle_page

    def turn_away(self, request: Request, error: Unauthorized) -> Response:
        """The answer for a visitor who is not signed in."""
        return _failed(request, error)


class PageRoute(OpenPageRoute):
    """A route with a session."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with a session around it."""
        handle = super().get_route_handler()

        async def handle_page(request: Request) -> Response:
            sessions: Sessions = request.app.state.sessions
            turns: Turns = request.app.state.turns
            parts: Parts = request.app.state.parts
            try:
                token = await sessions.open(request)
                await parts.requests.take(request.state.user.id, PAGE)
                turn = await turns.take(request.state.user.id, request.state.body_bytes)
            except Unauthorized as error:
                return _let_in(request, error)
            except Rejected as error:
                return _failed(request, error)
            # Before anything is read: what happens meanwhile is not on the page, and the feed must tell it.
            request.state.feed_position = parts.hub.position
            with turn:
                response = await handle(request)
            if token is not None and response.status_code != Unauthorized.status:
                sessions.set_cookie(response, token)
            return response

        return handle_page

    def turn_away(self, request: Request, error: Unauthorized) -> Response:
        """The session is valid, but its user's account was deleted."""
        sessions: Sessions = request.app.state.sessions
        return sessions.turn_away(request, _failed(request, error))


def _let_in(request: Request, error: Unauthorized) -> Response:
    sessions: Sessions = request.app.state.sessions
    way_in = None if reads_data(request) else sessions.way_in(request)
    return way_in or _failed(request, error)


def _failed(request: Request, error: Rejected) -> HTMLResponse:
    """The error as a page. Raises it again for a program, which gets a problem."""
    if reads_data(request):
        raise error
    seconds = error.members.get("retryAfterSeconds")
    page = error_page(request, error.status, error.message, is_binned="binned" in error.members)
    if seconds is not None:
        page.headers["Retry-After"] = str(seconds)
    return page


def error_page(request: Request, status: int, message: str, *, is_binned: bool = False) -> HTMLResponse:
    """A page that says what is wrong and where to go, for anyone; to the bin if it is there."""
    sessions: Sessions = request.app.state.sessions
    accounts = list(sessions.local_users) if status == Forbidden.status else []
    way = {"back": _page_of(request), "has_login": sessions.has_login, "accounts": accounts}
    said = {"failed": status, "message": message, "is_binned": is_binned}
    return _html(request, "error.html", status, HEADERS, **said, **way)


def _page_of(request: Request) -> str:
    """The page that was asked for, or which has the form that was sent."""
    if request.method in SAFE_METHODS:
        asked = f"{request.url.path}?{request.url.query}"
        return START if asked.startswith("/api/") else place_here(asked, "")
    return place_here(request.headers.get("referer", ""), request.headers.get("host", ""))


def _html(
    request: Request, template: str, status: int, headers: dict[str, str], **context: Any
) -> HTMLResponse:
    text = _environment().get_template(template).render(path=request.url.path, **context)
    return written(request, text, status, {**headers, "Vary": "Accept, Accept-Encoding, Cookie"})


def written(request: Request, text: str, status: int, headers: dict[str, str]) -> HTMLResponse:
    """A page that is already written, packed for a browser that unpacks it."""
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return HTMLResponse(text, status_code=status, headers=headers)
    # Compression is safe: a page holds no secret that its compressed size could reveal.
    packed = gzip.compress(text.encode(), PACKING, mtime=0)
    return HTMLResponse(packed, status_code=status, headers={**headers, "Content-Encoding": "gzip"})


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(__package__ or "", "templates"), TOOL_TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = assets().url
    environment.globals["words"] = words
    environment.globals["counts"] = counts
    environment.globals["scale"] = scale
    environment.globals["figures"] = figures
    environment.globals["places"] = places
    environment.globals["taking_out"] = taking_out
    environment.globals["said_in"] = said_in
    environment.globals["opening_of"] = opening_of
    environment.filters["usd"] = words.usd
    environment.filters["clock"] = words.clock
    environment.filters["iso"] = format_time  # scripts show it in the reader's time zone
    return environment
