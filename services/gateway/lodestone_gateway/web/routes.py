"""All pages."""

from fastapi import APIRouter

from lodestone_gateway.web import account, assets, published, start, your_account, your_voice
from lodestone_gateway.web.console import routes as console
from lodestone_gateway.web.create import choice, own, sources
from lodestone_gateway.web.create import routes as create
from lodestone_gateway.web.jobs import actions
from lodestone_gateway.web.jobs import routes as jobs
from lodestone_gateway.web.library import actions as pieces
from lodestone_gateway.web.library import again, answers, bin, edits, publishing, questions, shelves, versions
from lodestone_gateway.web.library import routes as library

PARTS = (
    *(start, assets, account, your_account, your_voice, create, choice, own, sources, bin, shelves, library),
    *(questions, answers, edits, again, pieces, versions, publishing, published, jobs, actions, console),
)


def router() -> APIRouter:
    """The pages and their files."""
    routes = APIRouter(include_in_schema=False)
    for part in PARTS:
        routes.include_router(part.router())
    return routes
