"""Saved views of the runs: a name and a filter, kept in this browser, and a few that everyone has.

A view is an address, so it can be sent to somebody as it is. What is kept is only its name, in a cookie for
the console's pages: no table, no rights, and nothing that an account's deletion would have to find.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response
from lodestone.errors import Conflict, InvalidRequest

COOKIE = "lodestone_views"
PATH = "/console/runs"
KEPT_SECONDS = 365 * 24 * 3600
MOST_VIEWS = 12
MOST_NAME, MOST_QUERY, MOST_BYTES = 40, 400, 3_500  # a browser keeps 4,096 bytes in a cookie
PLACES = ("cursor", "top", "view")  # of an address, which are no part of a view


@dataclass(frozen=True)
class View:
    """A name, and what follows the `?` of its address."""

    name: str
    query: str


READY = (
    View("Failed in the last hour", "status=failed&period=hour"),
    View("Waiting for the provider", "waitingFor=provider,rate_limit"),
    View("Past their deadline", "stuck=true"),
    View("Over $1", "costAbove=1&period=day"),
)


def query_of(text: str) -> str:
    """An address's filter without its place in the list."""
    return urlencode([(name, value) for name, value in parse_qsl(text) if name not in PLACES])


def read_views(request: Request) -> list[View]:
    """The views that this browser keeps; what is not one is left out."""
    try:
        text = base64.urlsafe_b64decode(request.cookies.get(COOKIE, "").encode())
        found = json.loads(text or b"[]")
    except (binascii.Error, ValueError, RecursionError):
        return []
    pairs = [each for each in found if _is_pair(each)] if isinstance(found, list) else []
    return [View(name, query_of(query)) for name, query in pairs[:MOST_VIEWS]]


def with_view(views: list[View], name: str, query: str) -> list[View]:
    """The views with this one, in the place of an earlier one of its name.

    Raises InvalidRequest for a name that cannot be shown, Conflict where there is no room.
    """
    if not 0 < len(name) <= MOST_NAME or not name.isprintable():
        message = f"Must be 1 to {MOST_NAME} printable characters."
        raise InvalidRequest(errors=[{"field": "name", "message": message}])
    kept = [view for view in views if view.name != name]
    added = [*kept, View(name, query_of(query[:MOST_QUERY]))]
    if len(added) > MOST_VIEWS or len(_written(added)) > MOST_BYTES:
        raise Conflict("There is no room for another view. Forget one first.")
    return added


def without_view(views: list[View], name: str) -> list[View]:
    """The other views."""
    return [view for view in views if view.name != name]


def keep(response: Response, views: list[View], *, is_secure: bool) -> None:
    """Lets the browser keep these."""
    response.set_cookie(
        COOKIE,
        _written(views),
        max_age=KEPT_SECONDS,
        path=PATH,
        secure=is_secure,
        httponly=True,
        samesite="lax",
    )


def _written(views: list[View]) -> str:
    text = json.dumps([[view.name, view.query] for view in views], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) for part in value)
