"""Answers that skip the framework, held against those of their routes."""

from collections.abc import Set
from typing import Any

import httpx2
import pytest
from fastapi.routing import APIRoute


def note_routes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests that reach a route from now on."""
    found: list[str] = []
    handle = APIRoute.handle

    async def noted(self: APIRoute, scope: Any, receive: Any, send: Any) -> None:
        found.append(scope["path"])
        await handle(self, scope, receive, send)

    monkeypatch.setattr(APIRoute, "handle", noted)
    return found


def same_head(quick: httpx2.Response, usual: httpx2.Response, *, besides: Set[str]) -> None:
    """Both have the same status and headers, except for those named."""
    told = [
        (answer.status_code, {name: value for name, value in answer.headers.items() if name not in besides})
        for answer in (quick, usual)
    ]
    assert told[0] == told[1]
