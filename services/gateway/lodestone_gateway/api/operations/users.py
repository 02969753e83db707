"""For operators: users with what they use and spend, and their plans and caps."""

from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Body, Query
from lodestone.wire import WireModel
from pydantic import ConfigDict

from lodestone_gateway.account.users import (
    MAX_SEARCH,
    ListedUser,
    Sort,
    UserDetail,
    list_users,
    read_user,
)
from lodestone_gateway.api.filters import Limit
from lodestone_gateway.caps import OwnCaps, PlanName
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.plans import set_plan
from lodestone_gateway.operating.user_caps import set_caps
from lodestone_gateway.parts import Operator, ThisProcess, id_in_path

log = structlog.get_logger(__name__)


class UserList(WireModel):
    """A page of users; `nextCursor` is null on the last one, and where the order has no pages."""

    items: list[ListedUser]
    next_cursor: str | None


class PlanRequest(WireModel):
    """The plan to put a user on; an unknown name is refused."""

    model_config = ConfigDict(extra="forbid")

    plan: PlanName


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this module."""
    put: dict[str, Any] = {"methods": ["PUT"]}
    routes.add_api_route("/users", _users, methods=["GET"], name="list_users")
    routes.add_api_route("/users/{user_id}", _user, methods=["GET"], name="read_user")
    routes.add_api_route("/users/{user_id}/plan", _set_plan, **put, name="set_plan")
    routes.add_api_route("/users/{user_id}/caps", _set_caps, **put, name="set_caps")


async def _users(
    parts: ThisProcess,
    _: Operator,
    search: Annotated[
        str | None, Query(max_length=MAX_SEARCH, description="A user's id or email address")
    ] = None,
    sort: Annotated[
        Sort, Query(description="`liveJobs` and `spend` list those with the most, without pages")
    ] = Sort.NEWEST,
    cursor: str | None = None,
    limit: Limit = 20,
) -> UserList:
    """Users with their plan, their live jobs, and what they spent today and this month."""
    page = await list_users(parts.reader, search=search, sort=sort, cursor=cursor, limit=limit)
    return UserList(items=[each.user for each in page.rows], next_cursor=page.next_cursor)


async def _user(parts: ThisProcess, _: Operator, user_id: str) -> UserDetail:
    """One user: usage and cost by day and job type, caps and what is used of them, live jobs."""
    return await read_user(parts.reader, parts.engine, _id(user_id))


async def _set_plan(
    parts: ThisProcess, operator: Operator, user_id: str, asked: Annotated[PlanRequest, Body()]
) -> UserDetail:
    """Puts a user on a plan, from their next request on."""
    id = _id(user_id)
    await read_user(parts.reader, parts.engine, id)  # somebody unknown is put on a plan by the command line
    await set_plan(parts.engine, Actor(operator.id), id, asked.plan)
    log.warning("set plan", operator=str(operator.id), user_id=str(id), plan=asked.plan)
    return await read_user(parts.reader, parts.engine, id)


async def _set_caps(
    parts: ThisProcess, operator: Operator, user_id: str, asked: Annotated[OwnCaps, Body()]
) -> UserDetail:
    """Gives a user caps of their own instead of those of the plan; an empty body takes them all away."""
    id = _id(user_id)
    await set_caps(parts.engine, Actor(operator.id), id, asked)
    log.warning("set caps", operator=str(operator.id), user_id=str(id))
    return await read_user(parts.reader, parts.engine, id)


def _id(user_id: str) -> UUID:
    return id_in_path(user_id, "No user with this id has signed in yet.")
