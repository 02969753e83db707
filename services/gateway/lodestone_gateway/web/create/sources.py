"""/create/sources: texts that the owner brings along, pasted or uploaded; what was taken is edited here."""

from typing import Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Request, Response
from lodestone.errors import (
    CapReached,
    Conflict,
    InvalidRequest,
    PayloadTooLarge,
    Rejected,
    Unavailable,
)
from lodestone.ids import parse_id
from lodestone.wire import JsonObject

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.bounds_of_sources import SourceLimits
from lodestone_gateway.entity_tags import ABSENT, known_tags
from lodestone_gateway.fields import Form
from lodestone_gateway.lead_magnets.lead_magnet import read_lead_magnet
from lodestone_gateway.parts import Limits, Parts, Reading, ThisProcess, id_in_path
from lodestone_gateway.rates.costs import EXTRACT, PAGE
from lodestone_gateway.sources.extractor import KINDS
from lodestone_gateway.sources.source import (
    MISSING,
    NewSource,
    Source,
    SourceChanges,
    add_file,
    add_pasted,
    change_source,
    check_room,
    delete_source,
    list_sources,
    read_source,
)
from lodestone_gateway.web.create.fields import Field
from lodestone_gateway.web.create.routes import Errors
from lodestone_gateway.web.forms import Invalid, forget_kept, read_form, read_kept, validate
from lodestone_gateway.web.pages import PageRoute, see, show
from lodestone_gateway.web.session import Visitor
from lodestone_gateway.web.uploads import read_upload
from lodestone_gateway.web.words import cut_text

SOURCE = "source"  # the part of a draft that keeps what is typed here
NAME = Field("name", "What it is", "For example: Call with Dana, March.", kind="line")
TEXT = Field("text", "Its text", "A call, a talk, notes: as it is, names and numbers included.", kind="area")
MESSAGES = {"name": "Give it a name that you will know it by.", "text": "Paste the text here."}
REFUSALS = (CapReached, InvalidRequest, PayloadTooLarge, Unavailable)
NAME_LENGTH = 60  # characters of the text that names a source
NEWER = "This was changed in another tab or on another device. Save again to replace that with your text."


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/create/sources")
    routes.add_api_route("", _list, methods=["GET"])
    routes.add_api_route("", _paste, methods=["POST"])
    routes.add_api_route("/files", _upload, methods=["POST"])
    routes.add_api_route("/{source_id}", _show, methods=["GET"])
    routes.add_api_route("/{source_id}", _save, methods=["POST"])
    routes.add_api_route("/{source_id}/delete", _delete, methods=["POST"])
    return routes


async def _list(request: Request, parts: ThisProcess, user: Visitor, limits: Limits) -> Response:
    """What there is, and a form for more; with what was typed into it before."""
    draft_id = _draft_of(user, request.query_params.get("for", ""))
    form, tag = await read_kept(parts.engine, user.id, draft_id, SOURCE)
    return await _list_page(request, parts, user, limits, form, tag)


async def _paste(request: Request, parts: ThisProcess, user: Visitor, limits: Limits) -> Response:
    """Adds a pasted text; without a name it is called by its first words."""
    form = await read_form(request)
    text = (form.fields.get("text") or [""])[0]
    name = form.text("name") or cut_text(" ".join(text.split()), NAME_LENGTH)
    values = {"name": name, "text": text, "leadMagnetId": form.text("for") or None}
    try:
        if not text.strip():
            raise Invalid({"text": MESSAGES["text"]})
        new = validate(NewSource, values, ["text", "name"], MESSAGES)
        made = await add_pasted(parts.engine, user.id, new, limits)
    except (Invalid, *REFUSALS) as refused:
        tag = form.text("tag") or ABSENT
        return await _list_page(request, parts, user, limits, form, tag, **_said(refused, "text"))
    await forget_kept(parts.engine, user.id, _draft_of(user, form.text("for")), form.text("tag"))
    return see(f"{_here(form.text('for'))}#source-{made.id}")


async def _upload(
    request: Request, parts: ThisProcess, user: Visitor, limits: Limits, extractor: Reading
) -> Response:
    """Adds the text of a file, and shows what was taken."""
    await parts.requests.take(user.id, EXTRACT - PAGE)
    upload = await read_upload(request)
    place = upload.form.text("for")
    try:
        if not upload.name:
            raise Invalid({"file": "Choose a file first."})
        made = await add_file(
            parts.engine, extractor, user.id, upload.name, upload.content, parse_id(place), limits
        )
    except (Invalid, *REFUSALS) as refused:
        form, tag = await read_kept(parts.engine, user.id, _draft_of(user, place), SOURCE)
        return await _list_page(request, parts, user, limits, form, tag, place, **_said(refused, "file"))
    return see(f"/create/sources/{made.id}")


