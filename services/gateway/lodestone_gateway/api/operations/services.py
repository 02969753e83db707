"""For operators: services and their queues."""

from fastapi import APIRouter

from lodestone_gateway.operating.services import Services, read_services
from lodestone_gateway.parts import Operator, ThisProcess


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this module."""
    routes.add_api_route("/services", _services, methods=["GET"], name="list_services")


async def _services(parts: ThisProcess, _: Operator) -> Services:
    """The relay, the projector and the services: which processes run, what waits."""
    return await read_services(parts.reader, parts.coverages)
