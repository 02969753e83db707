"""/p/ADDRESS: what owners published, for everybody: no cookie, and nothing kept of the reader."""

from collections.abc import Callable, Coroutine
from ipaddress import IPv6Address, ip_address
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from lodestone.errors import NotFound, Rejected, Unavailable

from lodestone_gateway.entity_tags import known_tags
from lodestone_gateway.exports.document import Document, Paragraph
from lodestone_gateway.exports.pages import document_policy, to_html
from lodestone_gateway.exports.publishing import PREFIX, read_in_public
from lodestone_gateway.parts import ThisProcess
from lodestone_gateway.problems import DATABASE_AWAY, RETRY_SECONDS, reads_data
from lodestone_gateway.turns import Turns
from lodestone_gateway.web.pages import written

SANDBOX = "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox"
ONE_READER = 64  # bits of an IPv6 address: who has one has all that begin like it


def router() -> APIRouter:
    """The route."""
    routes = APIRouter(route_class=_ReadersRoute)
    routes.add_api_route(f"{PREFIX}{{address}}", _published, methods=["GET", "HEAD"])
    return routes


class _ReadersRoute(APIRoute):
    """Its errors are pages of the same look, which a frame of another site shows too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with pages for its errors."""
        handle = super().get_route_handler()

        async def handle_page(request: Request) -> Response:
            try:
                return await handle(request)
            except Rejected as error:
                return _failed(request, error)
            except DATABASE_AWAY:
                return _failed(request, Unavailable())

        return handle_page


async def _published(request: Request, parts: ThisProcess, address: str) -> Response:
    """The page. Browsers and proxies may keep it, and ask each time whether it is still right."""
    known = [tag.strip('"') for tag in known_tags(request.headers.get("if-none-match"))]
    turns: Turns = request.app.state.turns
    with await turns.take(line_of(request.client.host if request.client else "")):
        found = await read_in_public(parts.engine, address, known, is_view=_is_view(request))
    headers = {
        "ETag": f'W/"{found.tag}"',
        "Cache-Control": "public, no-cache",
        "Vary": "Accept-Encoding",
        **safe(found.policy, framed_by="*"),
        **({} if found.is_listed else {"X-Robots-Tag": "noindex"}),
    }
    if found.page is None:
        return Response(status_code=304, headers=headers)
    return written(request, found.page, 200, headers)


def safe(policy: str, *, framed_by: str) -> dict[str, str]:
    """An origin of its own, to which no session belongs: what ran there could do nothing here."""
    return {
        "Content-Security-Policy": f"{policy}; frame-ancestors {framed_by}; sandbox {SANDBOX}",
        "Referrer-Policy": "no-referrer",  # its address is for those who were given it
    }


def _is_view(request: Request) -> bool:
    """Whether somebody opens the page; a browser also fetches some in advance."""
    return request.method == "GET" and "sec-purpose" not in request.headers


def line_of(host: str) -> UUID:
    """Readers of one network address take turns, as users do."""
    try:
        address = ip_address(host)
    except ValueError:  # a Unix socket
        return uuid5(NAMESPACE_OID, host)
    if isinstance(address, IPv6Address):
        return uuid5(NAMESPACE_OID, str(int(address) >> (address.max_prefixlen - ONE_READER)))
    return uuid5(NAMESPACE_OID, host)


def _failed(request: Request, error: Rejected) -> Response:
    """The error as a page. Raises it again for a program, which gets a problem."""
    if reads_data(request):
        raise error
    title = "Nothing here" if isinstance(error, NotFound) else "Not now"
    page = to_html(Document(title, [Paragraph(error.message)])).decode()
    headers = {"X-Robots-Tag": "noindex", "Vary": "Accept, Accept-Encoding"}
    if not isinstance(error, NotFound):
        headers["Retry-After"] = str(error.members.get("retryAfterSeconds", RETRY_SECONDS))
    return written(request, page, error.status, {**headers, **safe(document_policy(), framed_by="*")})
