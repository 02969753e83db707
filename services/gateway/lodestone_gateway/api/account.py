"""The caller's account: its use of the plan, all its stored data, and its deletion."""

from typing import Any

from fastapi import APIRouter
from lodestone.wire import WireModel
from pydantic.alias_generators import to_camel
from starlette.responses import StreamingResponse

from lodestone_gateway.account.account import delete_account, export_account, exported
from lodestone_gateway.account.usage import UsageOverview, read_usage
from lodestone_gateway.parts import Caller, ThisProcess

FILE = "lodestone-export.json"
EXPORT_HEADERS = {
    "Content-Disposition": f'attachment; filename="{FILE}"',
    "Cache-Control": "no-store",
}


class AccountDeletion(WireModel):
    """The account is being deleted: running jobs are cancelled, and erased as soon as they have ended."""

    status: str = "deleting"


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api")
    routes.add_api_route("/usage", _usage, methods=["GET"], name="read_usage", tags=["usage"])
    routes.add_api_route(
        "/account/export",
        _export,
        methods=["GET"],
        name="export_account",
        tags=["account"],
        responses=_EXPORT,
        response_class=StreamingResponse,
    )
    routes.add_api_route(
        "/account", _delete, methods=["DELETE"], status_code=202, name="delete_account", tags=["account"]
    )
    return routes


def _export_schema() -> dict[str, Any]:
    rows = {"type": "array", "items": {"type": "object", "additionalProperties": True}}
    moment = {"type": "string", "format": "date-time"}
    known = {"exportedAt": moment, "userId": {"type": "string", "format": "uuid"}}
    properties = known | {to_camel(table.name): rows for table in exported()}
    return {"type": "object", "properties": properties, "required": list(known)}


_EXPORT: dict[int | str, Any] = {
    200: {
        "description": "All stored data of the caller: the caller's rows, by table",
        "content": {"application/json": {"schema": _export_schema()}},
    }
}


async def _usage(parts: ThisProcess, caller: Caller) -> UsageOverview:
    """The plan, how much of it is used and reserved this month, and tokens and cost by day and job type."""
    return await read_usage(parts.engine, caller.id)


async def _export(parts: ThisProcess, caller: Caller) -> StreamingResponse:
    """All stored data of the caller, as one JSON file, streamed as it is read."""
    rows = export_account(parts.engine, caller.id)
    return StreamingResponse(rows, media_type="application/json", headers=EXPORT_HEADERS)


async def _delete(parts: ThisProcess, caller: Caller) -> AccountDeletion:
    """Deletes the account and everything in it, for good.

    Running jobs are cancelled. Tokens issued before are refused from now on; once everything is gone, a newer
    token of the same user begins a new account.
    """
    await delete_account(parts.engine, parts.hub, caller.id)
    return AccountDeletion()
