"""What pages do to a job: stop it, try it again, go to the page that shows it."""

from fastapi import APIRouter, Request, Response
from lodestone.errors import Conflict

from lodestone_gateway.jobs.cancel import cancel
from lodestone_gateway.jobs.read import read_job
from lodestone_gateway.jobs.retry import retry
from lodestone_gateway.parts import JobId, Parts, ThisProcess
from lodestone_gateway.store.lead_magnet_queries import has_lead_magnet
from lodestone_gateway.store.library_queries import titles_in_bin
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.pages import PageRoute, see
from lodestone_gateway.web.places import BIN
from lodestone_gateway.web.session import Visitor
from lodestone_gateway.web.words import place

JOBS = "/jobs"


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/jobs/{job_id}")
    routes.add_api_route("", _go, methods=["GET"])
    routes.add_api_route("/cancel", _cancel, methods=["POST"])
    routes.add_api_route("/retry", _retry, methods=["POST"])
    return routes


async def _go(parts: ThisProcess, user: Visitor, job_id: JobId) -> Response:
    """To the page that shows the job."""
    return see(await _place_of(parts, await read_job(parts.engine, user.id, job_id)))


async def _cancel(request: Request, parts: ThisProcess, user: Visitor, job_id: JobId) -> Response:
    """Stops a job; one that has just ended stays as it is."""
    try:
        job = await cancel(parts.engine, user.id, job_id)
    except Conflict:
        job = await read_job(parts.engine, user.id, job_id)
    return see(await _back(request, parts, job))


async def _retry(request: Request, parts: ThisProcess, user: Visitor, job_id: JobId) -> Response:
    """Runs a job again, with what it had finished."""
    form = await read_form(request)
    key = form.text("key") or None
    accepted = await retry(parts.engine, parts.limiter, parts.group, user.id, job_id, key)
    return see(await _back(request, parts, await read_job(parts.engine, user.id, accepted.job_id)))


async def _back(request: Request, parts: Parts, job: BackgroundJob) -> str:
    """The list of jobs if the form was there, else the job's page."""
    return JOBS if (await read_form(request)).text("from") == "jobs" else await _place_of(parts, job)


async def _place_of(parts: Parts, job: BackgroundJob) -> str:
    """The page that shows the job; the bin if its lead magnet is there, the list of jobs if that is gone."""
    id = job.lead_magnet_id
    if id is None:
        return place(job)
    async with transaction(parts.engine, job.user_id) as session:
        if await has_lead_magnet(session, id):
            return place(job)
        return BIN if await titles_in_bin(session, [id]) else JOBS
