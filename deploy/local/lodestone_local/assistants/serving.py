"""The server on stdin and stdout, or over HTTP for those who send its own token."""

import asyncio
import hmac
import socket
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import Any

import uvicorn
from lodestone.errors import Misconfigured
from lodestone.loopback import is_loopback
from lodestone.settings import read_settings
from mcp.server import Server
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import AnyHttpUrl
from starlette.applications import Starlette

from lodestone_local.assistants.server import build_server
from lodestone_local.assistants.settings import AssistantSettings
from lodestone_local.ops.client import OperatorClient
from lodestone_local.ops.target import Target
from lodestone_local.terminal import complain

PATH = "/mcp"
SHORTEST_TOKEN = 32
MOST_BYTES = 256 * 1024  # of one request
LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")
SERVER = {"User-Agent": "lodestone-mcp"}  # as the audit names it


def serve_stdio(target: Target, *, allow_writes: bool) -> None:
    """Serves the program that started this one, until it closes our stdin."""
    with suppress(KeyboardInterrupt):
        asyncio.run(_on_stdio(target, allow_writes=allow_writes))


def serve_http(
    target: Target, *, host: str, port: int, allowed_hosts: Sequence[str], allow_writes: bool
) -> None:
    """Serves until Ctrl-C. Raises Misconfigured without a token, or where nobody could reach it."""
    token = _own_token(target)
    if not is_loopback(host) and not allowed_hosts:
        raise Misconfigured(
            f"On {host} others can reach it: name the hosts under which they do with --allowed-host, "
            "such as mcp.example.com."
        )
    with suppress(KeyboardInterrupt):
        asyncio.run(_on_http(target, token, host, port, allowed_hosts, allow_writes=allow_writes))


async def _on_stdio(target: Target, *, allow_writes: bool) -> None:
    async with OperatorClient(target.url, target.token, SERVER) as client, stdio_server() as (read, write):
        server = build_server(client, allow_writes=allow_writes)
        await server.run(read, write, server.create_initialization_options())


async def _on_http(
    target: Target, token: str, host: str, port: int, allowed_hosts: Sequence[str], *, allow_writes: bool
) -> None:
    async with OperatorClient(target.url, target.token, SERVER) as client:
        app = http_app(build_server(client, allow_writes=allow_writes), token, allowed_hosts)
        with closing(_listening(host, port)) as listening:
            complain(
                f"Serving {target.url} to assistants at http://{_name(listening)}{PATH}; Ctrl-C ends it."
            )
            config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
            await uvicorn.Server(config).serve(sockets=[listening])


def http_app(server: Server[Any], token: str, allowed_hosts: Sequence[str]) -> Starlette:
    """The server as a web application: for its own token, and for these hosts beside this machine's names."""
    names = [*LOCAL_NAMES, *allowed_hosts]
    return server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=MOST_BYTES,
        transport_security=TransportSecuritySettings(
            allowed_hosts=[each for name in names for each in (name, f"{name}:*")],
            allowed_origins=[
                f"{scheme}://{name}{port}"
                for name in names
                for scheme in ("http", "https")
                for port in ("", ":*")
            ],
        ),
        token_verifier=_OwnToken(token),
        auth=AuthSettings(issuer_url=AnyHttpUrl("http://localhost"), resource_server_url=None),  # issues none
    )


class _OwnToken:
    """Knows the one token of this server."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    async def verify_token(self, token: str) -> AccessToken | None:
        """Who sends it; None for any other token."""
        if not hmac.compare_digest(token.encode(), self._token):
            return None
        return AccessToken(token=token, client_id="assistant", scopes=[])


def _own_token(target: Target) -> str:
    set_to = read_settings(AssistantSettings).mcp_token
    token = set_to.get_secret_value() if set_to else ""
    if len(token) < SHORTEST_TOKEN:
        raise Misconfigured(
            f"Set LODESTONE_MCP_TOKEN to at least {SHORTEST_TOKEN} characters, for example from "
            "`openssl rand -hex 32`: assistants send it to this server."
        )
    if token == target.token:
        raise Misconfigured(
            "LODESTONE_MCP_TOKEN must not be the operator's token, which assistants must not have."
        )
    return token


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise Misconfigured(f"{host}:{port} cannot be listened on: {error.strerror}.") from error


def _name(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
