"""Drafts of the wizard: list, read, save, delete."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from lodestone.wire import WireModel

from lodestone_gateway.auth import check_owner
from lodestone_gateway.entity_tags import ABSENT, known_tags
from lodestone_gateway.fields import given_columns
from lodestone_gateway.lead_magnets.wizard_drafts import (
    DraftToSave,
    WizardDraft,
    delete_draft,
    list_drafts,
    read_draft,
    save_draft,
)
from lodestone_gateway.parts import Caller, IfMatch, IfNoneMatch, Owner, ThisProcess, id_in_path


async def get_draft_id(draft_id: str) -> UUID:
    """The id in the path, made by the client. Raises NotFound if it is not an id."""
    return id_in_path(draft_id, "You have no such draft; a draft id is a UUID.")


DraftId = Annotated[UUID, Depends(get_draft_id)]


class DraftList(WireModel):
    """The newest drafts, each with only its pending job."""

    items: list[WizardDraft]


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/wizard-drafts", tags=["wizard drafts"])
    one = "/{draft_id}"
    routes.add_api_route("", _list, methods=["GET"], name="list_drafts")
    routes.add_api_route(one, _read, methods=["GET"], name="read_draft")
    routes.add_api_route(one, _save, methods=["PUT"], name="save_draft")
    routes.add_api_route(one, _delete, methods=["DELETE"], status_code=204, name="delete_draft")
    return routes


async def _list(parts: ThisProcess, caller: Caller) -> DraftList:
    """The caller's newest drafts, 50 at most; read one to get its contents."""
    drafts = await list_drafts(parts.engine, caller.id)
    return DraftList(items=[WizardDraft.listed(draft) for draft in drafts])


async def _read(parts: ThisProcess, caller: Caller, draft_id: DraftId, response: Response) -> WizardDraft:
    """One draft."""
    return _tagged(await read_draft(parts.engine, caller.id, draft_id), response)


async def _save(
    parts: ThisProcess,
    caller: Caller,
    draft_id: DraftId,
    body: DraftToSave,
    response: Response,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
    owner: Owner = None,
) -> WizardDraft:
    """Creates or replaces a draft under an id that the client chose; 500,000 bytes at most.

    409 if it would be the caller's 21st, or their drafts would exceed 5,000,000 bytes.
    """
    check_owner(caller, owner)
    known = [*known_tags(if_match), *([ABSENT] if if_none_match == "*" else [])]
    return _tagged(await save_draft(parts.engine, caller.id, draft_id, given_columns(body), known), response)


async def _delete(
    parts: ThisProcess,
    caller: Caller,
    draft_id: DraftId,
    if_match: IfMatch = None,
    owner: Owner = None,
) -> None:
    """Deletes a draft."""
    check_owner(caller, owner)
    await delete_draft(parts.engine, caller.id, draft_id, known_tags(if_match))


def _tagged(draft: WizardDraft, response: Response) -> WizardDraft:
    response.headers["ETag"] = draft.tag
    return draft
