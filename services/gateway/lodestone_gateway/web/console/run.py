"""/console/runs/{id}: one run, from its acceptance to its end, and what may be done to it now."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from lodestone.clock import now
from lodestone.errors import Conflict, InvalidRequest
from lodestone.ids import new_id

from lodestone_gateway.operating.acting_on_runs import How, cancel_run, run_again
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.inspected_job import inspect_job
from lodestone_gateway.operating.run_trail import read_trail
from lodestone_gateway.parts import JobId, Operator, Parts, ThisProcess
from lodestone_gateway.web.console.actions import REPLAY, actions_of
from lodestone_gateway.web.console.attempts import attempts_of
from lodestone_gateway.web.console.events import summary_of
from lodestone_gateway.web.console.expected import expected_of
from lodestone_gateway.web.console.frame import show_console
from lodestone_gateway.web.console.json_fields import read_object
from lodestone_gateway.web.console.waterfall import waterfall
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.pages import see

MOST_TEXT = 4_000  # characters of an input or a result, until somebody asks for all
MOST_EVENTS = 200  # likewise, the newest ones


@dataclass(frozen=True)
class Shown:
    """A JSON value as text; cut after some characters unless all were asked for."""

    text: str
    length: int

    @property
    def is_cut(self) -> bool:
        """Whether there is more."""
        return len(self.text) < self.length


@dataclass(frozen=True)
class Wrong:
    """What was posted and refused."""

    text: str
    errors: Mapping[str, str]


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this page."""
    routes.add_api_route("/runs/{job_id}", _run, methods=["GET"])
    routes.add_api_route("/runs/{job_id}/cancel", _cancel, methods=["POST"])
    routes.add_api_route("/runs/{job_id}/replay", _replay, methods=["POST"])


async def _run(
    request: Request,
    parts: ThisProcess,
    operator: Operator,
    job_id: JobId,
    ask: Annotated[str | None, Query(description="what the reader is asked about")] = None,
    all: Annotated[bool, Query(description="whether texts are shown whole")] = False,
) -> Response:
    """The run; to look at it is written into the audit."""
    return await _show(request, parts, operator, job_id, ask=ask, is_all=all)


async def _show(
    request: Request,
    parts: Parts,
    operator: Operator,
    job_id: UUID,
    *,
    ask: str | None,
    is_all: bool = False,
    wrong: Wrong | None = None,
) -> Response:
    job = await inspect_job(parts.reader, parts.engine, Actor(operator.id), job_id, parts.hub.holds)
    trail = await read_trail(parts.reader, job_id, job.parent_job_id)
    can = actions_of(job, is_run_again=bool(trail.runs_again))
    events = job.events if is_all else job.events[-MOST_EVENTS:]
    return await show_console(
        request,
        operator,
        "console/run.html",
        status=422 if wrong else 200,
        job=job,
        trail=trail,
        expected=expected_of(job.estimate),
        fall=waterfall(job, trail, now()),
        attempts=attempts_of(job)[::-1],
        events=[(event, summary_of(event)) for event in reversed(events)],
        can=can,
        ask=ask if ask in can else None,
        is_all=is_all,
        wrong=wrong,
        input=pretty(job.input, is_all=is_all),
        editable=wrong.text if wrong else json.dumps(job.input, indent=2, ensure_ascii=False),
        result=pretty(job.result, is_all=is_all) if job.result is not None else None,
        items=pretty(job.items, is_all=is_all) if job.items and job.result is None else None,
        key=new_id(),
    )


def pretty(value: Any, *, is_all: bool) -> Shown:
    """The value as indented JSON."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return Shown(text if is_all else text[:MOST_TEXT], len(text))


async def _cancel(request: Request, parts: ThisProcess, operator: Operator, job_id: JobId) -> Response:
    """Asks for its end; one that has just ended stays as it is."""
    with contextlib.suppress(Conflict):
        await cancel_run(parts.reader, parts.engine, Actor(operator.id), job_id)
    return see(f"/console/runs/{job_id}")


async def _replay(request: Request, parts: ThisProcess, operator: Operator, job_id: JobId) -> Response:
    """Runs it again, and goes to the new run; an input that is refused is shown with what is wrong."""
    form = await read_form(request)
    text = form.text("input")
    try:
        how = _how(form.text("how"))
        edited = read_object("input", text) if how is How.EDITED else None
        accepted = await run_again(
            parts.reader,
            parts.engine,
            Actor(operator.id),
            job_id,
            how,
            key=form.text("key")[:100],
            input=edited,
        )
    except InvalidRequest as error:
        errors = {each["field"]: each["message"] for each in error.members.get("errors", [])}
        wrong = Wrong(text, errors or {"input": error.message})
        return await _show(request, parts, operator, job_id, ask=REPLAY, wrong=wrong)
    return see(f"/console/runs/{accepted.job_id}")


def _how(text: str) -> How:
    try:
        return How(text)
    except ValueError:
        message = f"Must be one of: {', '.join(How)}."
        raise InvalidRequest(errors=[{"field": "how", "message": message}]) from None
