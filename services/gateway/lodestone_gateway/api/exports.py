"""A piece of a lead magnet as a file to download."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from lodestone_gateway.exports.export import MEDIA_TYPES, FileName, export
from lodestone_gateway.exports.file_name import disposition
from lodestone_gateway.parts import Caller, LeadMagnetId, ThisProcess

Name = Annotated[FileName, Path(description="The piece and the format.")]

_FILE: dict[int | str, Any] = {
    200: {
        "description": "The file",
        "headers": {
            "Content-Disposition": {"description": "A name for the file", "schema": {"type": "string"}}
        },
        "content": {
            media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for media_type in MEDIA_TYPES.values()
        },
    }
}


def router() -> APIRouter:
    """The route."""
    routes = APIRouter(prefix="/api/lead-magnets/{lead_magnet_id}/exports", tags=["lead magnets"])
    routes.add_api_route(
        "/{file}", _export, methods=["GET"], name="export_piece", responses=_FILE, response_class=Response
    )
    return routes


async def _export(
    request: Request, parts: ThisProcess, caller: Caller, lead_magnet_id: LeadMagnetId, file: Name
) -> Response:
    """A piece as a file; 404 while it does not exist, 409 if this format cannot show it.

    A PDF or a Word file counts as 50 simple reads.
    """
    made = await export(parts.engine, request.app.state.typesetter, caller.id, lead_magnet_id, file)
    headers = {"Content-Disposition": disposition(made.name)}
    return Response(made.body, media_type=made.media_type, headers=headers)
