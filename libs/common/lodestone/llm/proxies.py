"""The route to the provider: through the environment's proxies, except to this machine itself."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import anthropic
import httpx2

from lodestone.errors import Misconfigured
from lodestone.loopback import is_loopback


def http_client(url: str, *, on_answer: Callable[[httpx2.Response], Awaitable[None]]) -> httpx2.AsyncClient:
    """The HTTP client for a provider at this URL; `on_answer` sees each answer before its body is read.

    Raises Misconfigured for a proxy of a kind that is not supported.
    """
    hooks: dict[str, list[Callable[..., Any]]] = {"response": [on_answer]}
    if is_loopback(urlsplit(url).hostname or ""):
        direct = httpx2.AsyncHTTPTransport(limits=anthropic.DEFAULT_CONNECTION_LIMITS)
        return anthropic.DefaultAsyncHttpxClient(event_hooks=hooks, transport=direct)
    try:
        return anthropic.DefaultAsyncHttpxClient(event_hooks=hooks)
    except (ValueError, httpx2.InvalidURL):  # its text may contain a password
        raise Misconfigured(
            "The AI provider cannot be reached through the configured proxies. HTTPS_PROXY, HTTP_PROXY and "
            "ALL_PROXY must each be an http://, https:// or socks5:// URL; NO_PROXY is a list of host names."
        ) from None
