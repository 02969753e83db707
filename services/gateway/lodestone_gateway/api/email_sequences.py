"""The emails of a lead magnet: read, replace, activate."""

from fastapi import APIRouter

from lodestone_gateway.parts import Caller, LeadMagnetId, ThisProcess
from lodestone_gateway.usecases.email_sequences import (
    LeadMagnetEmails,
    NewEmails,
    activate_emails,
    read_emails,
    replace_emails,
)


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/lead-magnets/{lead_magnet_id}/emails", tags=["lead magnets"])
    routes.add_api_route("", _read, methods=["GET"], name="read_emails")
    routes.add_api_route("", _replace, methods=["PUT"], name="replace_emails")
    routes.add_api_route("/activate", _activate, methods=["POST"], name="activate_emails")
    return routes


async def _read(parts: ThisProcess, caller: Caller, lead_magnet_id: LeadMagnetId) -> LeadMagnetEmails:
    """The emails; 404 before there are any."""
    return LeadMagnetEmails.of(await read_emails(parts.engine, caller.id, lead_magnet_id))


async def _replace(
    parts: ThisProcess, caller: Caller, lead_magnet_id: LeadMagnetId, body: NewEmails
) -> LeadMagnetEmails:
    """Replaces the emails and makes them a draft again."""
    emails = [email.to_wire() for email in body.emails]
    return LeadMagnetEmails.of(await replace_emails(parts.engine, caller.id, lead_magnet_id, emails))


async def _activate(parts: ThisProcess, caller: Caller, lead_magnet_id: LeadMagnetId) -> LeadMagnetEmails:
    """Activates the emails; 422 while a text holds a placeholder such as [LINK]."""
    return LeadMagnetEmails.of(await activate_emails(parts.engine, caller.id, lead_magnet_id))
