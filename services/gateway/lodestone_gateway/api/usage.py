"""The caller's use of their plan."""

from fastapi import APIRouter

from lodestone_gateway.account.usage import UsageOverview, read_usage
from lodestone_gateway.parts import Caller, ThisProcess


def router() -> APIRouter:
    """The route."""
    routes = APIRouter(prefix="/api", tags=["usage"])
    routes.add_api_route("/usage", _read, methods=["GET"], name="read_usage")
    return routes


async def _read(parts: ThisProcess, caller: Caller) -> UsageOverview:
    """The plan, how much of it is used and reserved this month, and tokens and cost by day and job type."""
    return await read_usage(parts.engine, caller.id)
