"""What happens to a request before it is parsed: 401 before 413 before everything else."""

import asyncio
import time
from contextlib import nullcontext

from lodestone.errors import PayloadTooLarge, Rejected, Unauthorized
from lodestone.tracing import span
from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lodestone_gateway.auth import Authenticator, CurrentUser
from lodestone_gateway.metrics import REQUESTS
from lodestone_gateway.problems import Respond
from lodestone_gateway.rates.costs import cost_of
from lodestone_gateway.rates.headers import RateHeaders
from lodestone_gateway.rates.limiter import RateLimiter
from lodestone_gateway.turns import Turn, Turns

MAX_BODY_BYTES = 256 * 1024
MAX_DRAFT_BYTES = 500_000  # of a draft of the wizard
DRAFTS = "/api/wizard-drafts/"
MAX_SOURCE_BYTES = 4_000_000  # of a pasted text, which a form may send percent-encoded
SOURCES = ("/api/sources", "/create/sources")
FILES = ("/api/sources/files", "/create/sources/files")
FRAME_BYTES = 16 * 1024  # that a form puts around a file
FILE_SHARE = 16  # a byte of a file costs this process less than one that it reads itself
DRAIN_BYTES = 1024 * 1024  # read and dropped after the limit, so that a client still sending sees the answer
DRAIN_SECONDS = 5.0


class InTrace:
    """ASGI middleware for a process that exports no spans: gives each request a place in a trace."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on."""
        sent = next((value for name, value in scope.get("headers", ()) if name == b"traceparent"), b"")
        with span("request", SpanKind.SERVER, traceparent=sent.decode("latin-1")):
            await self._app(scope, receive, send)


class ClientLeft(Exception):
    """The connection ended before the whole body had arrived."""


class Edge:
    """ASGI middleware: knows the user (`request.state.user`), bounds the body, measures the request.

    A user's requests are counted and take turns (`request.state.turn`); those for pages do so when their
    session is known.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        authenticator: Authenticator,
        requests: RateLimiter,
        headers: RateHeaders,
        turns: Turns,
        respond: Respond,
        file_bytes: int,
    ) -> None:
        self._app = app
        self._file_bytes = file_bytes
        self._authenticator = authenticator
        self._requests = requests
        self._headers = headers
        self._turns = turns
        self._respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = self._measured(scope, send)
        state = scope.setdefault("state", {})
        try:
            state["user"] = user = await self._user(scope)
            state["body"] = body = await _bounded(scope, receive, self._limit(scope["path"]))
            share = FILE_SHARE if scope["path"].startswith(FILES) else 1
            state["body_bytes"] = size = len(body or b"") // share
            turn = await self._turn(scope, user, size) if user else nullcontext()
        except ClientLeft:
            return
        except Rejected as error:
            response = self._respond(Request(scope), error)
            if isinstance(error, PayloadTooLarge):
                response.headers["connection"] = "close"
            await response(scope, receive, send)
            return
        with turn as state["turn"]:
            await self._app(scope, receive if body is None else _replay(body, receive), send)

    async def _turn(self, scope: Scope, user: CurrentUser, size: int) -> Turn:
        await self._requests.take(user.id, cost_of(scope["method"], scope["path"]))
        return await self._turns.take(user.id, size)

    def _limit(self, path: str) -> int:
        """Bytes of a request's body."""
        if path.startswith(FILES):
            return self._file_bytes + FRAME_BYTES
        if path.startswith(SOURCES):
            return MAX_SOURCE_BYTES
        return MAX_DRAFT_BYTES if path.startswith(DRAFTS) else MAX_BODY_BYTES

    def _measured(self, scope: Scope, send: Send) -> Send:
        began = time.perf_counter()

        async def measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "none")
                labels = (scope["method"], route, str(message["status"]))
                REQUESTS.labels(*labels).observe(time.perf_counter() - began)
                if user := scope["state"].get("user"):
                    message["headers"] = [*message["headers"], *self._headers.of(user.id)]
            await send(message)

        return measured

    async def _user(self, scope: Scope) -> CurrentUser | None:
        if not scope["path"].startswith("/api/"):
            return None  # open to all, even to a probe with an expired token
        user = await self._authenticator.authenticate(scope["method"], Headers(scope=scope))
        if user is None:
            raise Unauthorized
        return user


async def _bounded(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The body; None without one. Raises PayloadTooLarge, ClientLeft."""
    headers = Headers(scope=scope)
    if "content-length" not in headers and "transfer-encoding" not in headers:
        return None
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
        if size > limit:
            await _drain(receive, more)
            raise PayloadTooLarge(f"The request body may have at most {_in_words(limit)}.")
    return b"".join(parts)


def _in_words(size: int) -> str:
    return f"{size:,} bytes" if size % 1024 else f"{size // 1024} KiB"


async def _drain(receive: Receive, more: bool) -> None:
    dropped = 0
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while more and dropped < DRAIN_BYTES:
                message = await receive()
                dropped += len(message.get("body", b""))
                more = message.get("more_body", False)
    except TimeoutError:
        return


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message
