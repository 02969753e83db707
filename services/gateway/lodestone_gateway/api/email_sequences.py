"""The emails of a lead magnet: read, replace, activate."""

from fastapi import APIRouter, Response

from lodestone_gateway.entity_tags import known_tags
from lodestone_gateway.lead_magnets.email_sequences import (
    LeadMagnetEmails,
    NewEmails,
    activate_emails,
    entity_tag,
    read_emails,
    replace_emails,
)
from lodestone_gateway.parts import Caller, IfMatch, LeadMagnetId, ThisProcess
from lodestone_gateway.store.lead_magnet_tables import EmailSequenceRow


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/lead-magnets/{lead_magnet_id}/emails", tags=["lead magnets"])
    routes.add_api_route("", _read, methods=["GET"], name="read_emails")
    routes.add_api_route("", _replace, methods=["PUT"], name="replace_emails")
    routes.add_api_route("/activate", _activate, methods=["POST"], name="activate_emails")
    return routes


async def _read(
    parts: ThisProcess, caller: Caller, lead_magnet_id: LeadMagnetId, response: Response
) -> LeadMagnetEmails:
    """The emails; 404 before there are any."""
    return _shown(await read_emails(parts.engine, caller.id, lead_magnet_id), response)


async def _replace(
    parts: ThisProcess,
    caller: Caller,
    lead_magnet_id: LeadMagnetId,
    body: NewEmails,
    response: Response,
    if_match: IfMatch = None,
) -> LeadMagnetEmails:
    """Replaces the emails and makes them a draft again. What it replaces becomes a version."""
    emails = [email.to_wire() for email in body.emails]
    row = await replace_emails(parts.engine, caller.id, lead_magnet_id, emails, known_tags(if_match))
    return _shown(row, response)


async def _activate(
    parts: ThisProcess,
    caller: Caller,
    lead_magnet_id: LeadMagnetId,
    response: Response,
    if_match: IfMatch = None,
) -> LeadMagnetEmails:
    """Activates the emails; 422 while a text has a placeholder such as [LINK], 409 while a job writes
    them."""
    row = await activate_emails(parts.engine, caller.id, lead_magnet_id, known_tags(if_match))
    return _shown(row, response)


def _shown(row: EmailSequenceRow, response: Response) -> LeadMagnetEmails:
    response.headers["ETag"] = entity_tag(row)
    return LeadMagnetEmails.of(row)
