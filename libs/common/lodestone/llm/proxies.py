"""The route to the provider: through the environment's proxies, except to this machine itself."""

import ssl
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import httpx2

from lodestone.errors import Misconfigured
from lodestone.loopback import is_loopback

# Only the slots limit the calls: the SDK's own limit of 1,000 would let the rest wait until they time out.
LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=100)


def http_client(
    url: str, trust: ssl.SSLContext, *, on_answer: Callable[[httpx2.Response], Awaitable[None]]
) -> httpx2.AsyncClient:
    """The HTTP client for a provider at this URL, whose certificate `trust` must accept.

    `on_answer` sees each answer before its body is read.
    """
    # Takes a second of processor time, and only a service that makes calls needs it.
    from anthropic import DefaultAsyncHttpxClient

    hooks: dict[str, list[Callable[..., Any]]] = {"response": [on_answer]}
    if _is_here(url):
        direct = httpx2.AsyncHTTPTransport(verify=trust, limits=LIMITS)
        return DefaultAsyncHttpxClient(event_hooks=hooks, transport=direct)
    return DefaultAsyncHttpxClient(event_hooks=hooks, verify=trust, limits=LIMITS)


def check_proxies(url: str) -> None:
    """Raises Misconfigured for a proxy of a kind that is not supported, on the way to this URL."""
    if _is_here(url):
        return
    try:
        httpx2.AsyncClient()  # reads the environment as the provider's client does, and connects to nothing
    except (ValueError, httpx2.InvalidURL):  # its text may contain a password
        raise Misconfigured(
            "The AI provider cannot be reached through the configured proxies. HTTPS_PROXY, HTTP_PROXY and "
            "ALL_PROXY must each be an http://, https:// or socks5:// URL; NO_PROXY is a list of host names."
        ) from None


def _is_here(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")
