"""What routes receive: the parts of this process, the caller, the id in the path, and what the caller read.

All are async: FastAPI would run plain functions in a thread, at the price of a millisecond each.
"""

from dataclasses import dataclass
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Header, Request
from lodestone.errors import Forbidden, NotFound, Unauthorized
from lodestone.ids import parse_id
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.account.account import make_user
from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.bounds_of_sources import SourceLimits
from lodestone_gateway.jobs.group_commit import GroupCommit
from lodestone_gateway.jobs.own_lead_magnet import NO_LEAD_MAGNET
from lodestone_gateway.live.hub import Hub
from lodestone_gateway.operating.bulk_worker import BulkWorker
from lodestone_gateway.rates.limiter import RateLimiter
from lodestone_gateway.rates.watching import WatchLimiter
from lodestone_gateway.sources.extractor import Extractor
from lodestone_gateway.store.erasure_tables import DeletedAccount
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.stored_log import StoredLogs
from lodestone_gateway.verdict.coverages import Coverages
from lodestone_gateway.verdict.recent_runs import RecentRuns

KNOWN_USERS = 100_000  # ids remembered by one process


@dataclass(frozen=True)
class Parts:
    """The parts of a gateway process; made once by `app`."""

    engine: AsyncEngine  # acts as the app role: only rows of the user that a transaction names
    reader: AsyncEngine  # acts as the reader role: all rows, for operators, and writes none
    hub: Hub
    limiter: RateLimiter  # of submissions
    requests: RateLimiter  # of all requests, by their cost
    group: GroupCommit
    logs: StoredLogs
    watches: WatchLimiter
    recent_runs: RecentRuns
    coverages: Coverages
    nats_url: str
    bulk: BulkWorker
    bin_days: int  # for which what was deleted on a page can be restored


async def get_parts(request: Request) -> Parts:
    """The parts of this process."""
    return cast(Parts, request.app.state.parts)


ThisProcess = Annotated[Parts, Depends(get_parts)]


async def get_source_limits(request: Request) -> SourceLimits:
    """How much a user may bring along, as the settings say."""
    return cast(SourceLimits, request.app.state.source_limits)


async def get_extractor(request: Request) -> Extractor:
    """What takes the text out of files."""
    return cast(Extractor, request.app.state.extractor)


Limits = Annotated[SourceLimits, Depends(get_source_limits)]
Reading = Annotated[Extractor, Depends(get_extractor)]


async def get_caller(request: Request, parts: ThisProcess) -> CurrentUser:
    """The user of the request, with a row in `users`. Raises Unauthorized."""
    user: CurrentUser | None = request.state.user
    if user is None:
        raise Unauthorized
    if user.id not in parts.hub.known_users:
        deleted_at = await _admit(parts, user)
        if len(parts.hub.known_users) >= KNOWN_USERS:
            parts.hub.known_users.clear()
        parts.hub.known_users[user.id] = deleted_at
    _check_age(user, parts.hub.known_users[user.id])
    return user


async def _admit(parts: Parts, user: CurrentUser) -> float:
    """Gives the user a row; returns when an earlier account of theirs was deleted. Raises Unauthorized."""
    async with transaction(parts.engine, user.id) as session:
        deleted = await session.get(DeletedAccount, user.id)
        if deleted and deleted.done_at is None:
            raise Unauthorized("This account is being deleted. Sign in again in a minute to start a new one.")
        deleted_at = deleted.requested_at.timestamp() if deleted else 0.0
        _check_age(user, deleted_at)
        await make_user(session, user.id)
    return deleted_at


def _check_age(user: CurrentUser, deleted_at: float) -> None:
    if deleted_at and user.issued_at <= deleted_at:
        raise Unauthorized("This account was deleted. Sign in again to start a new one.")


Caller = Annotated[CurrentUser, Depends(get_caller)]


async def get_operator(request: Request) -> CurrentUser:
    """The user of the request, whose token says operator. Raises Unauthorized, Forbidden."""
    user: CurrentUser | None = request.state.user
    if user is None:
        raise Unauthorized
    if not user.is_operator:
        raise Forbidden("Only operators can do this.")
    return user


Operator = Annotated[CurrentUser, Depends(get_operator)]


def id_in_path(text: str, missing: str) -> UUID:
    """The id. Raises NotFound with the text `missing` if it is malformed, as for an unknown one."""
    id = parse_id(text)
    if id is None:
        raise NotFound(missing)
    return id


async def get_job_id(job_id: str) -> UUID:
    """The id of a job. Raises NotFound."""
    return id_in_path(job_id, "You have no such job.")


JobId = Annotated[UUID, Depends(get_job_id)]


async def get_lead_magnet_id(lead_magnet_id: str) -> UUID:
    """The id of a lead magnet. Raises NotFound."""
    return id_in_path(lead_magnet_id, NO_LEAD_MAGNET)


LeadMagnetId = Annotated[UUID, Depends(get_lead_magnet_id)]

IfNoneMatch = Annotated[
    str | None, Header(description="`*` creates it; 409 if it is there already, with its `etag`.")
]

Owner = Annotated[
    str | None,
    Header(
        alias="Lodestone-Owner",
        description="The id of the user whose text this is; 409 if the caller is somebody else.",
    ),
]

IfMatch = Annotated[
    str | None,
    Header(description="The ETag that you read; 409 if it has changed. Without it, the last write wins."),
]
