"""For probes, dashboards and subscribers: health, metrics, schemas. No token needed, no ids shown."""

import asyncio
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse
from lodestone.errors import NotFound
from lodestone.shapes import body_schema, schema_names
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from lodestone_gateway.metrics import NATS_UP
from lodestone_gateway.parts import Parts, ThisProcess
from lodestone_gateway.store.operations_queries import is_bus_silent
from lodestone_gateway.store.session import ask_for_answer, transaction

ANSWER_SECONDS = 2.0
_SCHEMA_FILES = frozenset(f"{name}.json" for name in schema_names())


def router(*, with_inner: bool = True) -> APIRouter:
    """The routes; the inner ones show how busy the system is and what is down, which is not public."""
    routes = APIRouter(tags=["operations"])
    routes.add_api_route("/healthz", _live, methods=["GET"], name="healthz")
    if with_inner:
        routes.add_api_route("/readyz", _ready, methods=["GET"], name="readyz", response_model=None)
        routes.add_api_route("/metrics", _metrics, methods=["GET"], name="metrics", response_class=Response)
    routes.add_api_route("/schemas/{file}", _schema, methods=["GET"], name="schema", response_model=None)
    return routes


def inner_app(parts: Parts) -> FastAPI:
    """These routes alone, for a port that is not public."""
    app = FastAPI(openapi_url=None)
    app.state.parts = parts
    app.include_router(router())
    return app


async def _live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


async def _ready(parts: ThisProcess) -> JSONResponse:
    """Jobs can be accepted and watched: needs Postgres. NATS may be down; its state is only shown."""
    postgres, nats, is_silent = await asyncio.gather(
        _postgres_answers(parts), _nats_answers(parts.nats_url), _bus_is_silent(parts)
    )
    nats = nats and not is_silent
    NATS_UP.set(nats)
    is_ready = postgres and parts.hub.connected.is_set()
    body = {
        "status": "ready" if is_ready else "not ready",
        "postgres": "up" if postgres else "down",
        "nats": "up" if nats else "down",
    }
    return JSONResponse(body, status_code=200 if is_ready else 503)


async def _metrics() -> Response:
    """Prometheus metrics of this process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _schema(file: str) -> JSONResponse:
    """The JSON Schema of an event's body; the target of `ce-dataschema`."""
    if file not in _SCHEMA_FILES:
        raise NotFound("This schema does not exist.")
    return JSONResponse(body_schema(file.removesuffix(".json")), media_type="application/schema+json")


async def _postgres_answers(parts: Parts) -> bool:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await ask_for_answer(parts.engine)
    except (SQLAlchemyError, TimeoutError):
        return False
    return True


async def _bus_is_silent(parts: Parts) -> bool:
    try:
        async with asyncio.timeout(ANSWER_SECONDS), transaction(parts.reader) as session:
            return await is_bus_silent(session)
    except (SQLAlchemyError, TimeoutError):
        return False  # then Postgres is down


async def _nats_answers(nats_url: str) -> bool:
    """Whether one of the servers accepts a connection; the gateway itself keeps none."""
    servers = [urlsplit(url if "//" in url else f"//{url}") for url in nats_url.split(",")]
    return any(await asyncio.gather(*(_accepts(url.hostname, url.port or 4222) for url in servers)))


async def _accepts(host: str | None, port: int) -> bool:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
