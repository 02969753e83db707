"""A gateway that serves HTTP in this process over a real Postgres, and a user who sends requests to it."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
import jwt
from lodestone.clock import now
from lodestone.events import TERMINAL_EVENTS
from lodestone.ids import new_id
from lodestone.status import Status, apply
from lodestone.wire import JsonObject
from lodestone_gateway.app import GatewayApp
from lodestone_gateway.settings import GatewaySettings
from lodestone_gateway.store.cursor_table import ProjectorCursor
from lodestone_gateway.store.session import Role, make_engine, transaction
from lodestone_gateway.store.tables import BackgroundJob, JobEventRow
from lodestone_local.database import subscribe
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import defer
from sqlmodel import select
from support.tables import give_tables
from support.waiting import eventually

NO_NATS = "nats://127.0.0.1:9"
SECRET = "a secret of at least thirty-two bytes, and long enough for HS512 too"
MEANT = {
    "aud": "lodestone",
    "iss": "https://login.example.com",
}  # what a gateway outside of `lodestone up` requires


def token(
    user_id: UUID, *, secret: str = SECRET, kid: str | None = None, seconds: float = 3600, **claims: Any
) -> str:
    """A token of the user, valid for this many seconds."""
    held = {"sub": str(user_id), "exp": time.time() + seconds, **MEANT, **claims}
    return jwt.encode(held, secret, algorithm="HS256", headers={"kid": kid} if kid else None)


class RunningGateway:
    """The gateway's app, in this process."""

    def __init__(self, settings: GatewaySettings) -> None:
        self.settings = settings
        self.url = ""
        self._stop = asyncio.Event()
        self._app = GatewayApp(settings)
        self._task = asyncio.create_task(self._app.run(self._stop, self._note))

    async def ready(self) -> "RunningGateway":
        """Returns once the gateway serves."""
        await eventually(lambda: self.url or self._task.done(), within=20, told="the gateway is ready")
        assert self.url, self._task
        self.client = httpx2.AsyncClient(base_url=self.url, timeout=40)
        return self

    async def health(self, path: str) -> httpx2.Response:
        """What the port for probes and metrics answers."""
        return await self.client.get(f"{self._app.health_url or self.url}{path}")

    def begin_stop(self) -> None:
        """What SIGTERM does."""
        self._stop.set()

    async def stopped(self) -> None:
        """Returns once the gateway has drained; raises the error that ended it."""
        await self.client.aclose()  # else it waits a moment for requests on these connections
        await asyncio.wait_for(self._task, 20)

    def user(self, user_id: UUID | None = None, *, plan: str = "unlimited", **claims: Any) -> "User":
        """A user of this gateway who already has the plan; without an id, a new user."""
        user = User(self.client, user_id or new_id(), claims)
        subscribe(self.settings.database_url, user.id, plan)
        return user

    def _note(self, url: str) -> None:
        self.url = url


class User:
    """A user with a token, over HTTP."""

    def __init__(self, client: httpx2.AsyncClient, user_id: UUID, claims: JsonObject) -> None:
        self.id = user_id
        self.token = token(user_id, **claims)
        self._client = client
        self._headers = {"Authorization": f"Bearer {self.token}"}

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        """GET; header names are written with `_` instead of `-`."""
        return await self.send("GET", path, None, **headers)

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """POST of a JSON body."""
        return await self.send("POST", path, {} if body is None else body, **headers)

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """Any request; bytes are sent unchanged."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        typed = {"Content-Type": "application/json"} if content is not None else {}
        sent = {**typed, **self._headers, **named}
        return await self._client.request(method, path, content=content, headers=sent)

    async def submit(self, body: JsonObject, **headers: str) -> UUID:
        """Submits an ideation job."""
        answer = await self.post("/api/lead-magnet/ideate", body, **headers)
        assert answer.status_code == 202, answer.text
        return UUID(answer.json()["jobId"])

    async def job(self, job_id: UUID) -> JsonObject:
        """One job."""
        job: JsonObject = (await self.get(f"/api/jobs/{job_id}")).json()
        return job

    @contextlib.asynccontextmanager
    async def stream(self, path: str, **headers: str) -> AsyncIterator["Frames"]:
        """An open event stream."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Accept": "text/event-stream", **self._headers, **named}
        async with self._client.stream("GET", path, headers=sent) as response:
            assert response.status_code == 200, await response.aread()
            yield Frames(response)


