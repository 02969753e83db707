"""For operators: what all users spent in this hour, and its cap."""

import structlog
from fastapi import APIRouter

from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.spending import HourlySpend, enforce, read_spend, waive
from lodestone_gateway.parts import Operator, ThisProcess
from lodestone_gateway.store.session import transaction

log = structlog.get_logger(__name__)


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this module."""
    routes.add_api_route("/spend", _spend, methods=["GET"], name="read_spend")
    routes.add_api_route("/spend/waive", _waive, methods=["POST"], name="waive_spend_cap")
    routes.add_api_route("/spend/enforce", _enforce, methods=["POST"], name="enforce_spend_cap")


async def _spend(parts: ThisProcess, _: Operator) -> HourlySpend:
    """What all users spent in this hour, its cap, and what the cap holds back."""
    async with transaction(parts.reader) as session:
        return await read_spend(session)


async def _waive(parts: ThisProcess, operator: Operator) -> HourlySpend:
    """Lets all work go on until this hour ends, whatever it costs."""
    await waive(parts.engine, Actor(operator.id))
    log.warning("spend cap waived", operator=str(operator.id))
    return await _spend(parts, operator)


async def _enforce(parts: ThisProcess, operator: Operator) -> HourlySpend:
    """Ends a waiver."""
    await enforce(parts.engine, Actor(operator.id))
    log.warning("spend cap enforced", operator=str(operator.id))
    return await _spend(parts, operator)
