"""All pages of the console. They are for operators alone, which is decided here and nowhere else."""

from fastapi import APIRouter, Depends

from lodestone_gateway.parts import get_operator
from lodestone_gateway.web.console import (
    audit,
    bulk,
    by_hand,
    dead_letters,
    overview,
    pauses,
    public_pages,
    run,
    runs,
    users,
)
from lodestone_gateway.web.pages import PageRoute

PARTS = (overview, runs, run, dead_letters, bulk, by_hand, pauses, users, public_pages, audit)


def router() -> APIRouter:
    """The routes; another user's session gets 403."""
    routes = APIRouter(route_class=PageRoute, prefix="/console", dependencies=[Depends(get_operator)])
    for part in PARTS:
        part.add_routes(routes)
    return routes
