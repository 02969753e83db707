"""Every read of users for operators, as in `queries`; they take sessions of the reader role."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from lodestone.status import LIVE, Status
from lodestone.wire import JsonObject
from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.store.caps_table import UserCaps
from lodestone_gateway.store.lead_magnet_tables import Subscription
from lodestone_gateway.store.queries import Place

MOST_COUNTED = 1_000  # jobs of one user


@dataclass(frozen=True)
class FoundUser:
    """A user, and what of theirs is under way and spent; money is in US dollars."""

    id: UUID
    email: str | None
    name: str | None
    created_at: datetime
    plan: str
    live_jobs: int  # up to MOST_COUNTED
    spent_today: Decimal
    spent_this_month: Decimal
    paused_at: datetime | None
    per_minute: int | None


@dataclass(frozen=True)
class LiveJobs:
    """Jobs of a type and day that have not ended."""

    job_type: str
    date: date
    waiting: int
    running: int


async def newest_users(session: AsyncSession, *, before: Place | None, limit: int) -> Sequence[FoundUser]:
    """The users who came last, after the place `before`."""
    after = "WHERE (created_at, id) < (:time, :id)" if before else ""
    page = f"SELECT id FROM users {after} ORDER BY created_at DESC, id DESC LIMIT :limit"  # noqa: S608
    time, id = before or (None, None)
    values = {"limit": limit, **({"time": time, "id": id} if before else {})}
    return await _found(session, page, "created_at DESC, id DESC", values)


async def users_with_live_jobs(session: AsyncSession, *, limit: int) -> Sequence[FoundUser]:
    """Those with the most jobs that have not ended, and only those with any."""
    page = """
        SELECT user_id AS id FROM background_jobs WHERE status IN ('pending', 'processing')
        GROUP BY user_id ORDER BY count(*) DESC, user_id LIMIT :limit"""
    return await _found(session, page, "live_jobs DESC, id", {"limit": limit})


async def users_who_spent(session: AsyncSession, *, limit: int) -> Sequence[FoundUser]:
    """Those who spent the most today, and only those who spent anything."""
    page = """
        SELECT user_id AS id FROM spend_hours WHERE hour >= date_trunc('day', now(), 'UTC')
        GROUP BY user_id ORDER BY sum(cost_usd) DESC, user_id LIMIT :limit"""
    return await _found(session, page, "spent_today DESC, id", {"limit": limit})


async def user_of_id(session: AsyncSession, user_id: UUID) -> Sequence[FoundUser]:
    """The user with this id, if there is one."""
    return await _found(session, "SELECT CAST(:id AS uuid) AS id", "id", {"id": user_id})


async def users_of_email(session: AsyncSession, email: str) -> Sequence[FoundUser]:
    """The user with this address, if there is one."""
    return await _found(session, "SELECT id FROM users WHERE email = :email", "id", {"email": email})


async def live_jobs_by_day(session: AsyncSession, user_id: UUID) -> Sequence[LiveJobs]:
    """The user's jobs that have not ended, by type and UTC day."""
    found = await session.execute(_LIVE_BY_DAY, {"user_id": user_id, "live": list(LIVE)})
    return [LiveJobs(**row._mapping) for row in found]


async def own_caps(session: AsyncSession, user_id: UUID) -> JsonObject:
    """The caps of the user that differ from their plan's."""
    row = await session.get(UserCaps, user_id)
    return row.caps if row else {}


async def has_own_plan(session: AsyncSession, user_id: UUID) -> bool:
    """Whether an operator has put the user on a plan."""
    return await session.get(Subscription, user_id) is not None


async def _found(
    session: AsyncSession, page: str, order: str, values: Mapping[str, Any]
) -> Sequence[FoundUser]:
    statement = text(_USERS.format(page=page, order=order)).bindparams(_LIVE)
    found = await session.execute(statement, {"live": list(LIVE), "most": MOST_COUNTED, **values})
    return [FoundUser(**row._mapping) for row in found]


_LIVE = bindparam("live", type_=ARRAY(Text))
_SPENT = "SELECT coalesce(sum(cost_usd), 0) FROM spend_hours WHERE user_id = person.id"
_USERS = f"""
    SELECT person.id, email, name, person.created_at, lodestone_plan(person.id) AS plan,
        (SELECT count(*) FROM (
            SELECT FROM background_jobs WHERE user_id = person.id AND status = ANY(:live)
            LIMIT :most) AS job) AS live_jobs,
        ({_SPENT} AND hour >= date_trunc('day', now(), 'UTC')) AS spent_today,
        ({_SPENT} AND hour >= date_trunc('month', now(), 'UTC')) AS spent_this_month,
        paused_at, per_minute
    FROM ({{page}}) AS page JOIN users AS person ON person.id = page.id
    LEFT JOIN paused_users AS pause ON pause.user_id = person.id
    ORDER BY {{order}}"""  # noqa: S608
_LIVE_BY_DAY = text(f"""
    SELECT job_type, (created_at AT TIME ZONE 'UTC')::date AS date,
        count(*) FILTER (WHERE status = '{Status.PENDING}') AS waiting,
        count(*) FILTER (WHERE status <> '{Status.PENDING}') AS running
    FROM background_jobs WHERE user_id = :user_id AND status = ANY(:live)
    GROUP BY 1, 2 ORDER BY 2 DESC, 1""").bindparams(_LIVE)  # noqa: S608
