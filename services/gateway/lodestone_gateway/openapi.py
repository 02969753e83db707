"""The OpenAPI document: what FastAPI derives, with our problems, our two ways to sign in, and what the

jobs of each type hold.
"""

from collections.abc import Callable
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.routing import APIRoute
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.job_type import JobType
from lodestone.shapes import CONTACT, LICENSE, in_json_schema, item_of, shape_name
from lodestone.wire import JsonObject, WireModel
from pydantic import BaseModel, create_model
from pydantic.json_schema import models_json_schema

from lodestone_gateway.cookies import HOST_COOKIE, LOCAL_COOKIE
from lodestone_gateway.problems import PROBLEM_TYPE
from lodestone_gateway.rates.costs import cost_of

REF = "#/components/schemas/{model}"
PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
DESCRIPTION = """\
Slow AI work behind a web product. A POST that creates a job is answered at once; watch the job with
server-sent events, long polling (`?wait=`, `ETag`) or plain polling.

Callers send a token (`Authorization: Bearer`), our own pages a cookie. Errors are problems (RFC 9457) with a
stable `code` and a text for the user; a page's `fetch` without an `Accept` gets them as `application/json`.
The shape of a `Job` depends on its `jobType`: `IdeationJob` and so on.

Answers say in `RateLimit-Policy` how much one user may send, and in `RateLimit` what is left of that.
"""
_MANY: Any = list
TAGS = {
    "jobs": "Create, read, list, cancel and retry jobs.",
    "events": "Watch jobs: history, a stream for each job, a stream of all your jobs.",
    "brand kit": "What the business says about itself, for the next job.",
    "lead magnets": "What jobs made, saved and edited.",
    "wizard drafts": "Form input that is not submitted yet.",
    "usage": "The plan, and how much of it is used.",
    "questions": "The questions that each archetype asks the owner.",
    "operators": "For operators: all users' jobs, failures, pauses.",
    "operations": "For probes, dashboards and subscribers; no token needed.",
}


class Erased(BaseModel, extra="forbid"):
    """Nothing: the texts of this job were deleted."""


class FieldError(BaseModel):
    """What is wrong with one field of the request."""

    field: str
    message: str


class ProblemDetails(BaseModel):
    """An error (RFC 9457); `error` says the same as `detail`, `errors` comes with VALIDATION_ERROR."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    error: str
    errors: list[FieldError] | None = None


def operation_id(route: APIRoute) -> str:
    """A short name for generated clients."""
    return route.name


def describe(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The function for `app.openapi`."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_ours(FastAPI.openapi(app))
        return app.openapi_schema

    return openapi


def _with_ours(document: dict[str, Any]) -> dict[str, Any]:
    document["info"] |= {"description": DESCRIPTION, "contact": CONTACT, "license": LICENSE}
    document["servers"] = [{"url": "/", "description": "The gateway that serves this document."}]
    document["tags"] = [
        {"name": tag, "description": TAGS.get(tag, f"About {tag}.")} for tag in _tags(document)
    ]
    components = document["components"]
    schemas = components["schemas"]
    for replaced in ("HTTPValidationError", "ValidationError"):
        schemas.pop(replaced, None)
    schemas["Problem"] = ProblemDetails.model_json_schema(ref_template=REF)
    schemas |= schemas["Problem"].pop("$defs")
    _add_kinds_of_jobs(schemas)
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "session": _cookie(LOCAL_COOKIE, "The same token, on one machine"),
        "hostSession": _cookie(HOST_COOKIE, "The same token, everywhere else"),
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _describe_errors(operation, is_protected=path.startswith("/api/"))
            if path.startswith("/api/"):
                operation["responses"]["429"] = _too_many(cost_of(method.upper(), path))
    return document


def _too_many(cost: int) -> JsonObject:
    """How each operation refuses what is too much; this one costs so many simple reads."""
    return {
        "description": f"Too many requests, of which this one counts as {cost}; wait as long as it says",
        "headers": {
            "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}},
            "RateLimit": {"description": "What is left of each limit", "schema": {"type": "string"}},
            "RateLimit-Policy": {"description": "The limits", "schema": {"type": "string"}},
        },
        "content": {PROBLEM_TYPE: PROBLEM, "application/json": PROBLEM},
    }


def _cookie(name: str, description: str) -> dict[str, str]:
    return {"type": "apiKey", "in": "cookie", "name": name, "description": description}


def _tags(document: dict[str, Any]) -> list[str]:
    operations = (each for methods in document["paths"].values() for each in methods.values())
    return list(dict.fromkeys(tag for operation in operations for tag in operation.get("tags", [])))


def _add_kinds_of_jobs(schemas: JsonObject) -> None:
    """A job is one of several kinds, one for each job type, each with its input, items and result."""
    kinds = {kind.name: _job_model(kind) for kind in JOB_TYPES.values()}
    _, document = models_json_schema([(model, "validation") for model in kinds.values()], ref_template=REF)
    for name, schema in in_json_schema(document["$defs"]).items():
        schemas.setdefault(name, schema)
    references = {name: REF.format(model=model.__name__) for name, model in kinds.items()}
    schemas["Job"] |= {
        "oneOf": [{"$ref": reference} for reference in references.values()],
        "discriminator": {"propertyName": "jobType", "mapping": references},
    }


def _job_model(kind: JobType) -> type[WireModel]:
    """The schema of what only a job of this type has."""
    item, many = item_of(kind), _MANY
    fields: dict[str, Any] = {
        "job_type": (_exactly(kind.name), ...),
        "input": (kind.input | Erased, ...),
        "result": (kind.result | None, ...),
        "items": (many[item], ...),
    }
    said = f"What a job of type {kind.name} has beyond the fields of all jobs."
    return create_model(shape_name(kind, "Job"), __base__=WireModel, __doc__=said, **fields)


def _exactly(name: str) -> Any:
    return Literal[name]


def _describe_errors(operation: dict[str, Any], is_protected: bool) -> None:
    operation["responses"].pop("422", None)
    ways: list[JsonObject] = [{"token": []}, {"session": []}, {"hostSession": []}]
    operation["security"] = ways if is_protected else []
    for statuses, who in (
        ("4XX", "The request cannot be served"),
        ("5XX", "The request cannot be served right now"),
    ):
        content = {PROBLEM_TYPE: PROBLEM, "application/json": PROBLEM}
        operation["responses"][statuses] = {"description": who, "content": content}
