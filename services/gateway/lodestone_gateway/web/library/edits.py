"""The owner's own words in the place of the model's: every piece can be edited, and stays as it is edited."""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from lodestone.errors import Conflict, InvalidRequest, NotFound
from lodestone.jobs.content import ExtractedContent
from lodestone.jobs.emails import Email
from lodestone.jobs.polish import PolishedContent, page_metadata
from lodestone.jobs.posts import PostVariation
from lodestone.wire import JsonObject, RequiredText, Text, WireModel
from pydantic import Field, ValidationError

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.parts import LeadMagnetId, Parts, ThisProcess
from lodestone_gateway.usecases.email_sequences import activate_emails, replace_emails
from lodestone_gateway.usecases.fields import MAX_TITLE
from lodestone_gateway.usecases.lead_magnets import change_lead_magnet
from lodestone_gateway.usecases.part_of_result import columns_of
from lodestone_gateway.usecases.read import read_job
from lodestone_gateway.web.forms import Form, read_form
from lodestone_gateway.web.library.pieces import Workspace
from lodestone_gateway.web.library.read import read_workspace
from lodestone_gateway.web.library.routes import workspace_page
from lodestone_gateway.web.pages import PageRoute, see
from lodestone_gateway.web.session import Visitor

PLACE = re.compile(r"emails\[(\d)\]\.body")
Edit = Callable[[Parts, CurrentUser, Workspace, Form], Awaitable[None]]


class Details(WireModel):
    """What a lead magnet is called and where readers find it."""

    title: Annotated[RequiredText, Field(max_length=MAX_TITLE)]
    external_url: Annotated[Text, Field(pattern=r"^(https?://\S+)?$")] = ""


def router() -> APIRouter:
    """The routes: an edit for each piece."""
    routes = APIRouter(route_class=PageRoute, prefix="/library/{lead_magnet_id}")
    edits: dict[str, tuple[str, Edit]] = {
        "details": ("details", _details),
        "content": ("extraction", _content),
        "tool": ("extraction", _tool),
        "page": ("polish", _page),
        "posts": ("posts", _post),
        "message": ("posts", _message),
        "emails": ("emails", _email),
        "activate": ("emails", _activate),
    }
    for piece in ("extraction", "polish", "posts", "emails"):
        edits[f"restore/{piece}"] = (piece, _restore)
    for path, (piece, edit) in edits.items():
        routes.add_api_route(f"/{path}", _handler(piece, edit), methods=["POST"], name=f"edit_{path}")
    return routes


def _handler(piece: str, edit: Edit) -> Callable[..., Awaitable[Response]]:
    async def handle(
        request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
    ) -> Response:
        workspace = await read_workspace(parts.engine, user.id, lead_magnet_id)
        try:
            await edit(parts, user, workspace, await read_form(request))
        except ValidationError:
            trouble = (
                "Nothing was changed: a text that is needed is empty or too long, or not what it should be."
            )
        except Conflict:
            trouble = (
                "Nothing was changed: this was written again meanwhile. Look at it, then edit once more."
            )
        except InvalidRequest as refused:
            said = " ".join(error["message"] for error in refused.members.get("errors", []))
            trouble = PLACE.sub(r"the e-mail of day \1", said)
        else:
            return see(f"/library/{workspace.row.id}#{piece}")
        fresh = await read_workspace(parts.engine, user.id, lead_magnet_id)
        return await workspace_page(request, user, fresh, status=422, troubles={piece: trouble})

    return handle


async def _change(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form, **columns: Any) -> None:
    """Writes columns over the version that the form was made of. Raises Conflict over a newer one."""
    known = [f'"{form.text("version")}"']
    await change_lead_magnet(parts.engine, user.id, workspace.row.id, columns, known)


