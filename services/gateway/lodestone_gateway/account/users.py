"""Users as operators see them: who they are, what they use and spend, and what of theirs is under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self
from uuid import UUID

from lodestone.errors import InvalidRequest, NotFound
from lodestone.ids import parse_id
from lodestone.wire import JsonObject, Usd, UtcTime, WireModel
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.account.usage import UsageOverview, read_usage
from lodestone_gateway.paging import Page, page_of, place_of
from lodestone_gateway.store import user_queries as queries
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.user_queries import FoundUser, LiveJobs

MAX_SEARCH = 320  # characters: as long as an email address may be


class Sort(StrEnum):
    """Orders of the list; only the first has pages."""

    NEWEST = "newest"
    LIVE_JOBS = "liveJobs"
    SPEND = "spend"  # of today


class ListedUser(WireModel):
    """A user in the operators' list.

    `liveJobs` is counted up to 1,000. Money is US dollars of settled calls, days and months are UTC.
    `pausedAt` is null unless an operator has paused the user; then `perMinute` is the pace of a gradual
    resumption, or null.
    """

    id: UUID
    email: str | None
    created_at: UtcTime
    plan: str
    live_jobs: int
    spent_today: Usd = Decimal(0)
    spent_this_month: Usd = Decimal(0)
    paused_at: UtcTime | None
    per_minute: int | None

    @classmethod
    def of(cls, found: FoundUser) -> Self:
        """The view of a row."""
        return cls.model_validate({name: getattr(found, name) for name in cls.model_fields})


class LiveJobsOfDay(WireModel):
    """A user's jobs of a type that were accepted on a day, UTC, and have not ended."""

    job_type: str
    date: date
    waiting: int = Field(description="Those that no attempt has begun of.")
    running: int = Field(description="The others, also between attempts.")


class UserDetail(ListedUser):
    """A user with their usage; `hasOwnPlan` is false for the default plan.

    `ownCaps` are those that differ from the plan's. In `usage` they count already.
    """

    name: str | None
    has_own_plan: bool
    own_caps: JsonObject
    live_by_day: list[LiveJobsOfDay]
    usage: UsageOverview


@dataclass
class Listed:
    """A user at their place in the list."""

    id: UUID
    created_at: datetime
    user: ListedUser


async def list_users(
    reader: AsyncEngine, *, search: str | None, sort: Sort, cursor: str | None, limit: int
) -> Page[Listed]:
    """Users of this order, or the one who is searched for, by id or email address.

    Raises InvalidRequest for another search, for an invalid cursor, and for one beside another order.
    """
    if search is not None:
        return page_of(_listed(await _search(reader, search)), limit)
    if cursor and sort is not Sort.NEWEST:
        message = f"Only the order {Sort.NEWEST} has pages."
        raise InvalidRequest(errors=[{"field": "cursor", "message": message}])
    before = place_of(cursor)
    async with transaction(reader) as session:
        if sort is Sort.LIVE_JOBS:
            return page_of(_listed(await queries.users_with_live_jobs(session, limit=limit)), limit)
        if sort is Sort.SPEND:
            return page_of(_listed(await queries.users_who_spent(session, limit=limit)), limit)
        return page_of(_listed(await queries.newest_users(session, before=before, limit=limit + 1)), limit)


async def read_user(reader: AsyncEngine, engine: AsyncEngine, user_id: UUID) -> UserDetail:
    """One user; what they use is read as theirs. Raises NotFound."""
    async with transaction(reader) as session:
        found = await queries.user_of_id(session, user_id)
        if not found:
            raise NotFound("No user with this id has signed in yet.")
        live = await queries.live_jobs_by_day(session, user_id)
        own_caps = await queries.own_caps(session, user_id)
        has_own_plan = await queries.has_own_plan(session, user_id)
    (user,) = found
    return UserDetail(
        **ListedUser.of(user).model_dump(),
        name=user.name,
        has_own_plan=has_own_plan,
        own_caps=own_caps,
        live_by_day=[_of_day(each) for each in live],
        usage=await read_usage(engine, user_id),
    )


async def _search(reader: AsyncEngine, search: str) -> Sequence[FoundUser]:
    async with transaction(reader) as session:
        if id := parse_id(search.strip()):
            return await queries.user_of_id(session, id)
        if "@" in search and search.isprintable():
            return await queries.users_of_email(session, search.strip())
    message = "Must be a user's id (a UUID) or email address."
    raise InvalidRequest(errors=[{"field": "search", "message": message}])


def _listed(found: Sequence[FoundUser]) -> list[Listed]:
    return [Listed(each.id, each.created_at, ListedUser.of(each)) for each in found]


def _of_day(live: LiveJobs) -> LiveJobsOfDay:
    return LiveJobsOfDay(job_type=live.job_type, date=live.date, waiting=live.waiting, running=live.running)
