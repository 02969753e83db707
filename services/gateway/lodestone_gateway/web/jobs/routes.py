"""/jobs: the owner's running and earlier jobs."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from lodestone.ids import new_id
from lodestone.status import ENDED, LIVE, Status

from lodestone_gateway.jobs.read import list_jobs
from lodestone_gateway.parts import ThisProcess
from lodestone_gateway.store.lead_magnet_queries import titles
from lodestone_gateway.store.library_queries import titles_in_bin
from lodestone_gateway.store.session import transaction
from lodestone_gateway.web.pages import PageRoute, show
from lodestone_gateway.web.room import in_sentences, refused_again
from lodestone_gateway.web.session import Visitor

PAGE = 20
RUNNING_SHOWN = 100


def router() -> APIRouter:
    """The route."""
    routes = APIRouter(route_class=PageRoute)
    routes.add_api_route("/jobs", _jobs, methods=["GET"])
    return routes


async def _jobs(
    request: Request,
    parts: ThisProcess,
    user: Visitor,
    cursor: str | None = None,
    only: Annotated[str | None, Query(description="failed, for those alone")] = None,
) -> Response:
    """Running jobs, newest first, and a page of ended ones."""
    is_filtered = only == Status.FAILED
    wanted = (Status.FAILED.value,) if is_filtered else ENDED
    now = await list_jobs(
        parts.engine, user.id, statuses=LIVE, job_types=(), cursor=None, limit=RUNNING_SHOWN
    )
    earlier = await list_jobs(parts.engine, user.id, statuses=wanted, job_types=(), cursor=cursor, limit=PAGE)
    named = {job.lead_magnet_id for job in (*now.rows, *earlier.rows) if job.lead_magnet_id}
    async with transaction(parts.engine, user.id) as session:
        names = await titles(session, named)
        binned = await titles_in_bin(session, named - names.keys())
    offered = [job for job in earlier.rows if job.lead_magnet_id is None or job.lead_magnet_id in names]
    not_again = await refused_again(parts, user, offered)
    return await show(
        request,
        user,
        "jobs/list.html",
        now=now.rows,
        earlier=earlier.rows,
        next_cursor=earlier.next_cursor,
        is_filtered=is_filtered,
        titles=names,
        binned=binned,
        not_again=not_again,
        no_room=in_sentences(not_again),
        key=new_id(),
    )
