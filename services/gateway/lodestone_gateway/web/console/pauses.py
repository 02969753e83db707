"""/console/pauses: what is paused, and the forms that pause and resume; users have theirs on their page."""

from fastapi import APIRouter, Request, Response
from lodestone.errors import NotFound
from lodestone.ids import parse_id
from lodestone.jobs import JOB_TYPES

from lodestone_gateway.fields import Form
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.pausing import (
    MOST_PER_MINUTE,
    pause,
    read_pauses,
    resume,
    resume_gradually,
)
from lodestone_gateway.parts import Operator, ThisProcess
from lodestone_gateway.store.holds import Scope
from lodestone_gateway.web.console.frame import show_console
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.pages import see

WRONG_PACE = f"Jobs a minute: a whole number from 1 to {MOST_PER_MINUTE:,}, or nothing to resume all at once."


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this page."""
    routes.add_api_route("/pauses", _pauses, methods=["GET"])
    routes.add_api_route("/pauses/pause", _pause, methods=["POST"])
    routes.add_api_route("/pauses/resume", _resume, methods=["POST"])


async def _pauses(request: Request, parts: ThisProcess, operator: Operator, error: str = "") -> Response:
    """What is paused or resumed gradually, and what can be paused."""
    found = await read_pauses(parts.reader)
    paused = {each.job_type for each in found if each.kind == "job_type"}
    return await show_console(
        request,
        operator,
        "console/pauses.html",
        status=422 if error else 200,
        pauses=found,
        running_types=[name for name in JOB_TYPES if name not in paused],
        is_everything_paused=any(each.kind == "everything" for each in found),
        error=error,
    )


async def _pause(request: Request, parts: ThisProcess, operator: Operator) -> Response:
    """Pauses what the form names."""
    scope = _scope(await read_form(request))
    await pause(parts.engine, Actor(operator.id), scope, parts.hub)
    return _back(scope)


async def _resume(request: Request, parts: ThisProcess, operator: Operator) -> Response:
    """Resumes what the form names, at once or gradually."""
    form = await read_form(request)
    scope, pace = _scope(form), form.text("perMinute")
    if not pace:
        await resume(parts.engine, Actor(operator.id), scope, parts.hub)
        return _back(scope)
    is_number = pace.isascii() and pace.isdecimal() and len(pace) <= len(str(MOST_PER_MINUTE))
    if not is_number or not 1 <= int(pace) <= MOST_PER_MINUTE:
        return await _pauses(request, parts, operator, WRONG_PACE)
    await resume_gradually(parts.engine, Actor(operator.id), scope, int(pace), parts.hub)
    return _back(scope)


def _scope(form: Form) -> Scope:
    """What the form names. Raises NotFound."""
    kind, key = form.text("kind"), form.text("key")
    if kind == "everything":
        return Scope()
    if kind == "job_type" and key in JOB_TYPES:
        return Scope(job_type=key)
    if kind == "user" and (id := parse_id(key)):
        return Scope(user_id=id)
    raise NotFound("There is no such job type or user.")


def _back(scope: Scope) -> Response:
    return see(f"/console/users/{scope.user_id}" if scope.user_id else "/console/pauses")
