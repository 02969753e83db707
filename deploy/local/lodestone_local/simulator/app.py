"""The Anthropic simulator: speaks the provider's protocol, and fails on demand."""

import uuid
from typing import cast

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lodestone_local.simulator.catalog import catalog_routes
from lodestone_local.simulator.control import control_routes, invalid_body
from lodestone_local.simulator.limits import Limits
from lodestone_local.simulator.messages import message_routes
from lodestone_local.simulator.problems import ORGANIZATION_ID, RefusedRequest, error_response
from lodestone_local.simulator.request import key_in
from lodestone_local.simulator.simulation import Simulation


def build_simulator(limits: Limits | None = None) -> Starlette:
    """A simulator with its own state, which limits each model class from the start if asked to."""
    simulation = Simulation(limits)
    return Starlette(
        routes=[*message_routes(simulation), *catalog_routes(), *control_routes(simulation)],
        middleware=[Middleware(ProviderHeaders), Middleware(KeyRequired)],
        exception_handlers={
            RefusedRequest: _refused,
            HTTPException: _unknown_route,
            ValidationError: invalid_body,
        },
    )


class ProviderHeaders:
    """Gives every request an id and every answer the headers that the provider sends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with `request_id` in its state."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request_id = f"req_{uuid.uuid4().hex[:24]}"
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["request-id"] = request_id
                headers["anthropic-organization-id"] = ORGANIZATION_ID
                for name, value in scope["state"].get("rate_limits", dict)().items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, send_with_headers)


class KeyRequired:
    """Any key will do for the provider's routes, in either header, but there must be one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 401 where there is no key."""
        if scope["type"] == "http" and scope["path"].startswith("/v1/") and not key_in(Headers(scope=scope)):
            answer = error_response(401, scope["state"]["request_id"])
            return await answer(scope, receive, send)
        await self._app(scope, receive, send)


async def _refused(request: Request, error: Exception) -> Response:
    refused = cast(RefusedRequest, error)
    return error_response(refused.status, request.state.request_id, refused.message)


async def _unknown_route(request: Request, error: Exception) -> Response:
    unknown = cast(HTTPException, error)
    return error_response(unknown.status_code, request.state.request_id, unknown.detail)
