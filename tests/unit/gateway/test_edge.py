"""What happens to a request before it is parsed: who sent it, and how much of a body is read."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

import pytest
from lodestone.errors import Rejected
from lodestone_gateway import edge
from lodestone_gateway.auth import Authenticator, CurrentUser
from lodestone_gateway.edge import FRAME_BYTES, MAX_BODY_BYTES, MAX_DRAFT_BYTES, MAX_SOURCE_BYTES, Edge
from lodestone_gateway.rates.headers import RateHeaders
from lodestone_gateway.rates.limiter import Rate, RateLimiter
from lodestone_gateway.turns import Turns
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

USER = CurrentUser(UUID(int=1))
LIMITER = RateLimiter(Rate("requests", 1_000_000, 60, "You send too many requests"))
LEFT: Message = {"type": "http.disconnect"}
CHUNK = b"x" * 65_536
FILE_BYTES = 1_000_000


class Anyone:
    """Knows this user, or nobody."""

    def __init__(self, user: CurrentUser | None) -> None:
        self.user = user
        self.asked = 0

    async def authenticate(self, *_: object) -> CurrentUser | None:
        """The user."""
        self.asked += 1
        return self.user


class Passed:
    """What came through, and what was answered."""

    def __init__(self) -> None:
        self.body: bytes | None = None
        self.sent: list[Message] = []
        self.read = 0

    @property
    def status(self) -> int | None:
        """The answer's status."""
        return next((each["status"] for each in self.sent if each["type"] == "http.response.start"), None)

    @property
    def text(self) -> str:
        """The answer's text."""
        return b"".join(each.get("body", b"") for each in self.sent).decode()

    def header(self, name: bytes) -> bytes | None:
        """One of its headers."""
        return dict(self.sent[0]["headers"]).get(name)


def chunks(body: bytes, *, size: int = 65_536) -> list[Message]:
    parts = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    last = len(parts) - 1
    return [{"type": "http.request", "body": part, "more_body": at < last} for at, part in enumerate(parts)]


async def passed(
    messages: Iterable[Message],
    *,
    path: str = "/api/jobs",
    user: CurrentUser | None = USER,
    headers: tuple[tuple[bytes, bytes], ...] = ((b"transfer-encoding", b"chunked"),),
    anyone: Anyone | None = None,
) -> Passed:
    """A request through the edge to an app that reads its body."""
    found, waiting = Passed(), iter(messages)

    async def receive() -> Message:
        found.read += 1
        return next(waiting, LEFT)

    async def send(message: Message) -> None:
        found.sent.append(message)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.body = await Request(scope, receive).body()
        await PlainTextResponse("done")(scope, receive, send)

    def respond(_: Request, error: Exception) -> Response:
        assert isinstance(error, Rejected)
        return PlainTextResponse(error.message, status_code=error.status)

    known = cast(Authenticator, anyone or Anyone(user))
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": path, "headers": list(headers)}
    edge = Edge(
        app,
        authenticator=known,
        requests=LIMITER,
        headers=RateHeaders([LIMITER]),
        turns=Turns(1e9),
        respond=respond,
        file_bytes=FILE_BYTES,
    )
    await edge(scope, receive, send)
    return found


@pytest.mark.parametrize(
    ("path", "limit", "said"),
    [
        ("/api/jobs", MAX_BODY_BYTES, "256 KiB"),
        ("/library/1/posts", MAX_BODY_BYTES, "256 KiB"),
        ("/api/wizard-drafts/1", MAX_DRAFT_BYTES, "500,000 bytes"),
        ("/create/sources", MAX_SOURCE_BYTES, "4,000,000 bytes"),
        ("/api/sources/files", FILE_BYTES + FRAME_BYTES, "1,016,384 bytes"),
    ],
)
async def test_a_body_may_be_as_long_as_its_limit(path: str, limit: int, said: str) -> None:
    body = bytes(range(256)) * (limit // 256 + 1)

    fits = await passed(chunks(body[:limit]), path=path)
    too_long = await passed(chunks(body[: limit + 1]), path=path)

    assert (fits.status, fits.body == body[:limit]) == (200, True)
    assert (too_long.status, too_long.body) == (413, None)
    assert said in too_long.text
    assert too_long.header(b"connection") == b"close"


async def test_a_client_that_goes_on_sending_is_read_for_a_while_so_that_it_sees_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(edge, "DRAIN_BYTES", 3 * len(CHUNK))
    endless: list[Message] = [{"type": "http.request", "body": CHUNK, "more_body": True}] * 100

    answered = await passed(endless)

    assert answered.status == 413
    assert answered.read == MAX_BODY_BYTES // len(CHUNK) + 1 + 3


async def test_whoever_leaves_within_the_body_is_not_answered() -> None:
    left = await passed([{"type": "http.request", "body": b"half", "more_body": True}])

    assert (left.sent, left.body) == ([], None)


async def test_nobody_is_refused_before_a_long_body_is_read() -> None:
    refused = await passed(chunks(b"x" * (MAX_BODY_BYTES + 1)), user=None)

    assert (refused.status, refused.read, refused.body) == (401, 0, None)


@pytest.mark.parametrize("path", ["/healthz", "/create", "/", "/apiary"])
async def test_outside_the_api_nobody_is_asked_who_they_are(path: str) -> None:
    anyone = Anyone(None)

    answered = await passed(chunks(b"a=1"), path=path, anyone=anyone)

    assert (answered.status, answered.body, anyone.asked) == (200, b"a=1", 0)


async def test_a_request_without_a_body_is_not_waited_for() -> None:
    answered = await passed([{"type": "http.request", "body": b"", "more_body": False}], headers=())

    assert (answered.status, answered.body) == (200, b"")
