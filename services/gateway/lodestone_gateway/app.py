"""The process that serves HTTP: builds the parts, binds the port, ends open streams before it stops."""

import asyncio
import socket
from collections.abc import Sequence
from typing import cast

import uvicorn
from fastapi import FastAPI
from lodestone.health import QuietServer, listen, serve_inside
from lodestone.process import OnReady
from lodestone.settings import read_settings
from lodestone.tasks import end, first_of
from lodestone.tracing import is_exporting
from lodestone.wire import JsonObject
from starlette.middleware.cors import CORSMiddleware

from lodestone_gateway import problems
from lodestone_gateway.api import (
    account,
    brand_kit,
    email_sequences,
    events,
    exports,
    health,
    jobs,
    lead_magnets,
    operations,
    publications,
    questions,
    sources,
    versions,
    wizard_drafts,
)
from lodestone_gateway.api.quick_stream import QuickStream
from lodestone_gateway.api.quick_submit import QuickSubmit
from lodestone_gateway.auth import Authenticator
from lodestone_gateway.caps import session_setting, streams_alone
from lodestone_gateway.connections import BoundedConnection, bounded
from lodestone_gateway.door import Door, most_connections
from lodestone_gateway.edge import Edge, InTrace
from lodestone_gateway.exports.typesetter import Typesetter
from lodestone_gateway.headers import SafeHeaders
from lodestone_gateway.job_types.table import check_job_types
from lodestone_gateway.jobs.group_commit import GroupCommit
from lodestone_gateway.live.hub import Hub
from lodestone_gateway.openapi import describe, operation_id
from lodestone_gateway.operating.bulk_worker import BulkWorker
from lodestone_gateway.operating.overview import Overviews
from lodestone_gateway.parts import Parts
from lodestone_gateway.problems import Respond
from lodestone_gateway.rates.headers import RATE_HEADERS, RateHeaders
from lodestone_gateway.rates.limiter import Rate
from lodestone_gateway.rates.sharing import Sharing
from lodestone_gateway.settings import GatewaySettings
from lodestone_gateway.sources.extractor import Extractor
from lodestone_gateway.store.session import Role, default_plan, make_engine
from lodestone_gateway.store.shared_rates import SharedRates
from lodestone_gateway.store.stored_log import StoredLogs
from lodestone_gateway.turns import Turns
from lodestone_gateway.verdict.coverages import Coverages
from lodestone_gateway.verdict.recent_runs import RecentRuns
from lodestone_gateway.web import routes as pages
from lodestone_gateway.web.pages import error_page
from lodestone_gateway.web.session import Sessions

PARTING_SECONDS = 0.5  # for the requests of those who are told that the process stops
BACKSTOP_SECONDS = 10  # for requests that do not end by themselves when the process stops
PREFLIGHT_SECONDS = 3600  # how long a browser remembers what another origin may do
KEEP_ALIVE_SECONDS = 75  # longer than a proxy in front keeps an idle connection
ACCEPTED_AT_ONCE = 16  # connections; fewer than the descriptors in reserve
WAITING_CONNECTIONS = 512  # in the kernel, until they are accepted

READER_CONNECTIONS = 3  # for operators, of whom there are few, and for why a job waits

ROUTES = (
    jobs,
    events,
    brand_kit,
    lead_magnets,
    email_sequences,
    versions,
    exports,
    publications,
    wizard_drafts,
    sources,
    account,
    questions,
    operations,
)


def build_app() -> "GatewayApp":
    """The app as configured by the environment. Raises Misconfigured."""
    check_job_types()
    return GatewayApp(read_settings(GatewaySettings))


class GatewayApp:
    """The gateway as a process (`lodestone.process.App`)."""

    name = "gateway"

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self.health_url: str | None = None  # URL of readiness and metrics, if not beside the rest

    async def run(self, stop: asyncio.Event, on_ready: OnReady) -> None:
        """Serves until `stop`; ready as soon as the database is. Raises OSError if the port is taken."""
        settings = self._settings
        database_url = settings.database_url_of(self.name)
        caps = settings.caps_by_plan
        plans = default_plan(settings.default_plan) | session_setting(caps)
        engine = make_engine(database_url, Role.APP, settings=plans)
        hub = Hub(database_url)
        reader = make_engine(database_url, Role.READER, pool_size=READER_CONNECTIONS, settings=plans)
        sharing = Sharing(SharedRates(database_url, plans))
        submissions, requests = map(sharing.limiter, rates_of(settings))
        watches = sharing.watches(settings.streams_per_user, streams_alone(caps))
        group, logs = GroupCommit(engine), StoredLogs(engine)
        runs, held, bulk = (
            RecentRuns(reader),
            Coverages(reader),
            BulkWorker(reader, engine, lambda: hub.holds),
        )
        limiters, read = (submissions, requests, group, logs, watches), (runs, held, settings.nats_url, bulk)
        parts = Parts(engine, reader, hub, *limiters, *read, settings.keep_bin_days)
        sock = listen(settings.host, settings.port)
        inside = None if settings.local else await serve_inside(settings.health_port, health.inner_app(parts))
        self.health_url = inside.url if inside else None
        server = _server(build_http(settings, parts), settings)
        serving = asyncio.create_task(server.serve(sockets=[sock]))
        listening = asyncio.create_task(hub.run())
        telling = asyncio.create_task(sharing.run())
        working = asyncio.create_task(bulk.run())
        try:
            await _first(sharing.began, stop, serving, listening, telling)
            if await _first(hub.connected, stop, serving, listening) is hub.connected:
                on_ready(f"http://127.0.0.1:{sock.getsockname()[1]}")
            await _first(stop, serving, listening)
        finally:
            hub.close()
            server.should_exit = True
            await serving
            if inside:
                await inside.close()
            await end(listening, telling, working)
            await group.close()
            await logs.close()
            await engine.dispose()
            await reader.dispose()


