"""/console/submit: a job for a user, from an example input."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from lodestone.errors import InvalidRequest, Rejected
from lodestone.ids import parse_id
from lodestone.jobs import JOB_TYPES

from lodestone_gateway.jobs.submit import Submission
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.by_hand import example_inputs, submit_by_hand, written_by_hand
from lodestone_gateway.parts import Operator, ThisProcess
from lodestone_gateway.web.console.frame import show_console
from lodestone_gateway.web.console.json_fields import read_object
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.pages import see

NAMES_ONLY = {"leadMagnetId": ""}  # the input of a type without an example: it names what is stored


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this page."""
    routes.add_api_route("/submit", _form, methods=["GET"])
    routes.add_api_route("/submit", _submit, methods=["POST"])


async def _form(request: Request, operator: Operator, jobType: str = "", userId: str = "") -> Response:
    """The form, with an example of the type."""
    name = jobType if jobType in JOB_TYPES else next(iter(JOB_TYPES))
    example = example_inputs().get(name, NAMES_ONLY)
    given = {"jobType": name, "userId": userId, "input": json.dumps(example, indent=2, ensure_ascii=False)}
    return await _show(request, operator, given)


async def _submit(request: Request, parts: ThisProcess, operator: Operator) -> Response:
    """Submits it and goes to its run; what is refused is shown again, with why."""
    given = (await read_form(request)).first_texts()
    try:
        submission = read_submission(given)
        accepted = await submit_by_hand(parts.engine, parts.limiter, Actor(operator.id), submission)
    except InvalidRequest as error:
        return await _show(request, operator, given, errors=error.members.get("errors"))
    except Rejected as error:
        return await _show(request, operator, given, refused=error)
    return see(f"/console/runs/{accepted.job_id}")


async def _show(
    request: Request,
    operator: Operator,
    given: Mapping[str, str],
    *,
    errors: Any = None,
    refused: Rejected | None = None,
) -> Response:
    name = given.get("jobType", "")
    return await show_console(
        request,
        operator,
        "console/by_hand.html",
        status=422 if errors else refused.status if refused else 200,
        kinds=list(JOB_TYPES),
        kind=name if name in JOB_TYPES else next(iter(JOB_TYPES)),
        given=given,
        errors={each["field"]: each["message"] for each in errors or []},
        refused=refused,
    )


def read_submission(given: Mapping[str, str]) -> Submission:
    """What the form asks for. Raises InvalidRequest with the fields."""
    kind, user_id = JOB_TYPES.get(given.get("jobType", "")), parse_id(given.get("userId", "").strip())
    if kind is None:
        raise _wrong("jobType", f"Must be one of: {', '.join(JOB_TYPES)}.")
    if user_id is None:
        raise _wrong("userId", "Must be the id of a user (a UUID).")
    return written_by_hand(kind, user_id, read_object("input", given.get("input", "")))


def _wrong(field: str, message: str) -> InvalidRequest:
    return InvalidRequest(errors=[{"field": field, "message": message}])
