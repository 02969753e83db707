"""What surrounds each page of the console. A page here fetches itself again while somebody looks at it."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.parts import Parts
from lodestone_gateway.web.pages import show_open
from lodestone_gateway.web.session import OPERATOR, Sessions

PLACES = (
    ("/console", "Overview"),
    ("/console/runs", "Runs"),
    ("/console/dead-letters", "Dead letters"),
    ("/console/bulk", "Bulk"),
    ("/console/pauses", "Pauses"),
    ("/console/users", "Users"),
    ("/console/audit", "Audit"),
    ("/console/submit", "Submit"),
)
LOOK_EVERY = 1_500  # ms between two looks of a visible page


@dataclass(frozen=True)
class Frame:
    """The masthead; `account` and `accounts` are for local users on one machine."""

    account: str | None
    accounts: list[str]
    places: tuple[tuple[str, str], ...] = PLACES
    every: int = LOOK_EVERY


async def show_console(
    request: Request, operator: CurrentUser, template: str, *, status: int = 200, **context: Any
) -> Response:
    """A page of the console; `status` is 422 for a form or a filter that is refused."""
    parts: Parts = request.app.state.parts
    sessions: Sessions = request.app.state.sessions
    frame = Frame(sessions.name_of(operator) or OPERATOR, list(sessions.local_users))
    return await show_open(request, template, status=status, frame=frame, holds=parts.hub.holds, **context)
