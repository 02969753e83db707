"""One connection, as uvicorn speaks HTTP on it, with bounds on incomplete requests.

A deadline runs from the first byte, not the last: sending a byte now and then gains nothing.
"""

import asyncio
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from starlette.types import Message, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from lodestone_gateway.door import Door, Phase, Verdict
from lodestone_gateway.live.subscription import WHEN_LOST, WRITE_NOW

MAX_HEADER_BYTES = 32 * 1024  # of all headers and the URL, as in most proxies
MAX_HEADERS = 100
MAX_FRAMING_BYTES = 256 * 1024  # around a body that comes in chunks
HEADER_SECONDS = 10.0
BODY_SECONDS = 60.0
LINGER_SECONDS = 1.0  # time to read a refusal: closing at once may discard it
LINGER_BYTES = 1024 * 1024
ALWAYS_ANSWERED = "/healthz"

_WORDS = {
    HTTPStatus.BAD_REQUEST: "This is not an HTTP request.",
    HTTPStatus.REQUEST_TIMEOUT: "The request arrived too slowly; send it again.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        f"Headers and URL may have at most {MAX_HEADER_BYTES // 1024} KiB and {MAX_HEADERS} headers."
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: "There are too many connections right now; try again in a few seconds.",
    HTTPStatus.TOO_MANY_REQUESTS: "There are too many connections from your address; close some.",
}
_CODES = {HTTPStatus.SERVICE_UNAVAILABLE: "UNAVAILABLE", HTTPStatus.TOO_MANY_REQUESTS: "RATE_LIMITED"}
RETRY_SECONDS = 5


class BoundedConnection(HttpToolsProtocol):
    """A connection that is counted, and closed if its request is too large or does not arrive."""

    door: Door  # set by `bounded`

    def __init__(self, config: Config, *arguments: Any, **named: Any) -> None:
        super().__init__(config, *arguments, **named)
        self._address = ""
        self._verdict = Verdict.WELCOME
        self._deadline: asyncio.TimerHandle | None = None
        self._on_lost: Callable[[], object] | None = None
        self._is_refused = False
        self._is_parting = False
        self._is_first = True
        self._is_head = True  # the headers are not all there
        self._is_whole = False  # nor is the body
        self._header_bytes = 0
        self._body_bytes = 0  # in what was received last
        self._other_bytes = 0  # of this request
        self._dropped_bytes = 0  # after it was refused

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Counts it; the first request must come soon."""
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        self._verdict = self.door.enter(self, self._address)
        self._within(HEADER_SECONDS)
        if self._verdict is Verdict.SHUT:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops counting it."""
        self._in_time()
        self.door.leave(self, self._address)
        super().connection_lost(exc)
        self._tell_of_loss()

    def data_received(self, data: bytes) -> None:
        """Reads on, unless it has become too much."""
        if self._is_refused:
            self._dropped_bytes += len(data)
            if self._dropped_bytes > LINGER_BYTES:
                self.transport.abort()
            return
        self._body_bytes = 0
        super().data_received(data)
        self._other_bytes += len(data) - self._body_bytes
        if self._other_bytes > MAX_HEADER_BYTES + (0 if self._is_head else MAX_FRAMING_BYTES):
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def give_way(self) -> None:
        """Closes it to make room for another."""
        self._is_refused = True
        self.transport.abort()

    def part(self) -> None:
        """From now on an answer ends the connection; the one that is under way, too."""
        self._is_parting = True
        if self.cycle is not None:
            self.cycle.keep_alive = False

    def send_400_response(self, msg: str) -> None:
        """Handles what is not HTTP."""
        self._refuse(HTTPStatus.BAD_REQUEST)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._is_head, self._is_whole, self._header_bytes, self._other_bytes = True, False, 0, 0
        if not self._is_first:
            self._within(HEADER_SECONDS)
        self._is_first = False

    def on_url(self, url: bytes) -> None:
        """A part of the URL."""
        self._header_bytes += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header. Those after a body are dropped: they would join the ones that were checked."""
        self._header_bytes += len(name) + len(value) + 4
        if self._is_head and self._header_bytes <= MAX_HEADER_BYTES and len(self.headers) <= MAX_HEADERS:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """All headers are there: the request is answered while its body comes."""
        if self._header_bytes > MAX_HEADER_BYTES or len(self.headers) > MAX_HEADERS:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return
        self._is_head = False
        self._within(BODY_SECONDS)
        super().on_headers_complete()
        if self._is_parting:
            self.cycle.keep_alive = False
        self.door.note(self, Phase.RECEIVING)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._body_bytes += len(body)
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The whole request has arrived."""
        if self._is_refused:
            return
        self._is_whole = True
        self._in_time()
        self.door.note(self, Phase.ANSWERING)
        super().on_message_complete()
        self._rest()

    def on_response_complete(self) -> None:
        """The request is answered."""
        super().on_response_complete()
        self._on_lost = None
        self._rest()

    def write_now(self, body: bytes) -> bool:
        """Sends a part of an answer that comes in chunks; False if the client is behind, or gone.

        The headers must have been sent, and be those of an answer without a length.
        """
        if self.flow.write_paused or self.transport.is_closing():
            return False
        self.transport.write(b"%x\r\n%b\r\n" % (len(body), body))
        return True

    def when_lost(self, callback: Callable[[], object]) -> None:
        """Calls back once when the client has gone before its answer is complete."""
        self._on_lost = callback
        if self.transport.is_closing():
            self._tell_of_loss()

    def _tell_of_loss(self) -> None:
        callback, self._on_lost = self._on_lost, None
        if callback:
            callback()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        extensions: Any = {WRITE_NOW: self.write_now, WHEN_LOST: self.when_lost}
        cycle.scope["extensions"] = extensions
        if self._verdict is not Verdict.WELCOME and cycle.scope["path"] != ALWAYS_ANSWERED:
            is_crowd = self._verdict is Verdict.CROWD
            status = HTTPStatus.TOO_MANY_REQUESTS if is_crowd else HTTPStatus.SERVICE_UNAVAILABLE
            app = _refusing(status)
        super()._start_asgi_task(cycle, app)

    def _rest(self) -> None:
        """Waits for the next request once this one is both received and answered."""
        is_open = not self._is_refused and not self.transport.is_closing()
        if is_open and self._is_whole and self.cycle.response_complete:
            self._is_head, self._other_bytes = True, 0
            self._within(self.timeout_keep_alive)
            self.door.note(self, Phase.IDLE)

    def _within(self, seconds: float) -> None:
        self._in_time()
        self._deadline = self.loop.call_later(seconds, self._too_late)

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if self._is_head and not self._other_bytes:
            self.transport.close()  # nothing was asked, so nothing is answered
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, status: HTTPStatus) -> None:
        """Answers if possible, and closes the connection."""
        if self._is_refused:
            return
        self._is_refused = True
        if not self._is_answered() and not self.transport.is_closing():
            headers, body = _problem(status)
            lines = [b"%b: %b\r\n" % header for header in (*self.server_state.default_headers, *headers)]
            start = f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode()
            self.transport.write(b"".join([start, *lines, b"\r\n", body]))
        self._leave_app()
        if self.transport.can_write_eof() and not self.transport.is_closing():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _leave_app(self) -> None:
        """Tells the answering code that nobody is listening."""
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._tell_of_loss()

    def _is_answered(self) -> bool:
        """Whether part of an answer is already sent, so that nothing can be added."""
        if self.cycle is None:
            return False
        return not self.cycle.response_complete if self._is_head else self.cycle.response_started


def bounded(door: Door) -> type[asyncio.Protocol]:
    """The protocol of connections that come through this door."""
    return type("Connection", (BoundedConnection,), {"door": door})


def _problem(status: HTTPStatus) -> tuple[list[tuple[bytes, bytes]], bytes]:
    detail, code = _WORDS[status], _CODES.get(status, status.name)
    problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    body = json.dumps({**problem, "code": code, "error": detail}).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    return headers + ([(b"retry-after", str(RETRY_SECONDS).encode())] if status in _CODES else []), body


def _refusing(status: HTTPStatus) -> Any:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers, body = _problem(status)
        await send({"type": "http.response.start", "status": status.value, "headers": headers})
        await send(cast(Message, {"type": "http.response.body", "body": body}))

    return app
