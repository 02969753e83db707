"""What every answer tells a browser: what it may do with it, and that nobody keeps it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # What is no page shows and runs nothing, whatever is in it; a page says for itself what it needs.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
TLS = {"Strict-Transport-Security": "max-age=31536000"}


class SafeHeaders:
    """The outermost layer: errors that nobody expected pass it, too. What an answer says itself is left."""

    def __init__(self, app: ASGIApp, *, is_local: bool) -> None:
        self._app = app
        self._headers = ALWAYS if is_local else ALWAYS | TLS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
