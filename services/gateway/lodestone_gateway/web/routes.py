"""All pages."""

from fastapi import APIRouter

from lodestone_gateway.web import account, assets
from lodestone_gateway.web.create import choice
from lodestone_gateway.web.create import routes as create
from lodestone_gateway.web.jobs import actions


def router() -> APIRouter:
    """The pages and their files."""
    routes = APIRouter(include_in_schema=False)
    for part in (assets, account, create, choice, actions):
        routes.include_router(part.router())
    return routes