@dataclass(frozen=True)
class Frame:
    """One frame of a stream; a field that was not sent is None."""

    id: str | None = None
    event: str | None = None
    data: str | None = None
    retry: str | None = None
    comment: str | None = None

    @property
    def json(self) -> Any:
        """The parsed data."""
        return json.loads(self.data or "null")


class Frames:
    """The frames of a stream, as they arrive."""

    def __init__(self, response: httpx2.Response) -> None:
        self.headers = response.headers
        self._lines = response.aiter_lines()

    async def next(self, within: float = 10) -> Frame | None:
        """The next frame, or None at the end of the stream."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(within):
            async for line in self._lines:
                if not line:
                    return Frame(**fields)
                name, _, value = line.partition(":")
                fields[name or "comment"] = value.removeprefix(" ")
        return None

    async def rest(self, within: float = 10) -> list[Frame]:
        """All frames until the stream ends."""
        frames = []
        while frame := await self.next(within):
            frames.append(frame)
        return frames


class Projection:
    """Writes events into the tables as the projector does: one transaction, then the notification."""

    def __init__(self, database_url: str) -> None:
        self.engine: AsyncEngine = make_engine(database_url, Role.PROJECTOR, pool_size=2)

    async def fold(self, job_id: UUID, *events: str, wake: bool = True, **body: Any) -> None:
        """Folds events by name; each has `body` in addition to the common part."""
        async with transaction(self.engine) as session:
            await session.execute(select(ProjectorCursor).with_for_update())
            columns_only = [defer(BackgroundJob.held_by)]  # a projector does not see the outbox
            job = await session.get_one(BackgroundJob, job_id, options=columns_only)
            for event in events:
                _apply(job, event, body)
                session.add(_row(job, event, body))
        if wake:
            async with transaction(self.engine) as session:
                await session.execute(text("NOTIFY job_events"))


def _apply(job: BackgroundJob, event: str, body: JsonObject) -> None:
    job.seq += 1
    job.attempt += event == "started"
    job.status = apply(Status(job.status), event)
    job.updated_at = now()
    job.waiting_for = None
    if event in TERMINAL_EVENTS:
        job.completed_at = job.updated_at
        job.result = body.get("result")
        error = body.get("error", {})
        job.error, job.error_code = error.get("message"), error.get("code")
    if "item" in body:
        item = {"itemKey": body["itemKey"], "itemIndex": len(job.items), "item": body["item"]}
        job.items = [*job.items, item]


def _row(job: BackgroundJob, event: str, body: JsonObject) -> JobEventRow:
    common = {"jobId": str(job.id), "jobType": job.job_type, "userId": str(job.user_id)}
    return JobEventRow(
        job_id=job.id,
        user_id=job.user_id,
        seq=job.seq,
        event_id=str(new_id()),
        event=event,
        time=job.updated_at,
        attempt=job.attempt,
        body={**common, "attempt": job.attempt, **body},
        source="/lodestone/test",
        stream_sequence=job.seq,
    )


@contextlib.asynccontextmanager
async def running_gateway(database_url: str, **settings: Any) -> AsyncIterator[RunningGateway]:
    """A gateway over migrated tables, without NATS, which it does not need here."""
    await asyncio.to_thread(give_tables, database_url)
    meant = {"jwt_audience": MEANT["aud"], "jwt_issuer": MEANT["iss"]}
    values = {
        "nats_url": NO_NATS,
        "rate_limit": "10000/minute",
        "requests_per_second": 10_000,
        "jwt_secret": SECRET,
        **meant,
        **settings,
    }
    gateway = RunningGateway(GatewaySettings(database_url=database_url, port=0, **values))
    try:
        yield await gateway.ready()
    finally:
        gateway.begin_stop()
        await gateway.stopped()
