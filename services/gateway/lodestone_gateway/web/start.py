"""Where a visit begins: the root, and a finished lead magnet to look at."""

import json
from functools import cache
from importlib import resources

from fastapi import APIRouter, Request, Response
from lodestone.jobs.polish import PolishedContent
from lodestone.wire import JsonObject

from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.web.pages import PageRoute, see, show
from lodestone_gateway.web.session import START, Visitor


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute)
    routes.add_api_route("/", _root, methods=["GET"])
    routes.add_api_route("/example", _example, methods=["GET"])
    return routes


async def _root() -> Response:
    return see(START)


async def _example(request: Request, user: Visitor) -> Response:
    """A lead magnet of an invented business: read-only, and nothing was written for it."""
    helpers = {name: piece.helpers for name, piece in PIECES.items()}
    return await show(request, user, "create/example.html", example=example(), of=helpers)


@cache
def example() -> JsonObject:
    """The example, with its page in the shape of every page."""
    text = (resources.files(__package__ or "") / "create" / "example.json").read_text("utf-8")
    found: JsonObject = json.loads(text)
    return {**found, "page": PolishedContent.model_validate(found["page"]).to_wire()}