def rates_of(settings: GatewaySettings) -> tuple[Rate, Rate]:
    """How many jobs one user may submit, and how many requests they may send, by cost."""
    submissions, requests = settings.submission_rate, settings.request_rate
    return (
        Rate("submissions", submissions.amount, submissions.get_expiry(), f"You may submit {submissions}"),
        Rate("requests", requests.amount, requests.get_expiry(), "You send too many requests"),
    )


def build_http(settings: GatewaySettings, parts: Parts) -> FastAPI:
    """The HTTP side over existing parts."""
    app, respond = _with_routes(with_inner=settings.local)
    app.state.parts = parts
    authenticator = Authenticator(settings)
    app.state.sessions = Sessions(settings, authenticator)
    app.state.simulator = settings.simulator
    app.state.public_url = settings.public_url
    app.state.turns = Turns(settings.requests_per_second)
    app.state.typesetter = Typesetter()
    app.state.extractor = Extractor()
    app.state.source_limits = settings.source_limits
    app.state.overviews = Overviews(parts.reader, parts.coverages)
    app.add_middleware(QuickSubmit, parts=parts, respond=respond, routes=jobs.submission_routes())
    app.add_middleware(QuickStream, parts=parts, respond=respond)
    app.add_middleware(
        Edge,
        authenticator=authenticator,
        requests=parts.requests,
        headers=RateHeaders([parts.limiter, parts.requests]),
        turns=app.state.turns,
        respond=respond,
        file_bytes=settings.source_file_bytes,
    )
    if settings.cors_origins:
        _admit(app, settings.cors_origins)
    return app


def _admit(app: FastAPI, origins: Sequence[str]) -> None:
    """Pages of other origins send a token; our cookie is for our own pages."""
    app.add_middleware(  # outside the edge: a preflight has no token, and pages must be able to read a 401
        CORSMiddleware,
        allow_origins=origins,
        allow_credentials=False,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID"],
        expose_headers=[
            "Content-Disposition",
            "ETag",
            "Idempotency-Replayed",
            "Location",
            "Retry-After",
            *RATE_HEADERS,
        ],
        max_age=PREFLIGHT_SECONDS,
    )


def describe_http() -> JsonObject:
    """The OpenAPI document; needs no parts."""
    app, _ = _with_routes(with_inner=True)
    return app.openapi()


def _with_routes(*, with_inner: bool) -> tuple[FastAPI, Respond]:
    app = FastAPI(
        title="Lodestone",
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
        telemetry={"tracing": is_exporting(), "metrics": False, "logs": False},
    )
    respond = problems.install(app, error_page)
    for part in ROUTES:
        app.include_router(part.router())
    app.include_router(health.router(with_inner=with_inner))
    app.include_router(pages.router())
    app.openapi = describe(app)  # type: ignore[method-assign]
    return app, respond


class GatewayServer(QuietServer):
    """Accepts few connections at a time, so that each is counted before there are too many; others wait.

    Its end closes no connection in the face of a client that is about to ask on it.
    """

    def __init__(self, config: uvicorn.Config, door: Door) -> None:
        super().__init__(config)
        self._door = door

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to serve."""
        await super().startup(sockets)
        for sock in sockets or ():
            sock.listen(WAITING_CONNECTIONS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes no new connections, and lets each open one go with its next answer.

        Who is told of the end, by a stream's last frame or a long poll's answer, asks again at once
        on any connection that is still open.
        """
        for server in self.servers:
            server.close()
        connections = cast(set[BoundedConnection], self.server_state.connections)
        for connection in connections:
            connection.part()
        await first_of(self._door.is_empty.wait(), timeout=PARTING_SECONDS)
        await super().shutdown(sockets)


def _server(app: FastAPI, settings: GatewaySettings) -> GatewayServer:
    door = Door(most_connections(), settings.connections_per_address, settings.proxies)
    return GatewayServer(
        uvicorn.Config(
            SafeHeaders(app if is_exporting() else InTrace(app), is_local=settings.local),
            http=bounded(door),
            backlog=ACCEPTED_AT_ONCE,
            forwarded_allow_ips=list(settings.proxies),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=BACKSTOP_SECONDS,
        ),
        door,
    )


async def _first(*awaited: asyncio.Event | asyncio.Task[None]) -> asyncio.Event | asyncio.Task[None]:
    """The event that is set first; raises what a task raised that ended before."""
    await first_of(*(each if isinstance(each, asyncio.Task) else each.wait() for each in awaited))
    for each in awaited:
        if isinstance(each, asyncio.Task) and each.done():
            each.result()
    return next(
        each for each in awaited if (each.done() if isinstance(each, asyncio.Task) else each.is_set())
    )
