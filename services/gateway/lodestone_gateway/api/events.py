"""A job's history and stream, on one path, and the feed of all the caller's jobs."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from lodestone.errors import InvalidRequest
from lodestone.events import EVENTS
from lodestone.wire import JsonObject, WireModel

from lodestone_gateway.api.stream import Source, Stored, Stream
from lodestone_gateway.jobs.read import read_log
from lodestone_gateway.live.subscription import POSITION, SEQ
from lodestone_gateway.parts import Caller, JobId, Parts, ThisProcess
from lodestone_gateway.store import queries
from lodestone_gateway.store.queries import ShownEvent
from lodestone_gateway.store.session import transaction

STREAM_TYPE = "text/event-stream"
MAX_CURSOR = 2**53  # positions and seqs stay far below; JSON numbers are exact up to here


class History(WireModel):
    """All events of a job after the cursor: `{seq, event, time, attempt, …the event's body}` each."""

    items: list[JsonObject]


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api", tags=["events"])
    described: dict[str, Any] = {STREAM_TYPE: {"schema": {"type": "string", "description": _described()}}}
    history: dict[int | str, Any] = {
        200: {"model": History, "content": described},
        204: {"description": "The job has ended and the caller has its last event: nothing more will come"},
    }
    feed: dict[int | str, Any] = {200: {"content": described}}
    routes.add_api_route(
        "/jobs/{job_id}/events", _job_events, methods=["GET"], responses=history, name="job_events"
    )
    routes.add_api_route(
        "/events", _feed, methods=["GET"], responses=feed, name="feed", response_class=Response
    )
    return routes


async def get_cursor(
    last_seen: Annotated[
        str | None, Header(alias="Last-Event-ID", description="Sent by a reconnecting stream")
    ] = None,
    after: Annotated[str | None, Query(description="Only events after this id")] = None,
    last_event_id: Annotated[
        str | None, Query(alias="lastEventId", description="The same, for a browser's first connection")
    ] = None,
) -> int | None:
    """The id of the last event that the caller has. Raises InvalidRequest if it is not a number."""
    for field, given in (("Last-Event-ID", last_seen), ("lastEventId", last_event_id), ("after", after)):
        if given is not None:
            return _number(field, given)
    return None


Cursor = Annotated[int | None, Depends(get_cursor)]


async def _job_events(
    parts: ThisProcess, caller: Caller, job_id: JobId, cursor: Cursor, request: Request
) -> Response:
    """A job's events: as a stream that ends with the job, or as JSON."""
    source = job_source(parts, caller.id, job_id)
    if STREAM_TYPE in request.headers.get("accept", ""):
        return Stream(source, cursor or 0, caller, parts.watches, request.state.turn)
    stored = await source.begin(cursor or 0)
    items = ",".join(event.json for event in stored.events)
    return Response(f'{{"items":[{items}]}}', media_type="application/json")


async def _feed(parts: ThisProcess, caller: Caller, cursor: Cursor, request: Request) -> Response:
    """A stream of the events of all the caller's jobs; without a cursor, from now on."""
    return Stream(_feed_source(parts, caller.id), cursor, caller, parts.watches, request.state.turn)


def job_source(parts: Parts, user_id: UUID, job_id: UUID) -> Source:
    """The events of a user's job."""

    async def begin(after: int | None) -> Stored:
        log = await read_log(parts.logs, user_id, job_id, after=after or 0)
        return Stored(log.events, log.seq, is_over=log.status.is_terminal)

    async def read(after: int) -> list[ShownEvent]:
        async with transaction(parts.engine, user_id) as session:
            return await queries.job_events(session, job_id, after=after)

    return Source(
        watch=lambda: parts.hub.watch_job(job_id),
        begin=begin,
        read=read,
        cursor=SEQ,
        is_of_one_job=True,
    )


def _feed_source(parts: Parts, user_id: UUID) -> Source:
    async def begin(after: int | None) -> Stored:
        newest = await parts.hub.look()
        if after is None or after >= newest:
            return Stored([], newest)
        async with transaction(parts.engine, user_id) as session:
            end = await queries.feed_end(session, user_id)
            return Stored(await queries.feed(session, user_id, after=after), end)

    async def read(after: int) -> list[ShownEvent]:
        async with transaction(parts.engine, user_id) as session:
            return await queries.feed(session, user_id, after=after)

    return Source(
        watch=lambda: parts.hub.watch_user(user_id),
        begin=begin,
        read=read,
        cursor=POSITION,
        is_of_one_job=False,
    )


def _number(field: str, given: str) -> int:
    if given.isascii() and given.isdecimal() and int(given[:17]) < MAX_CURSOR and len(given) <= 17:
        return int(given)
    raise InvalidRequest(errors=[{"field": field, "message": "Must be the id of an event: a whole number."}])


def _described() -> str:
    names = ", ".join(f"job.{name}" for name in EVENTS)
    return f"`id` is the event's seq (in the feed: its position), `event` one of {names}, `data` its JSON."
