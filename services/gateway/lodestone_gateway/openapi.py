"""The OpenAPI document: what FastAPI derives, with our problems and our two ways to sign in."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel

from lodestone_gateway.cookies import HOST_COOKIE, LOCAL_COOKIE

PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}


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
    """What `app.openapi` shall be."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_ours(FastAPI.openapi(app))
        return app.openapi_schema

    return openapi


def _with_ours(document: dict[str, Any]) -> dict[str, Any]:
    components = document["components"]
    schemas = components["schemas"]
    for replaced in ("HTTPValidationError", "ValidationError"):
        schemas.pop(replaced, None)
    template = "#/components/schemas/{model}"
    schemas["Problem"] = ProblemDetails.model_json_schema(ref_template=template)
    schemas |= schemas["Problem"].pop("$defs")
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "session": _cookie(LOCAL_COOKIE, "The same token, on one machine"),
        "hostSession": _cookie(HOST_COOKIE, "The same token, everywhere else"),
    }
    for path, methods in document["paths"].items():
        for operation in methods.values():
            _describe_errors(operation, is_protected=path.startswith("/api/"))
    return document


def _cookie(name: str, description: str) -> dict[str, str]:
    return {"type": "apiKey", "in": "cookie", "name": name, "description": description}


def _describe_errors(operation: dict[str, Any], is_protected: bool) -> None:
    operation["responses"].pop("422", None)
    if is_protected:
        operation["security"] = [{"token": []}, {"session": []}, {"hostSession": []}]
    for statuses, who in (("4XX", "The request cannot be served"), ("5XX", "We cannot serve it just now")):
        content = {"application/problem+json": PROBLEM}
        operation["responses"][statuses] = {"description": who, "content": content}
