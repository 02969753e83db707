"""/console/users: who uses how much; and one user, whose plan and caps can be changed."""

from typing import get_args
from uuid import UUID

from fastapi import APIRouter, Request, Response
from lodestone.errors import InvalidRequest, NotFound
from pydantic.alias_generators import to_camel

from lodestone_gateway.account.usage import CapsOverview, CountCap, OpenCap, SpendCap
from lodestone_gateway.account.users import Listed, Sort, UserDetail, list_users, read_user
from lodestone_gateway.caps import PlanName
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.plans import set_plan
from lodestone_gateway.operating.user_caps import set_caps
from lodestone_gateway.paging import Page
from lodestone_gateway.parts import Operator, ThisProcess, id_in_path
from lodestone_gateway.web.console.cap_fields import LABELS, CapForm, read_caps, texts_of
from lodestone_gateway.web.console.frame import show_console
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.pages import see

PAGE = 50
PLANS: tuple[PlanName, ...] = get_args(PlanName)
SORTS = {Sort.NEWEST: "Newest", Sort.LIVE_JOBS: "Most live jobs", Sort.SPEND: "Most spent today"}


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of these pages."""
    routes.add_api_route("/users", _users, methods=["GET"])
    routes.add_api_route("/users/{user_id}", _user, methods=["GET"])
    routes.add_api_route("/users/{user_id}/plan", _set_plan, methods=["POST"])
    routes.add_api_route("/users/{user_id}/caps", _set_caps, methods=["POST"])


async def _users(
    request: Request,
    parts: ThisProcess,
    operator: Operator,
    search: str = "",
    sort: str = "",
    cursor: str = "",
) -> Response:
    """The list; somebody who is found by their id or address is shown at once."""
    order = Sort(sort) if sort in list(Sort) else Sort.NEWEST
    page, error = Page[Listed]([], None), ""
    try:
        page = await list_users(
            parts.reader, search=search.strip() or None, sort=order, cursor=cursor or None, limit=PAGE
        )
    except InvalidRequest as refused:
        error = str(refused.members["errors"][0]["message"])
    if search.strip() and len(page.rows) == 1:
        return see(f"/console/users/{page.rows[0].id}")
    return await show_console(
        request,
        operator,
        "console/users.html",
        status=422 if error else 200,
        users=[each.user for each in page.rows],
        next_cursor=page.next_cursor,
        search=search,
        order=order,
        sorts=SORTS,
        error=error,
    )


async def _user(request: Request, parts: ThisProcess, operator: Operator, user_id: str) -> Response:
    """One user."""
    user = await read_user(parts.reader, parts.engine, _id(user_id))
    return await _show(request, operator, user, CapForm(texts_of(user.own_caps), None, {}))


async def _set_plan(request: Request, parts: ThisProcess, operator: Operator, user_id: str) -> Response:
    """Puts the user on the plan of the form."""
    user = await read_user(parts.reader, parts.engine, _id(user_id))
    named = (await read_form(request)).text("plan")
    plan = next((each for each in PLANS if each == named), None)
    if plan is None:
        raise NotFound(f"There is no such plan. Plans: {', '.join(PLANS)}.")
    await set_plan(parts.engine, Actor(operator.id), user.id, plan)
    return see(f"/console/users/{user.id}")


async def _set_caps(request: Request, parts: ThisProcess, operator: Operator, user_id: str) -> Response:
    """Gives the user the caps of the form; a wrong one changes nothing."""
    id, form = _id(user_id), await read_form(request)
    asked = read_caps({name: form.text(name) for name in LABELS})
    if asked.caps is None:
        user = await read_user(parts.reader, parts.engine, id)
        return await _show(request, operator, user, asked)
    await set_caps(parts.engine, Actor(operator.id), id, asked.caps)
    return see(f"/console/users/{id}")


async def _show(request: Request, operator: Operator, user: UserDetail, form: CapForm) -> Response:
    return await show_console(
        request,
        operator,
        "console/user.html",
        status=422 if form.errors else 200,
        user=user,
        used=used_caps(user),
        plans=PLANS,
        form=form,
        labels=LABELS,
    )


def used_caps(user: UserDetail) -> list[tuple[str, SpendCap | CountCap | OpenCap]]:
    """The caps that hold for the user, with what is used of each, in the order of the form. Pure."""
    caps = user.usage.caps
    by_name = {to_camel(name): getattr(caps, name) for name in CapsOverview.model_fields}
    by_name |= {f"jobsADay.{name}": cap for name, cap in caps.jobs_a_day.items()}
    return [(label, by_name[name]) for name, label in LABELS.items() if by_name.get(name)]


def _id(user_id: str) -> UUID:
    return id_in_path(user_id, "No user with this id has signed in yet.")
