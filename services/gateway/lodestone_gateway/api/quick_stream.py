"""Opens a job's stream without the framework's detours, if the request is a plain one.

The routes of `api.events` say what a request may be and answer every one. This takes from them those that
need nothing but the id of a job and of the last event that the client has. It answers with the same bytes.
"""

import re
from dataclasses import dataclass
from uuid import UUID

from lodestone.errors import Rejected
from lodestone.ids import parse_id
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from lodestone_gateway.api.events import STREAM_TYPE, get_cursor, job_source
from lodestone_gateway.api.quick_submit import name_span
from lodestone_gateway.api.stream import Stream
from lodestone_gateway.parts import Parts, get_caller
from lodestone_gateway.problems import DATABASE_AWAY, Respond

CURSOR = "last-event-id"
_PATH = re.compile(r"/api/jobs/([^/]+)/events")


@dataclass(frozen=True)
class _Route:
    """What metrics and spans name."""

    path: str = "/api/jobs/{job_id}/events"


@dataclass(frozen=True)
class _Plain:
    """What a plain request says."""

    job_id: UUID
    after: int


class QuickStream:
    """ASGI middleware after the edge."""

    def __init__(self, app: ASGIApp, *, parts: Parts, respond: Respond) -> None:
        self._app = app
        self._parts = parts
        self._respond = respond
        self._route = _Route()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request, or passes it on as it came."""
        plain = await _plain(scope) if scope.get("method") == "GET" else None
        if plain is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = self._route
        name_span("GET", self._route.path)
        request = Request(scope)
        try:
            stream = await self._stream(request, plain)
            await stream(scope, receive, send)
        except (Rejected, *DATABASE_AWAY) as error:
            await self._respond(request, error)(scope, receive, send)

    async def _stream(self, request: Request, plain: _Plain) -> Stream:
        parts = self._parts
        caller = await get_caller(request, parts)
        source = job_source(parts, caller.id, plain.job_id)
        return Stream(source, plain.after, caller, parts.watches, request.state.turn)


async def _plain(scope: Scope) -> _Plain | None:
    named = _PATH.fullmatch(scope["path"])
    if named is None or scope["query_string"]:
        return None
    headers, job_id = Headers(scope=scope), parse_id(named[1])
    seen = headers.getlist(CURSOR)
    if job_id is None or len(seen) > 1 or STREAM_TYPE not in headers.get("accept", ""):
        return None
    try:
        return _Plain(job_id, await get_cursor(*seen) or 0)
    except Rejected:
        return None  # the route says what is wrong
