"""/library/ID/publish: what would be public, before it is; then its address, and the way back."""

from html import escape

from fastapi import APIRouter, Request, Response
from lodestone.errors import Conflict

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.exports.publishing import PREFIX, copy_of, find_publication, publish, unpublish
from lodestone_gateway.lead_magnets.lead_magnet import read_lead_magnet
from lodestone_gateway.lead_magnets.view import entity_tag
from lodestone_gateway.parts import LeadMagnetId, Parts, ThisProcess
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.library.pieces import details_version
from lodestone_gateway.web.pages import POLICY, PageRoute, see, show, written
from lodestone_gateway.web.published import SANDBOX, safe
from lodestone_gateway.web.room import in_sentences, refusals
from lodestone_gateway.web.session import Visitor

FRAMES_OURS = {"Content-Security-Policy": POLICY.format(images="'self'", frames="'self'")}
CHANGED = (
    "Nothing was published: this has changed since you opened the page. Look at the preview, then publish it."
)


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/library/{lead_magnet_id}")
    routes.add_api_route("/publish", _page, methods=["GET"])
    routes.add_api_route("/publish/preview", _preview, methods=["GET"])
    routes.add_api_route("/publish", _publish, methods=["POST"])
    routes.add_api_route("/unpublish", _unpublish, methods=["POST"])
    return routes


async def _page(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
) -> Response:
    """What is public, or would be; without a page or a tool the reason why not (404)."""
    return await _shown(request, parts, user, lead_magnet_id)


async def _preview(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
) -> Response:
    """The copy itself, in a frame of our page alone."""
    copy = copy_of(await read_lead_magnet(parts.engine, user.id, lead_magnet_id))
    return written(request, copy.page, 200, safe(copy.policy, framed_by="'self'"))


async def _publish(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
) -> Response:
    """Publishes what the preview shows."""
    form = await read_form(request)
    is_listed, shown = form.text("listed") == "yes", form.text("preview")
    row = await read_lead_magnet(parts.engine, user.id, lead_magnet_id)
    # As long as the preview is the same, a newer version has changed something else.
    known = entity_tag(row) if copy_of(row).tag == shown else shown
    try:
        await publish(parts.engine, user.id, lead_magnet_id, [known], is_listed=is_listed)
    except Conflict as refused:
        trouble = refused.message if "takenDownAt" in refused.members else CHANGED
        return await _shown(request, parts, user, lead_magnet_id, status=409, trouble=trouble)
    return see(f"/library/{lead_magnet_id}/publish")


async def _unpublish(
    request: Request, parts: ThisProcess, user: Visitor, lead_magnet_id: LeadMagnetId
) -> Response:
    """Takes it back."""
    try:
        await unpublish(parts.engine, user.id, lead_magnet_id)
    except Conflict as refused:
        return await _shown(request, parts, user, lead_magnet_id, status=409, trouble=refused.message)
    return see(f"/library/{lead_magnet_id}/publish")


async def _shown(
    request: Request,
    parts: Parts,
    user: CurrentUser,
    lead_magnet_id: LeadMagnetId,
    *,
    status: int = 200,
    trouble: str = "",
) -> Response:
    row = await read_lead_magnet(parts.engine, user.id, lead_magnet_id)
    copy = copy_of(row)
    published = await find_publication(parts.engine, user.id, row.id)
    url = f"{_gateway(request)}{PREFIX}{published.address}" if published else ""
    return await show(
        request,
        user,
        "library/publish.html",
        status=status,
        headers=FRAMES_OURS,
        row=row,
        details_version=details_version(row),
        preview=copy.tag,
        published=published,
        is_newer=published is not None and published.page != copy.page,
        url=url,
        snippet=_snippet(url, row.title),
        trouble=trouble,
        no_room=in_sentences(await refusals(parts, user, [], stores=True)),
    )


def _gateway(request: Request) -> str:
    """Where readers reach it, as far as we know."""
    public_url: str = request.app.state.public_url
    return public_url or str(request.base_url).rstrip("/")


def _snippet(url: str, title: str) -> str:
    return (
        f'<iframe src="{escape(url)}" title="{escape(title)}" sandbox="{SANDBOX}"'
        ' allow="clipboard-write *" width="100%" height="640" loading="lazy"></iframe>'
    )
