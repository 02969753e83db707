"""For operators; a user's token gets 403."""

from fastapi import APIRouter, Depends, Request
from fastapi.dependencies.models import Dependant
from lodestone.errors import InvalidRequest

from lodestone_gateway.api.operations import (
    acting_on_runs,
    audit,
    bulk_actions,
    by_hand,
    dead_letters,
    jobs,
    overview,
    pauses,
    public_pages,
    services,
    spend,
    users,
)
from lodestone_gateway.operating.audit import THROUGH
from lodestone_gateway.parts import Operator

PROGRAMS = ("lodestone-ops", "lodestone-mcp")


def router() -> APIRouter:
    """The routes."""
    of_all = [Depends(note_program), Depends(only_known_filters)]
    routes = APIRouter(prefix="/api/ops", tags=["operators"], dependencies=of_all)
    for part in (
        *(overview, jobs, acting_on_runs, by_hand, dead_letters, bulk_actions),
        *(services, pauses, spend, users, public_pages, audit),
    ):
        part.add_routes(routes)
    return routes


async def note_program(request: Request) -> None:
    """Keeps for the audit which of our programs sent the request, as its `User-Agent` says."""
    program = request.headers.get("user-agent")
    THROUGH.set(program if program in PROGRAMS else None)


async def only_known_filters(request: Request, _: Operator) -> None:
    """Refuses an unknown parameter: a misspelt filter must not mean "all". Raises InvalidRequest."""
    known = _parameters(request.scope["route"].dependant)
    if unknown := sorted(request.query_params.keys() - known):
        there_is = (
            f"Known parameters: {', '.join(sorted(known))}." if known else "There are no parameters here."
        )
        message = f"Unknown parameter. {there_is}"
        raise InvalidRequest(errors=[{"field": name, "message": message} for name in unknown])


def _parameters(dependant: Dependant) -> set[str]:
    own = {field.alias for field in dependant.query_params}
    return own.union(*(_parameters(each) for each in dependant.dependencies))
