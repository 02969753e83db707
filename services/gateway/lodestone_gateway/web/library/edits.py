"""The owner's own words instead of the model's: every piece can be edited, and edits stay."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from lodestone.errors import Conflict, InvalidRequest
from lodestone.wire import JsonObject
from pydantic import ValidationError

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.fields import given_columns
from lodestone_gateway.lead_magnets.changes import LeadMagnetChanges
from lodestone_gateway.lead_magnets.email_sequences import NewEmails, replace_emails
from lodestone_gateway.lead_magnets.lead_magnet import change_lead_magnet
from lodestone_gateway.parts import LeadMagnetId, Parts, ThisProcess
from lodestone_gateway.web.forms import Form, read_form
from lodestone_gateway.web.library import texts
from lodestone_gateway.web.library.pieces import Workspace
from lodestone_gateway.web.library.read import read_workspace
from lodestone_gateway.web.library.returned import Present, returned
from lodestone_gateway.web.library.routes import workspace_page
from lodestone_gateway.web.pages import PageRoute, see
from lodestone_gateway.web.session import Visitor

UNFIT = "Nothing was changed: a required text is empty, too long or not valid."
NEWER = "Nothing was changed: there is a newer version. Choose which one to keep."

Write = Callable[[Parts, CurrentUser, Workspace, Form], Awaitable[None]]


@dataclass(frozen=True)
class Edit:
    """A form of the workspace: its piece, the present values of its fields, and what it writes."""

    piece: str
    present: Present
    write: Write


def router() -> APIRouter:
    """The routes: one edit for each piece."""
    routes = APIRouter(route_class=PageRoute, prefix="/library/{lead_magnet_id}")
    edits = {
        "details": Edit("details", texts.details, _details),
        "content": Edit("extraction", texts.content, _content),
        "tool": Edit("extraction", texts.tool, _tool),
        "page": Edit("polish", texts.page, _page),
        "posts": Edit("posts", texts.post, _post),
        "message": Edit("posts", texts.message, _message),
        "emails": Edit("emails", texts.email, _email),
    }
    for path, edit in edits.items():
        routes.add_api_route(f"/{path}", _handler(path, edit), methods=["POST"], name=f"edit_{path}")
    return routes


def _handler(path: str, edit: Edit) -> Callable[..., Awaitable[Response]]:
    async def handle(
        request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
    ) -> Response:
        workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
        form, is_choice = await read_form(request), False
        try:
            await edit.write(parts, user, workspace, form)
        except ValidationError:
            message = UNFIT
        except InvalidRequest as refused:
            message = f"Nothing was changed: {_said(refused)}"
        except Conflict:
            message, is_choice = NEWER, True
        else:
            return see(f"/library/{workspace.row.id}#{edit.piece}")
        fresh = await read_workspace(parts.engine, user.id, lead_magnet_id)
        version = fresh.version_of(edit.piece)
        trouble = returned(
            form, path, message, edit.present(fresh, form), version=version, is_choice=is_choice
        )
        status = 409 if is_choice else 422
        return await workspace_page(request, user, fresh, status=status, troubles={edit.piece: trouble})

    return handle


async def _change(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form, **given: object) -> None:
    """Overwrites the version that the form was made from. Raises Conflict if there is a newer one."""
    columns = given_columns(LeadMagnetChanges.model_validate(given))
    await change_lead_magnet(parts.engine, user.id, workspace.row.id, columns, known_version(form))


def known_version(form: Form) -> list[str]:
    """The tag of the version that a form was made from."""
    return [f'"{form.text("version")}"']


async def _details(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    url = form.text("externalUrl") or None
    await _change(parts, user, workspace, form, title=form.text("title"), externalUrl=url)


async def _content(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    content = dict(workspace.row.extracted_content or {})
    structure = list(content.get("structure", []))
    place = form.place("section", len(structure))
    if place is not None:
        structure[place] = _section(form)
        content["structure"] = structure
    elif form.text("section"):
        raise Conflict
    else:
        content |= {name: form.text(name) for name in texts.ONLY_THE_OWNERS}
        lines = form.text("commonMistakes").splitlines()
        content["commonMistakes"] = [line.strip() for line in lines if line.strip()]
    await _change(parts, user, workspace, form, extractedContent=content)


def _section(form: Form) -> JsonObject:
    items = zip(*(form.fields.get(name, []) for name in ("headline", "summary", "detail")), strict=False)
    contents = [
        {"headline": headline.strip(), "summary": summary.strip(), "detail": detail.strip()}
        for headline, summary, detail in items
        if headline.strip() or summary.strip()
    ]
    names = ("sectionName", "introduction", "keyTakeaway")
    return {**{name: form.text(name) for name in names}, "contents": contents}


async def _tool(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    config = dict(workspace.row.interactive_config or {})
    config |= {name: form.text(name) for name in texts.OF_A_TOOL if name in config}
    await _change(parts, user, workspace, form, interactiveConfig=config)


async def _page(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    page = dict(workspace.row.polished_content or {})
    sections = [dict(section) for section in page.get("sections", [])]
    place = form.place("section", len(sections))
    if place is not None:
        section = sections[place]
        section |= {name: form.text(name) for name in ("sectionName", "introduction", "keyTakeaway")}
        section["blocks"] = _with_contents(section["blocks"], form.fields.get("content", []))
        page["sections"] = sections
    elif form.text("section"):
        raise Conflict
    else:
        page["heroSummary"] = form.text("heroSummary")
    await _change(parts, user, workspace, form, polishedContent=page)


def _with_contents(blocks: list[JsonObject], contents: list[str]) -> list[JsonObject]:
    """The blocks with new contents, in order; only blocks that have one were asked for."""
    new, wanted = iter(contents), sum(bool(block.get("content")) for block in blocks)
    if wanted != len(contents):
        raise Conflict
    return [{**block, "content": next(new).strip()} if block.get("content") else block for block in blocks]


async def _post(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    variations = [dict(each) for each in workspace.row.post_variations or []]
    place = form.place("place", len(variations))
    if place is None:
        raise Conflict
    variations[place]["post"] = form.text("post")
    first = variations[0]["post"]
    await _change(parts, user, workspace, form, postVariations=variations, linkedinPost=first)


async def _message(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    await _change(parts, user, workspace, form, dmTemplate=form.text("message"))


async def _email(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    emails = [dict(each) for each in workspace.emails.emails] if workspace.emails else []
    place = form.place("place", len(emails))
    if place is None:
        raise Conflict
    emails[place] |= {name: form.text(name) for name in texts.OF_AN_EMAIL}
    kept = [each.to_wire() for each in NewEmails.model_validate({"emails": emails}).emails]
    await replace_emails(parts.engine, user.id, workspace.row.id, kept, known_version(form))


def _said(refused: InvalidRequest) -> str:
    return " ".join(error["message"] for error in refused.members.get("errors", [])) or refused.message
