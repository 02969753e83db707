"""The models on offer: those that the official client knows by name."""

from datetime import UTC, datetime
from typing import Any, Literal, get_args

from anthropic.types import (
    CapabilitySupport,
    ContextManagementCapability,
    EffortCapability,
    Model,
    ModelCapabilities,
    ModelInfo,
    ModelLine,
    ServerToolsCapability,
    ThinkingCapability,
    ThinkingTypes,
)
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lodestone_local.simulator.problems import RefusedRequest

MODEL_IDS: tuple[str, ...] = get_args(get_args(Model)[0])  # newest first

MAX_OUTPUT_TOKENS = 128_000


def catalog_routes() -> list[Route]:
    """The list of models and one of them."""
    return [Route("/v1/models", _list), Route("/v1/models/{id}", _retrieve)]


async def _list(request: Request) -> Response:
    ids = list(MODEL_IDS)
    if after := request.query_params.get("after_id"):
        ids = ids[ids.index(after) + 1 :] if after in ids else []
    page = ids[: _limit(request)]
    return JSONResponse(
        {
            "data": [_info(id) for id in page],
            "first_id": page[0] if page else None,
            "last_id": page[-1] if page else None,
            "has_more": len(page) < len(ids),
        }
    )


async def _retrieve(request: Request) -> Response:
    id = request.path_params["id"]
    if id not in MODEL_IDS:
        raise RefusedRequest(404, f"model: {id}")
    return JSONResponse(_info(id))


def _limit(request: Request) -> int:
    limit = request.query_params.get("limit", "20")
    if not limit.isdecimal() or not 1 <= int(limit) <= 1000:
        raise RefusedRequest(400, "limit: must be a whole number from 1 to 1000")
    return int(limit)


def _info(id: str) -> dict[str, Any]:
    line = line_of(id)
    return ModelInfo(
        type="model",
        id=id,
        display_name=id.replace("-", " ").title(),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        lifecycle="active",
        line=line,
        max_tokens=MAX_OUTPUT_TOKENS,
        max_input_tokens=1_000_000,
        capabilities=_capabilities(),
        deprecated_at=None,
        retires_at=None,
    ).to_dict(mode="json")


def line_of(id: str) -> ModelLine | None:
    """The model class; its models share their limits."""
    lines: tuple[Literal["haiku", "sonnet", "opus", "fable", "mythos"], ...] = get_args(ModelLine)
    return next((line for line in lines if line in id), None)


def _capabilities() -> ModelCapabilities:
    yes, no = CapabilitySupport(supported=True), CapabilitySupport(supported=False)
    return ModelCapabilities(
        batch=no,
        citations=no,
        code_execution=no,
        context_management=ContextManagementCapability(supported=False),
        effort=EffortCapability(supported=True, low=yes, medium=yes, high=yes, xhigh=yes, max=yes),
        image_input=no,
        pdf_input=no,
        server_tools=ServerToolsCapability(supported=False, code_execution=no, web_search=no),
        structured_outputs=yes,
        thinking=ThinkingCapability(
            supported=False, types=ThinkingTypes(adaptive=no, between_tools=no, disabled=yes, enabled=no)
        ),
    )
