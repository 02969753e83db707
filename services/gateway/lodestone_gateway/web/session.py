"""The session of a page: our cookie, set by the login, or here for local users on one machine."""

import time
from typing import Annotated, Literal, TypedDict
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request, Response
from lodestone.errors import Forbidden, Unauthorized
from lodestone.jobs.addresses import split_address
from starlette.responses import RedirectResponse

from lodestone_gateway.auth import SAFE_METHODS, Authenticator, CurrentUser, sign_session
from lodestone_gateway.cookies import cookie_values, session_cookie
from lodestone_gateway.parts import get_caller
from lodestone_gateway.settings import GatewaySettings

START = "/create"
LOCAL_SESSION_SECONDS = 30 * 24 * 3600
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
OPERATOR = "operator"  # the local user with the operator role

Visitor = Annotated[CurrentUser, Depends(get_caller)]
"""The user who views the page; has a row in `users`."""


class Traits(TypedDict):
    """The attributes of our cookie."""

    path: str
    httponly: bool
    samesite: Literal["lax"]
    secure: bool


class Sessions:
    """The user who views a page."""

    def __init__(self, settings: GatewaySettings, authenticator: Authenticator) -> None:
        self._settings = settings
        self._authenticator = authenticator
        self._cookie = session_cookie(settings.local)
        self._traits: Traits = {
            "path": "/",
            "httponly": True,
            "samesite": "lax",
            "secure": not settings.local,
        }
        self.local_users = settings.local_users

    @property
    def has_login(self) -> bool:
        """Whether there is a page that signs visitors in."""
        return self._settings.sign_in_url is not None

    async def open(self, request: Request) -> str | None:
        """Puts the user into the request; returns a token for the cookie if a session begins.

        On one machine the first local user is signed in automatically. Raises Unauthorized without a session,
        and Forbidden for a form from a foreign page.
        """
        try:
            user = await self._authenticator.authenticate(request.method, request.headers)
        except Unauthorized:
            user = None
        if user is not None:
            request.state.user = user
            return None
        if not self.local_users or request.method not in SAFE_METHODS or not _is_this_machine(request):
            raise Unauthorized
        name = next(iter(self.local_users))
        request.state.user = self._local_user(name)
        return self.sign_in(name)

    def sign_in(self, name: str) -> str:
        """A token for a local user. Raises Forbidden if there is none of this name."""
        return sign_session(self._settings, self._local_user(name), LOCAL_SESSION_SECONDS)

    async def accept(self, request: Request, token: str) -> CurrentUser:
        """The user of a token that the login's page hands us. Raises Unauthorized; Forbidden for other pages.

        Otherwise a foreign page could sign its visitors in as an attacker, who then reads what they write.
        """
        login = urlsplit(self._settings.sign_in_url or "")
        if not self._authenticator.is_ours(request.headers, also=[f"{login.scheme}://{login.netloc}"]):
            raise Forbidden("Only your sign-in page can do this.")
        return await self._authenticator.verify(token)

    def check_own(self, request: Request) -> None:
        """Raises Forbidden for a form from a foreign page."""
        if not self._authenticator.is_ours(request.headers):
            raise Forbidden("This request must come from one of our own pages.")

    def set_cookie(self, response: Response, token: str, seconds: float = LOCAL_SESSION_SECONDS) -> None:
        """Lets the browser keep the session that long."""
        response.set_cookie(self._cookie, token, max_age=int(seconds), **self._traits)

    def end(self, response: Response) -> None:
        """Makes the browser forget the session, and what its user typed here."""
        response.delete_cookie(self._cookie, **self._traits)
        response.headers["Clear-Site-Data"] = '"storage"'

    def name_of(self, user: CurrentUser) -> str | None:
        """The name of a local user."""
        return next((name for name, id in self.local_users.items() if id == user.id), None)

    def way_in(self, request: Request) -> Response | None:
        """The answer for a visitor without a session: a redirect to the sign-in page, which comes back here.

        None if there is no such page; for a script, which could not follow it; and for a form, which browsers
        do not send on to another host, and whose address shows nothing.
        """
        url = self._settings.sign_in_url
        if url is None or _is_script(request) or request.method not in SAFE_METHODS:
            return None
        sign = "&" if "?" in url else "?"
        return RedirectResponse(f"{url}{sign}return_to={quote(str(request.url), safe='')}", status_code=302)

    def turn_away(self, request: Request, failed: Response) -> Response:
        """The answer for a user whose account was deleted: the browser forgets them, and may sign in again.

        A script gets only the error: what is on its page must not become a new user's.
        """
        if _is_script(request):
            return failed
        response = self.way_in(request) or self._start_anew(request) or failed
        self.end(response)
        return response

    def _start_anew(self, request: Request) -> Response | None:
        """On one machine, for a browser that had a session: without it the next page begins another."""
        is_kept = cookie_values(request.headers.getlist("cookie"), self._cookie)
        if not self.local_users or not is_kept or "authorization" in request.headers:
            return None
        return RedirectResponse(START, status_code=303)

    def _local_user(self, name: str) -> CurrentUser:
        if name not in self.local_users:
            raise Forbidden
        return CurrentUser(self.local_users[name], is_operator=name == OPERATOR, issued_at=time.time())


def place_here(url: str, host: str) -> str:
    """The path to continue at; the start page for anything not on this host."""
    parts = split_address(url)
    is_here = parts.netloc in ("", host) and parts.scheme in ("", "http", "https")
    if not is_here or not parts.path.startswith("/") or parts.path.startswith(("//", "/\\")):
        return START
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _is_script(request: Request) -> bool:
    return request.headers.get("sec-fetch-mode", "navigate") != "navigate"


def _is_this_machine(request: Request) -> bool:
    """A foreign host name that resolves to this machine must not open a session here."""
    host = request.headers.get("host", "")
    return (host.rsplit(":", 1)[0] if not host.endswith("]") else host) in LOCAL_HOSTS
