"""Errors → RFC 9457 problems, with our `code`, and `error`, which older front ends read."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi_problem.error import Problem, StatusProblem
from fastapi_problem.handler import ExceptionHandler, add_exception_handler, new_exception_handler
from lodestone.errors import InvalidRequest, NotFound, Rejected, Unauthorized, Unavailable
from lodestone.jobs import JOB_TYPES
from sqlalchemy import exc as database
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

PROBLEM_TYPE = "application/problem+json"
RETRY_SECONDS = 2  # Retry-After while the database is down
DATABASE_AWAY = (database.OperationalError, database.InterfaceError, database.TimeoutError)

Respond = Callable[[Request, Exception], Response]
"""Makes an error the answer."""


class AsPage(Protocol):
    """Makes an error's status and sentence a page."""

    def __call__(self, request: Request, status: int, message: str, *, is_binned: bool) -> Response:
        """The page; it leads to the bin if what was asked for is there."""


log = structlog.get_logger(__name__)

_ADVICE = {
    "missing": "This field is required.",
    "string_type": "Must be text.",
    "string_unicode": "Must be valid Unicode text, without half a surrogate pair.",
    "string_too_long": "Must be at most {max_length} characters long.",
    "string_too_short": "Must be at least {min_length} characters long.",
    "too_long": "Must have at most {max_length} entries.",
    "too_short": "Must have at least {min_length} entries.",
    "list_type": "Must be a list.",
    "dict_type": "Must be an object.",
    "model_type": "Must be an object.",
    "model_attributes_type": "Must be an object.",
    "enum": "Must be one of: {expected}.",
    "literal_error": "Must be one of: {expected}.",
    "int_type": "Must be a whole number.",
    "int_parsing": "Must be a whole number.",
    "int_from_float": "Must be a whole number.",
    "float_parsing": "Must be a number.",
    "finite_number": "Must be a number.",
    "bool_type": "Must be true or false.",
    "bool_parsing": "Must be true or false.",
    "uuid_type": "Must be an id (a UUID).",
    "uuid_parsing": "Must be an id (a UUID).",
    "greater_than_equal": "Must be {ge} or more.",
    "less_than_equal": "Must be {le} or less.",
}


def install(app: FastAPI, as_page: AsPage) -> ExceptionHandler:
    """Makes every error of `app` a problem, and a page for a browser that shows what it gets.

    Returns the handler, for errors before the app is reached.
    """
    handler = new_exception_handler(
        unhandled_wrappers={"default": _Internal},
        handlers={Rejected: _rejected, database.SQLAlchemyError: _database},
        http_exception_handler=_http,
        request_validation_handler=_invalid,
        post_hooks=[_negotiated, partial(_shown, as_page)],
    )
    add_exception_handler(app, handler, generic_swagger_defaults=False)
    for kind in (Rejected, *DATABASE_AWAY):
        app.add_exception_handler(kind, handler)
    return handler


def _negotiated(content: Any, request: Request, response: Response) -> tuple[Any, Response]:
    response.headers.add_vary_header("Accept")
    if _reads_plain_json(request):
        response.headers["content-type"] = "application/json"
    return content, response


def _shown(as_page: AsPage, content: Any, request: Request, response: Response) -> tuple[Any, Response]:
    if not reads_pages(request):
        return content, response
    told = str(content["detail"])
    page = as_page(request, response.status_code, told, is_binned="binned" in content)
    for name in ("allow", "retry-after", "www-authenticate"):
        if name in response.headers:
            page.headers[name] = response.headers[name]
    return content, page


def reads_pages(request: Request) -> bool:
    """Whether the caller names pages, and prefers no data to them, as a browser does for what it shows."""
    accepted = _accepted(request.headers.get("accept", ""))
    return accepted.get("text/html", 0.0) > 0 and accepted["text/html"] >= _quality_of_data(accepted)


def reads_data(request: Request) -> bool:
    """Whether the caller names data, and prefers no page to it, as a program does."""
    accepted = _accepted(request.headers.get("accept", ""))
    return _quality_of_data(accepted) > accepted.get("text/html", 0.0)


def _quality_of_data(accepted: Mapping[str, float]) -> float:
    return max(accepted.get(type, 0.0) for type in ("application/json", PROBLEM_TYPE))


def _reads_plain_json(request: Request) -> bool:
    """Whether the caller refuses problems by name, or is a page's `fetch` that names no type at all.

    Older front ends are such pages: they look for `application/json` before they read what is wrong.
    """
    accepted = _accepted(request.headers.get("accept", "*/*"))
    if PROBLEM_TYPE in accepted:
        return accepted[PROBLEM_TYPE] == 0
    return accepted.keys() == {"*/*"} and request.headers.get("sec-fetch-mode", "navigate") != "navigate"


