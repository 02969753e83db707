"""A posted form → its draft, with the API's own checks."""

from uuid import UUID

from lodestone.errors import Conflict, InvalidRequest
from lodestone.wire import JsonObject
from pydantic import ValidationError

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.fields import given_columns
from lodestone_gateway.lead_magnets.wizard_drafts import DraftToSave, save_draft
from lodestone_gateway.parts import Parts


async def keep_draft(
    parts: Parts, user: CurrentUser, id: UUID, state: JsonObject, *, title: str, step: int
) -> str:
    """Saves a draft; returns a sentence if it could not be saved, else an empty text."""
    try:
        body = DraftToSave.model_validate({"wizardState": state, "title": title, "currentStep": step})
        await save_draft(parts.engine, user.id, id, given_columns(body))
    except Conflict as refused:
        return refused.message
    except (InvalidRequest, ValidationError):
        return "It contains characters that cannot be saved."
    return ""
