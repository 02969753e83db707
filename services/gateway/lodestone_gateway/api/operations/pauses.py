"""For operators: what is paused, and pausing and resuming it."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Body
from lodestone.errors import NotFound
from lodestone.jobs import JOB_TYPES
from lodestone.wire import WireModel
from pydantic import ConfigDict, Field

from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.pausing import (
    MOST_PER_MINUTE,
    Pause,
    pause,
    read_pauses,
    resume,
    resume_gradually,
)
from lodestone_gateway.parts import Operator, Parts, ThisProcess, id_in_path
from lodestone_gateway.store.holds import Scope

log = structlog.get_logger(__name__)


class PauseList(WireModel):
    """All pauses and gradual resumptions, the newest pause first."""

    items: list[Pause]


class ResumeRequest(WireModel):
    """How to resume; an unknown name is refused."""

    model_config = ConfigDict(extra="forbid")

    per_minute: int | None = Field(
        default=None,
        ge=1,
        le=MOST_PER_MINUTE,
        description="So many jobs a minute, until nothing waits any more; all at once without it.",
    )


class ScopeState(WireModel):
    """Whether it is paused; `perMinute` is null unless it is resumed gradually."""

    paused: bool
    per_minute: int | None = None


class JobTypeState(ScopeState):
    """The same of a job type."""

    job_type: str


Asked = Annotated[ResumeRequest | None, Body()]


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this module."""
    post: dict[str, Any] = {"methods": ["POST"]}
    routes.add_api_route("/pauses", _pauses, methods=["GET"], name="list_pauses")
    routes.add_api_route("/pause", _pause, **post, name="pause_everything")
    routes.add_api_route("/resume", _resume, **post, name="resume_everything")
    routes.add_api_route("/job-types/{job_type}/pause", _pause_type, **post, name="pause_job_type")
    routes.add_api_route("/job-types/{job_type}/resume", _resume_type, **post, name="resume_job_type")
    routes.add_api_route("/users/{user_id}/pause", _pause_user, **post, name="pause_user")
    routes.add_api_route("/users/{user_id}/resume", _resume_user, **post, name="resume_user")


async def _pauses(parts: ThisProcess, _: Operator) -> PauseList:
    """What is paused or resumed gradually: by whom, since when, at which pace."""
    return PauseList(items=await read_pauses(parts.reader))


async def _pause(parts: ThisProcess, operator: Operator) -> ScopeState:
    """Starts no more attempts at any job until everything is resumed; running ones continue."""
    return await _paused(parts, operator, Scope())


async def _resume(parts: ThisProcess, operator: Operator, asked: Asked = None) -> ScopeState:
    """Ends the pause of everything, at once or gradually; what is paused besides stays paused."""
    return await _resumed(parts, operator, Scope(), asked)


async def _pause_type(parts: ThisProcess, operator: Operator, job_type: str) -> JobTypeState:
    """Starts no more attempts at jobs of this type until it is resumed; running ones continue."""
    state = await _paused(parts, operator, Scope(job_type=_known(job_type)))
    return JobTypeState(job_type=job_type, paused=state.paused, per_minute=state.per_minute)


async def _resume_type(
    parts: ThisProcess, operator: Operator, job_type: str, asked: Asked = None
) -> JobTypeState:
    """Ends a pause, at once or gradually."""
    state = await _resumed(parts, operator, Scope(job_type=_known(job_type)), asked)
    return JobTypeState(job_type=job_type, paused=state.paused, per_minute=state.per_minute)


async def _pause_user(parts: ThisProcess, operator: Operator, user_id: str) -> ScopeState:
    """Publishes none of the user's jobs until they are resumed; what they submit is accepted and waits."""
    return await _paused(parts, operator, _user(user_id))


async def _resume_user(
    parts: ThisProcess, operator: Operator, user_id: str, asked: Asked = None
) -> ScopeState:
    """Ends a user's pause, at once or gradually."""
    return await _resumed(parts, operator, _user(user_id), asked)


async def _paused(parts: Parts, operator: Operator, scope: Scope) -> ScopeState:
    await pause(parts.engine, Actor(operator.id), scope, parts.hub)
    log.warning("paused", operator=str(operator.id), scope=scope.key)
    return ScopeState(paused=True, per_minute=None)


async def _resumed(parts: Parts, operator: Operator, scope: Scope, asked: ResumeRequest | None) -> ScopeState:
    per_minute, is_gradual = asked.per_minute if asked else None, False
    if per_minute:
        is_gradual = await resume_gradually(parts.engine, Actor(operator.id), scope, per_minute, parts.hub)
    else:
        await resume(parts.engine, Actor(operator.id), scope, parts.hub)
    log.warning("resumed", operator=str(operator.id), scope=scope.key, per_minute=per_minute)
    return ScopeState(paused=False, per_minute=per_minute if is_gradual else None)


def _known(job_type: str) -> str:
    if job_type not in JOB_TYPES:
        raise NotFound(f"Unknown job type. Job types: {', '.join(JOB_TYPES)}.")
    return job_type


def _user(user_id: str) -> Scope:
    return Scope(user_id=id_in_path(user_id, "This is not the id of a user."))
