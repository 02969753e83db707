"""What pages do to a job: stop it, try it again, go to the page that shows it."""

from fastapi import APIRouter, Request, Response
from lodestone.errors import Conflict

from lodestone_gateway.jobs.cancel import cancel
from lodestone_gateway.jobs.read import read_job
from lodestone_gateway.jobs.retry import retry
from lodestone_gateway.parts import JobId, ThisProcess
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.pages import PageRoute, see
from lodestone_gateway.web.session import Visitor
from lodestone_gateway.web.words import place


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/jobs/{job_id}")
    routes.add_api_route("", _go, methods=["GET"])
    routes.add_api_route("/cancel", _cancel, methods=["POST"])
    routes.add_api_route("/retry", _retry, methods=["POST"])
    return routes


async def _go(parts: ThisProcess, user: Visitor, job_id: JobId) -> Response:
    """To the page that shows the job."""
    return see(place(await read_job(parts.engine, user.id, job_id)))


async def _cancel(request: Request, parts: ThisProcess, user: Visitor, job_id: JobId) -> Response:
    """Stops a job; one that has just ended stays as it is."""
    try:
        job = await cancel(parts.engine, user.id, job_id)
    except Conflict:
        job = await read_job(parts.engine, user.id, job_id)
    return see(await _back(request, job))


async def _retry(request: Request, parts: ThisProcess, user: Visitor, job_id: JobId) -> Response:
    """Runs a job again, with what it had finished."""
    form = await read_form(request)
    key = form.text("key") or None
    accepted = await retry(parts.engine, parts.limiter, parts.group, user.id, job_id, key)
    return see(await _back(request, await read_job(parts.engine, user.id, accepted.job_id)))


async def _back(request: Request, job: BackgroundJob) -> str:
    """The list of jobs if the form was there, else the job's page."""
    return "/jobs" if (await read_form(request)).text("from") == "jobs" else place(job)