async def _details(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    given = Details.model_validate({name: form.text(name) for name in ("title", "externalUrl")})
    await _change(parts, user, workspace, form, title=given.title, external_url=given.external_url or None)


async def _content(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    content = dict(workspace.row.extracted_content or {})
    structure = list(content.get("structure", []))
    place = _place(form, "section", len(structure))
    if place is None:
        texts = ("nonObviousInsight", "personalExperience", "proof", "differentiation")
        content |= {name: form.text(name) for name in texts}
        content["commonMistakes"] = [
            line.strip() for line in form.text("commonMistakes").splitlines() if line.strip()
        ]
    else:
        items = zip(*(form.fields.get(name, []) for name in ("headline", "summary", "detail")), strict=False)
        structure[place] = {
            "sectionName": form.text("sectionName"),
            "introduction": form.text("introduction"),
            "contents": [
                {"headline": headline.strip(), "summary": summary.strip(), "detail": detail.strip()}
                for headline, summary, detail in items
                if headline.strip() or summary.strip()
            ],
            "keyTakeaway": form.text("keyTakeaway"),
        }
        content["structure"] = structure
    kept = ExtractedContent.model_validate(content).to_wire()
    await _change(parts, user, workspace, form, extracted_content=kept)


async def _tool(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    config = dict(workspace.row.interactive_config or {})
    config |= {
        name: form.text(name)
        for name in ("headline", "name", "description", "systemPrompt")
        if name in config
    }
    await _change(parts, user, workspace, form, interactive_config=config)


async def _page(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    page = dict(workspace.row.polished_content or {})
    sections = [dict(section) for section in page.get("sections", [])]
    place = _place(form, "section", len(sections))
    if place is None:
        page["heroSummary"] = form.text("heroSummary")
    else:
        section = sections[place]
        section |= {name: form.text(name) for name in ("sectionName", "introduction", "keyTakeaway")}
        section["blocks"] = _with_contents(section["blocks"], form.fields.get("content", []))
        page["sections"] = sections
    kept = PolishedContent.model_validate(page)
    counted = kept.model_copy(update={"metadata": page_metadata(kept.hero_summary, kept.sections)})
    await _change(parts, user, workspace, form, polished_content=counted.to_wire())


def _with_contents(blocks: list[JsonObject], contents: list[str]) -> list[JsonObject]:
    """The blocks with new contents, in order; only blocks that have one were asked for."""
    texts = iter(contents)
    return [{**block, "content": next(texts).strip()} if block.get("content") else block for block in blocks]


async def _post(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    variations = [dict(each) for each in workspace.row.post_variations or []]
    place = _place(form, "place", len(variations))
    if place is None:
        raise Conflict
    variations[place]["post"] = form.text("post")
    kept = [PostVariation.model_validate(each).to_wire() for each in variations]
    await _change(parts, user, workspace, form, post_variations=kept, linkedin_post=kept[0]["post"])


async def _message(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    await _change(parts, user, workspace, form, dm_template=form.text("message"))


async def _email(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    emails = [dict(each) for each in workspace.emails.emails] if workspace.emails else []
    place = _place(form, "place", len(emails))
    if place is None:
        raise Conflict
    emails[place] |= {name: form.text(name) for name in ("subject", "body", "replyTrigger")}
    kept = [Email.model_validate(each).to_wire() for each in emails]
    await replace_emails(parts.engine, user.id, workspace.row.id, kept)


async def _restore(parts: Parts, user: CurrentUser, workspace: Workspace, form: Form) -> None:
    """Brings back what an earlier job wrote."""
    asked = next((job for job in workspace.jobs if str(job.id) == form.text("job")), None)
    if asked is None:
        raise NotFound("There is no such version.")
    job = await read_job(parts.engine, user.id, asked.id)
    if job.result is None:
        raise NotFound("There is no such version.")
    if "emails" in job.result:
        await replace_emails(parts.engine, user.id, workspace.row.id, job.result["emails"])
    columns = {**columns_of(job.job_type, job.result), f"{job.job_type}_job_id": job.id}
    await change_lead_magnet(parts.engine, user.id, workspace.row.id, columns, ())


async def _activate(parts: Parts, user: CurrentUser, workspace: Workspace, _form: Form) -> None:
    await activate_emails(parts.engine, user.id, workspace.row.id)


def _place(form: Form, name: str, length: int) -> int | None:
    """Which of so many the form is about; None for what is beside them."""
    text = form.text(name)
    return int(text) if text.isdecimal() and int(text) < length else None
