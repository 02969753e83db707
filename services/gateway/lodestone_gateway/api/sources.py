"""Sources: texts that owners bring along, pasted or taken from a file."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from lodestone.wire import WireModel

from lodestone_gateway.entity_tags import known_tags
from lodestone_gateway.parts import Caller, IfMatch, Limits, Reading, ThisProcess, id_in_path
from lodestone_gateway.sources.source import (
    MAX_NAME,
    MISSING,
    ListedSource,
    NewSource,
    Source,
    SourceChanges,
    add_file,
    add_pasted,
    change_source,
    delete_source,
    list_sources,
    read_source,
)


async def get_source_id(source_id: str) -> UUID:
    """The id in the path. Raises NotFound."""
    return id_in_path(source_id, MISSING)


SourceId = Annotated[UUID, Depends(get_source_id)]
For = Annotated[
    UUID | None,
    Query(alias="leadMagnetId", description="The lead magnet; without it, all of the caller's."),
]

_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class SourceList(WireModel):
    """Sources without their texts, the oldest first."""

    items: list[ListedSource]


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/sources", tags=["sources"])
    one = "/{source_id}"
    routes.add_api_route("", _list, methods=["GET"], name="list_sources")
    routes.add_api_route("", _add, methods=["POST"], status_code=201, name="add_source")
    routes.add_api_route(
        "/files", _upload, methods=["POST"], status_code=201, name="upload_source", openapi_extra=_FILE
    )
    routes.add_api_route(one, _read, methods=["GET"], name="read_source")
    routes.add_api_route(one, _change, methods=["PATCH"], name="change_source")
    routes.add_api_route(one, _delete, methods=["DELETE"], status_code=204, name="delete_source")
    return routes


async def _list(parts: ThisProcess, caller: Caller, lead_magnet_id: For = None) -> SourceList:
    """Those for all of the caller's lead magnets; with `leadMagnetId` those for this one too."""
    return SourceList(items=await list_sources(parts.engine, caller.id, lead_magnet_id))


async def _add(
    parts: ThisProcess, caller: Caller, limits: Limits, body: NewSource, response: Response
) -> Source:
    """Adds a pasted text. 422 if it is longer than the limit, 403 with as many sources as are allowed."""
    return _made(await add_pasted(parts.engine, caller.id, body, limits), response)


async def _upload(
    request: Request,
    parts: ThisProcess,
    caller: Caller,
    limits: Limits,
    extractor: Reading,
    response: Response,
    name: Annotated[str, Query(min_length=1, max_length=MAX_NAME, description="The file's name.")],
    lead_magnet_id: For = None,
) -> Source:
    """Adds the text of a file, which is the body: txt, md, vtt, srt, docx or pdf, as its name ends.

    422 with a sentence if it is locked, scanned, damaged or something else than its name says. Counts as 50
    simple reads.
    """
    file = await request.body()
    made = await add_file(parts.engine, extractor, caller.id, name, file, lead_magnet_id, limits)
    return _made(made, response)


async def _read(parts: ThisProcess, caller: Caller, source_id: SourceId, response: Response) -> Source:
    """One source with its text."""
    return _tagged(await read_source(parts.engine, caller.id, source_id), response)


async def _change(
    parts: ThisProcess,
    caller: Caller,
    limits: Limits,
    source_id: SourceId,
    body: SourceChanges,
    response: Response,
    if_match: IfMatch = None,
) -> Source:
    """Changes the name or the text."""
    tags = known_tags(if_match)
    return _tagged(await change_source(parts.engine, caller.id, source_id, body, tags, limits), response)


async def _delete(parts: ThisProcess, caller: Caller, source_id: SourceId) -> None:
    """Deletes a source. What its owner took from it into answers stays."""
    await delete_source(parts.engine, caller.id, source_id)


def _made(source: Source, response: Response) -> Source:
    response.headers["Location"] = f"/api/sources/{source.id}"
    return _tagged(source, response)


def _tagged(source: Source, response: Response) -> Source:
    response.headers["ETag"] = f'"{source.version}"'
    return source
