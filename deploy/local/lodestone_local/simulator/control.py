"""The control routes: pace, limits, faults, ledger and reset, for tests and demonstrations."""

from typing import TypeVar, cast

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lodestone_local.simulator.faults import ControlModel, FaultOrder, Pace
from lodestone_local.simulator.limits import Limits
from lodestone_local.simulator.simulation import Simulation

Body = TypeVar("Body", bound=ControlModel)


def control_routes(simulation: Simulation) -> list[Route]:
    """The routes under `/_sim`, acting on this simulation."""

    async def set_pace(request: Request) -> Response:
        simulation.pace = await _read(request, Pace)
        return JSONResponse(simulation.pace.model_dump(by_alias=True))

    async def set_limits(request: Request) -> Response:
        limits = await _read(request, Limits)
        simulation.limit(limits)
        return JSONResponse(limits.model_dump(by_alias=True))

    async def remove_limits(request: Request) -> Response:
        simulation.limit(None)
        return Response(status_code=204)

    async def add_fault(request: Request) -> Response:
        order = await _read(request, FaultOrder)
        simulation.faults.add(order)
        return JSONResponse(order.model_dump(by_alias=True, exclude_none=True), status_code=201)

    async def list_calls(request: Request) -> Response:
        return JSONResponse({"items": [call.to_wire() for call in simulation.calls]})

    async def reset(request: Request) -> Response:
        simulation.reset()
        return Response(status_code=204)

    return [
        Route("/_sim/pace", set_pace, methods=["PUT"]),
        Route("/_sim/limits", set_limits, methods=["PUT"]),
        Route("/_sim/limits", remove_limits, methods=["DELETE"]),
        Route("/_sim/faults", add_fault, methods=["POST"]),
        Route("/_sim/calls", list_calls, methods=["GET"]),
        Route("/_sim", reset, methods=["DELETE"]),
    ]


async def invalid_body(request: Request, error: Exception) -> Response:
    """422 with one sentence that names every wrong field."""
    problems = [
        {"field": ".".join(str(part) for part in each["loc"]) or "body", "message": each["msg"]}
        for each in cast(ValidationError, error).errors(include_url=False, include_context=False)
    ]
    detail = "; ".join(f"{problem['field']}: {problem['message']}" for problem in problems)
    return JSONResponse({"detail": detail, "errors": problems}, status_code=422)


async def _read(request: Request, model: type[Body]) -> Body:
    return model.model_validate_json(await request.body())
