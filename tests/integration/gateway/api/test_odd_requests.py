"""Odd headers and parameters: never a 5xx, and a sentence if one is refused."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from lodestone.ids import new_id
from lodestone_gateway.app import describe_http
from support.api import RunningGateway

HEADERS = [
    "Idempotency-Key",
    "Last-Event-ID",
    "If-Match",
    "If-None-Match",
    "traceparent",
    "tracestate",
    "Accept",
]
VALUES = [
    b"",
    b"\xff\xfe",
    "é🚀".encode(),
    b"x" * 8000,
    b"9" * 5000,
    b"-1",
    b'"',
    b'W/"',
    b"a\tb",
    b",,,",
    b"00-0-0-0",
]
EVERY = 4  # one in four header values of operations without headers of their own
QUERIES = ["", "%00", "%ff", "%ED%A0%80", "x" * 5000, "9" * 5000, "-1", "1e400", "NaN", "%22", "[]", "a,b,,c"]


def operations() -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Method, path, and the names of the operation's own headers and query parameters."""
    for path, methods in describe_http()["paths"].items():
        filled = "/".join(str(new_id()) if part.startswith("{") else part for part in path.split("/"))
        for method, operation in methods.items():
            named = {
                place: [each["name"] for each in operation.get("parameters", []) if each["in"] == place]
                for place in ("header", "query")
            }
            yield method.upper(), filled, named["header"], named["query"]


def check(answer: httpx2.Response, sent: Any) -> None:
    assert answer.status_code < 500, sent
    if answer.status_code >= 400:
        assert len(answer.json()["detail"]) > 10, sent


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value[:8]))
async def test_odd_headers(gateway: RunningGateway, value: bytes) -> None:
    token = gateway.user(role="operator").token
    plain = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    known = {name: text.encode() for name, text in plain.items()}
    for at, (method, path, own, _) in enumerate(operations()):
        if path == "/api/events" or path in ("/readyz", "/metrics"):
            continue
        everywhere = [{name: value for name in HEADERS}] if (at + VALUES.index(value)) % EVERY == 0 else []
        several = [*everywhere, *({name: value} for name in own)]
        for odd in several:
            sent = [(name.encode(), bytes_) for name, bytes_ in {**known, **odd}.items()]
            check(
                await gateway.client.request(method, path, content=b"{}", headers=sent), (method, path, odd)
            )


@pytest.mark.parametrize("value", QUERIES, ids=lambda value: value[:8])
async def test_odd_query_parameters(gateway: RunningGateway, value: str) -> None:
    user, met = gateway.user(role="operator"), set[str]()
    for at, (method, path, _, own) in enumerate(operations()):
        for name in own:
            is_due = name not in met or (at + QUERIES.index(value)) % 2 == 0
            met.add(name)
            if path != "/api/events" and is_due:
                check(await user.send(method, f"{path}?{name}={value}", {}), (method, path, name))


async def test_odd_cursors_of_the_feed(gateway: RunningGateway) -> None:
    user = gateway.user()
    for value in QUERIES:
        if value != "":
            assert (await user.get(f"/api/events?after={value}")).status_code == 422, value
