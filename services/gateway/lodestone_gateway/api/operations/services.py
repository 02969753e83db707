"""For operators: services and their queues, and pauses of job types."""

import structlog
from fastapi import APIRouter
from lodestone.errors import NotFound
from lodestone.jobs import JOB_TYPES
from lodestone.wire import WireModel

from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.pausing import pause, resume
from lodestone_gateway.operating.services import Services, read_services
from lodestone_gateway.parts import Operator, ThisProcess

log = structlog.get_logger(__name__)


class JobTypeState(WireModel):
    """Whether a job type is paused."""

    job_type: str
    paused: bool


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this module."""
    routes.add_api_route("/services", _services, methods=["GET"], name="list_services")
    routes.add_api_route("/job-types/{job_type}/pause", _pause, methods=["POST"], name="pause_job_type")
    routes.add_api_route("/job-types/{job_type}/resume", _resume, methods=["POST"], name="resume_job_type")


async def _services(parts: ThisProcess, _: Operator) -> Services:
    """The relay, the projector and the services: which processes run, what waits."""
    return await read_services(parts.reader)


async def _pause(parts: ThisProcess, operator: Operator, job_type: str) -> JobTypeState:
    """Starts no more attempts at jobs of this type until it is resumed; running ones continue."""
    name = _known(job_type)
    await pause(parts.engine, Actor(operator.id), name)
    parts.hub.holds = parts.hub.holds.with_pause(name, is_paused=True)
    log.warning("paused", operator=str(operator.id), job_type=name)
    return JobTypeState(job_type=name, paused=True)


async def _resume(parts: ThisProcess, operator: Operator, job_type: str) -> JobTypeState:
    """Ends a pause."""
    name = _known(job_type)
    await resume(parts.engine, Actor(operator.id), name)
    parts.hub.holds = parts.hub.holds.with_pause(name, is_paused=False)
    log.warning("resumed", operator=str(operator.id), job_type=name)
    return JobTypeState(job_type=name, paused=False)


def _known(job_type: str) -> str:
    if job_type not in JOB_TYPES:
        raise NotFound(f"Unknown job type. Job types: {', '.join(JOB_TYPES)}.")
    return job_type