async def _show(request: Request, parts: ThisProcess, user: Visitor, source_id: str) -> Response:
    """One source, with what was typed into its form and not saved."""
    source = await _source(parts, user, source_id)
    form, tag = await read_kept(parts.engine, user.id, _draft_of(user, str(source.id)), SOURCE)
    return await _source_page(request, user, source, form, tag)


async def _save(
    request: Request, parts: ThisProcess, user: Visitor, limits: Limits, source_id: str
) -> Response:
    """Saves name and text."""
    form = await read_form(request)
    source = await _source(parts, user, source_id)
    values = {"name": form.text("name"), "text": (form.fields.get("text") or [""])[0]}
    tags = known_tags(f'"{form.text("version")}"')
    try:
        changes = validate(SourceChanges, values, ["text", "name"], MESSAGES)
        await change_source(parts.engine, user.id, source.id, changes, tags, limits)
    except Conflict:
        tag = form.text("tag") or ABSENT
        return await _source_page(request, user, source, form, tag, status=409, trouble=NEWER)
    except (Invalid, *REFUSALS) as refused:
        return await _source_page(
            request, user, source, form, form.text("tag") or ABSENT, **_said(refused, "text")
        )
    await forget_kept(parts.engine, user.id, _draft_of(user, str(source.id)), form.text("tag"))
    return see(f"{_here(str(source.lead_magnet_id or ''))}#source-{source.id}")


async def _delete(parts: ThisProcess, user: Visitor, source_id: str) -> Response:
    """Deletes it."""
    source = await _source(parts, user, source_id)
    await delete_source(parts.engine, user.id, source.id)
    return see(_here(str(source.lead_magnet_id or "")))


async def _source(parts: Parts, user: CurrentUser, source_id: str) -> Source:
    return await read_source(parts.engine, user.id, id_in_path(source_id, MISSING))


async def _list_page(
    request: Request,
    parts: Parts,
    user: CurrentUser,
    limits: SourceLimits,
    form: Form,
    tag: str,
    place: str = "",
    **said: Any,
) -> Response:
    place = place or form.text("for") or request.query_params.get("for", "")
    lead_magnet_id = parse_id(place)
    magnet = await read_lead_magnet(parts.engine, user.id, lead_magnet_id) if lead_magnet_id else None
    said = {"errors": Errors(), "trouble": "", **said}
    return await show(
        request,
        user,
        "create/sources.html",
        sources=await list_sources(parts.engine, user.id, lead_magnet_id),
        magnet=magnet,
        fields=(NAME, TEXT),
        form=form,
        tag=tag,
        draft_id=_draft_of(user, place),
        kinds=KINDS,
        limits=limits,
        full="" if said["trouble"] else await _full(parts, user, limits),
        **said,
    )


async def _full(parts: Parts, user: CurrentUser, limits: SourceLimits) -> str:
    try:
        await check_room(parts.engine, user.id, limits)
    except CapReached as refused:
        return refused.message
    return ""


async def _source_page(
    request: Request, user: CurrentUser, source: Source, form: Form, tag: str, **said: Any
) -> Response:
    stored = Form({"name": [source.name], "text": [source.text]})
    return await show(
        request,
        user,
        "create/source.html",
        source=source,
        fields=(NAME, TEXT),
        form=form if form.fields else stored,
        is_typed=bool(form.fields),
        tag=tag,
        draft_id=_draft_of(user, str(source.id)),
        **{"errors": Errors(), "trouble": "", **said},
    )


def _said(refused: Invalid | Rejected, field: str) -> JsonObject:
    """What a page says of a refusal: beside its field, or above the form."""
    if isinstance(refused, Invalid):
        return {"status": 422, "errors": Errors(refused.errors)}
    errors = {each["field"]: each["message"] for each in refused.members.get("errors", [])}
    if isinstance(refused, PayloadTooLarge):
        errors = {field: refused.message}
    if errors:
        return {"status": refused.status, "errors": Errors(errors)}
    return {"status": refused.status, "trouble": refused.message}


def _draft_of(user: CurrentUser, place: str) -> UUID:
    """What is typed for one lead magnet, for all, or into one source is kept as one draft."""
    return uuid5(user.id, f"{SOURCE} {place}")


def _here(place: str) -> str:
    return f"/create/sources?for={place}" if parse_id(place) else "/create/sources"