def _accepted(header: str) -> dict[str, float]:
    """Media types with their quality; 1 if none is given."""
    found = {}
    for entry in header.lower().split(","):
        type, *parameters = (part.strip() for part in entry.split(";"))
        quality = next((each.removeprefix("q=") for each in parameters if each.startswith("q=")), "")
        found[type] = float(quality) if quality.replace(".", "", 1).isdecimal() else 1.0
    return found


def field_error(field: str, message: str) -> dict[str, str]:
    """One entry of `errors`; `field` is the caller's own dotted path."""
    return {"field": field, "message": message}


def _problem(
    status: int, code: str, detail: str, headers: dict[str, str] | None = None, **members: Any
) -> Problem:
    title = HTTPStatus(status).phrase
    return Problem(title, "about:blank", detail, status, headers, code=code, error=detail, **members)


class _Internal(StatusProblem):
    """The problem for an unexpected error: its text stays in the log."""

    type_, title, status = "about:blank", "Internal Server Error", 500

    def __init__(self, _text: str | None = None) -> None:
        detail = "Something went wrong on our side. Trying again may help."
        super().__init__(detail, code="INTERNAL_ERROR", error=detail)


def _rejected(_handler: ExceptionHandler, request: Request, error: Rejected) -> Problem:
    headers = {}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(RETRY_SECONDS)
    if (seconds := error.members.get("retryAfterSeconds")) is not None:
        headers["Retry-After"] = str(seconds)
    if error.detail:
        log.info("request_rejected", code=error.code, reason=error.detail, path=request.url.path)
    return _problem(error.status, error.code, error.message, headers, **error.members)


def _database(handler: ExceptionHandler, request: Request, error: database.SQLAlchemyError) -> Problem:
    if not isinstance(error, DATABASE_AWAY):
        return _Internal()
    log.warning("database_away", path=request.url.path, error=type(error).__name__, reason=str(error)[:300])
    return _rejected(handler, request, Unavailable())


def _http(handler: ExceptionHandler, request: Request, error: HTTPException) -> Problem:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return _rejected(handler, request, NotFound())
    if error.status_code == HTTPStatus.BAD_REQUEST:  # the framework could not read the body
        return _rejected(handler, request, InvalidRequest(errors=[field_error("body", "Must be JSON.")]))
    status = HTTPStatus(error.status_code)
    detail = f"{request.method} is not allowed here." if status == 405 else f"{status.phrase}."
    return _problem(status, status.name, detail, dict(error.headers or {}))


def _invalid(handler: ExceptionHandler, request: Request, error: RequestValidationError) -> Problem:
    errors = [_field_error(each, error.body) for each in error.errors()]
    return _rejected(handler, request, InvalidRequest(errors=errors))


def _field_error(error: dict[str, Any], body: Any) -> dict[str, str]:
    kind, location = error["type"], list(error["loc"])
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return field_error("jobType", f"Must be one of: {', '.join(JOB_TYPES)}.")
    if kind == "json_invalid":
        return field_error("body", f"Must be JSON: {error['ctx']['error']} at character {location[-1]}.")
    if location == ["body"]:
        return field_error("body", "Must be a JSON object, sent with `Content-Type: application/json`.")
    place = location[1:] if location[0] != "body" else _place_in(body, location[1:])
    return field_error(".".join(str(part) for part in place), advice(error))


def _place_in(body: Any, location: Sequence[str | int]) -> list[str | int]:
    """The location without the union tags that pydantic adds and nobody sent."""
    place: list[str | int] = []
    for part in location:
        if _holds(body, part):
            body = body[part]
        elif part != location[-1] or not isinstance(body, dict):
            continue
        place.append(part)
    return place


def _holds(body: Any, part: str | int) -> bool:
    if isinstance(body, list):
        return isinstance(part, int) and part < len(body)
    return isinstance(body, dict) and part in body


def advice(error: Mapping[str, Any]) -> str:
    """The message of a validation error for the person who filled in the field."""
    context = error.get("ctx", {})
    if error["type"] in _ADVICE:
        with contextlib.suppress(KeyError):  # raised by one of our own models, with its own text
            return _ADVICE[error["type"]].format(**{**context, "expected": _listed(context.get("expected"))})
    message = str(context.get("error", error["msg"])).strip()
    return message[:1].upper() + message[1:].rstrip(".") + "."


def _listed(expected: object) -> str:
    """Pydantic writes allowed values as `'a', 'b' or 'c'`."""
    return str(expected).replace("' or '", "', '").replace("'", "")
