"""Accepts a job without the framework's detours, if the request is a plain one.

The routes of `api.jobs` say what a request may be and answer every one. This takes from them those that need
nothing but their body: valid JSON, sent as such, at most one key. It answers with the same bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lodestone.errors import Rejected
from opentelemetry import trace
from pydantic import TypeAdapter
from pydantic_core import from_json
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lodestone_gateway.api.submissions import SubmissionRoute
from lodestone_gateway.jobs.submit import Accepted, submit
from lodestone_gateway.parts import Parts, get_caller
from lodestone_gateway.problems import DATABASE_AWAY, Respond

JSON = b"application/json"


@dataclass(frozen=True)
class _Plain:
    """What a plain request says."""

    route: "_Quick"
    body: Any
    key: str | None


class _Quick:
    """A route that creates jobs."""

    def __init__(self, route: SubmissionRoute) -> None:
        self.path = f"/api{route.path}"
        self.submission = route.submission
        self._body: TypeAdapter[Any] = TypeAdapter(route.body)

    def read(self, body: bytes) -> Any:
        """The body as the route would have it. Raises ValueError for one that it would refuse."""
        return self._body.validate_python(from_json(body), from_attributes=True)


class QuickSubmit:
    """ASGI middleware after the edge; `routes` are those of the app that metrics name."""

    def __init__(
        self, app: ASGIApp, *, parts: Parts, respond: Respond, routes: Iterable[SubmissionRoute]
    ) -> None:
        self._app = app
        self._parts = parts
        self._respond = respond
        self._routes = {quick.path: quick for quick in map(_Quick, routes)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request, or passes it on as it came."""
        quick = self._routes.get(scope["path"]) if scope.get("method") == "POST" else None
        plain = _plain(quick, scope) if quick else None
        if plain is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = plain.route
        name_span("POST", plain.route.path)
        try:
            accepted = await self._accept(Request(scope), plain)
        except (Rejected, *DATABASE_AWAY) as error:
            await self._respond(Request(scope), error)(scope, receive, send)
            return
        for message in _answer(accepted):
            await send(message)

    async def _accept(self, request: Request, plain: _Plain) -> Accepted:
        parts = self._parts
        caller = await get_caller(request, parts)
        submission = plain.route.submission(plain.body, caller.id, plain.key)
        return await submit(parts.engine, parts.limiter, parts.group, submission)


def name_span(method: str, path: str) -> None:
    """Names the request's span as the framework does once it has found the route."""
    span = trace.get_current_span()
    span.update_name(f"{method} {path}")
    span.set_attribute("http.route", path)


def _plain(quick: _Quick, scope: Scope) -> _Plain | None:
    types = [value for name, value in scope["headers"] if name == b"content-type"]
    keys = [value.decode("latin-1") for name, value in scope["headers"] if name == b"idempotency-key"]
    if types != [JSON] or len(keys) > 1:
        return None
    try:
        return _Plain(quick, quick.read(scope["state"]["body"] or b""), keys[0] if keys else None)
    except (ValueError, Rejected):
        return None  # the route says what is wrong


def _answer(accepted: Accepted) -> tuple[Message, Message]:
    job_id = str(accepted.job_id).encode()
    body = b'{"jobId":"%s","status":"%s"}' % (job_id, accepted.status.encode())
    headers = [(b"content-length", b"%d" % len(body)), (b"content-type", JSON)]
    headers.append((b"location", b"/api/jobs/" + job_id))
    if accepted.is_replay:
        headers.append((b"idempotency-replayed", b"true"))
    start = {
        "type": "http.response.start",
        "status": 200 if accepted.is_replay else 202,
        "headers": headers,
    }
    return start, {"type": "http.response.body", "body": body}
