"""The versions of a lead magnet's pieces: list, read, restore, decline."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from lodestone_gateway.entity_tags import known_tags
from lodestone_gateway.lead_magnets.versions import (
    GONE,
    PieceVersion,
    RestoredPiece,
    VersionList,
    VersionWithTexts,
    decline_version,
    list_versions,
    read_version,
    restore_version,
)
from lodestone_gateway.parts import Caller, IfMatch, LeadMagnetId, ThisProcess, id_in_path

Place = Annotated[
    int | None, Query(ge=0, le=1_000, description="Of posts and emails: the place of one of them, from 0")
]


async def _version_id(version_id: str) -> UUID:
    return id_in_path(version_id, GONE)


VersionId = Annotated[UUID, Depends(_version_id)]


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/lead-magnets/{lead_magnet_id}/versions", tags=["lead magnets"])
    one = "/{version_id}"
    routes.add_api_route("", _list, methods=["GET"], name="list_versions")
    routes.add_api_route(one, _read, methods=["GET"], name="read_version")
    routes.add_api_route(f"{one}/restore", _restore, methods=["POST"], name="restore_version")
    routes.add_api_route(
        f"{one}/decline", _decline, methods=["POST"], status_code=204, name="decline_version"
    )
    return routes


async def _list(
    parts: ThisProcess,
    caller: Caller,
    lead_magnet_id: LeadMagnetId,
    piece: Annotated[str | None, Query(max_length=100, description="The job type that writes it")] = None,
    part: Place = None,
) -> VersionList:
    """What the pieces were before each change and each result, newest first, without the texts."""
    rows = await list_versions(parts.engine, caller.id, lead_magnet_id, piece, part)
    return VersionList(items=[PieceVersion.of(row) for row in rows])


async def _read(
    parts: ThisProcess, caller: Caller, lead_magnet_id: LeadMagnetId, version_id: VersionId
) -> VersionWithTexts:
    """One version with its texts."""
    return VersionWithTexts.whole(await read_version(parts.engine, caller.id, lead_magnet_id, version_id))


async def _restore(
    parts: ThisProcess,
    caller: Caller,
    lead_magnet_id: LeadMagnetId,
    version_id: VersionId,
    response: Response,
    part: Place = None,
    if_match: IfMatch = None,
) -> RestoredPiece:
    """Puts a version in place, or one post or email of it; what was there becomes a version. If-Match names
    the lead magnet's ETag, for emails theirs."""
    tags = known_tags(if_match)
    restored = await restore_version(parts.engine, caller.id, lead_magnet_id, version_id, tags, part)
    response.headers["ETag"] = f'"{restored.version}"'
    return restored


async def _decline(
    parts: ThisProcess, caller: Caller, lead_magnet_id: LeadMagnetId, version_id: VersionId
) -> None:
    """Leaves what is in place: the version is offered no longer, and stays in the list."""
    await decline_version(parts.engine, caller.id, lead_magnet_id, version_id)
