"""`lodestone-gateway plan set USER PLAN | show USER`: how many lead magnets a user may make in a month."""

import argparse
import asyncio
from collections.abc import Sequence
from typing import Any, get_args
from uuid import UUID

import psycopg
from lodestone.errors import Misconfigured
from lodestone.ids import parse_id
from lodestone.settings import read_settings

from lodestone_gateway.caps import PlanName
from lodestone_gateway.in_words import in_words
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.plans import set_plan
from lodestone_gateway.settings import PlanSettings
from lodestone_gateway.store.connecting import connect_arguments
from lodestone_gateway.store.session import Role, default_plan, make_engine

_SHOW = """
    SELECT plan, monthly_limit, used, reserved, to_char(resets_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
        EXISTS (SELECT FROM subscriptions WHERE user_id = %(user_id)s),
        EXISTS (SELECT FROM users WHERE id = %(user_id)s)
    FROM lodestone_usage(%(user_id)s)"""


def run(arguments: Sequence[str]) -> str:
    """Does what the arguments say, as the database owner, and prints the result. Raises Misconfigured."""
    options = _parser().parse_args(arguments)
    user_id = _id(options.user)
    plan = _plan(options.plan) if options.command == "set" else None
    settings = read_settings(PlanSettings)
    with in_words():
        if plan:
            return asyncio.run(_set(settings.database_url_of("operator"), user_id, plan))
        with psycopg.connect(**_connection(settings)) as connection:
            return _show(connection, user_id)


def _connection(settings: PlanSettings) -> dict[str, Any]:
    return connect_arguments(settings.database_url_of("operator"), default_plan(settings.default_plan))


async def _set(database_url: str, user_id: UUID, plan: PlanName) -> str:
    acting = make_engine(database_url, Role.APP, pool_size=1)
    try:
        is_known = await set_plan(acting, Actor.at_command_line(), user_id, plan)
    finally:
        await acting.dispose()
    first = "" if is_known else " Nobody with this id has signed in yet: the plan applies when they do."
    return f"{user_id} is now on the plan {plan}.{first}\n"


def _show(connection: psycopg.Connection, user_id: UUID) -> str:
    (row,) = connection.execute(_SHOW, {"user_id": user_id}).fetchall()
    plan, limit, used, reserved, resets_on, is_given, is_known = row
    if not is_known:
        raise Misconfigured(f"Unknown user {user_id}. Users are known from their first request on.")
    how = "" if is_given else ", the default plan, because none was set for this user"
    room = "no limit" if limit is None else f"{limit} lead magnets a month"
    return f"{user_id}: {plan}{how}; {room}, {used} used, {reserved} reserved until {resets_on}\n"


def _id(text: str) -> UUID:
    user_id = parse_id(text)
    if user_id is None:
        raise Misconfigured(f"{text} is not a user id: give a UUID, the `sub` of the user's tokens.")
    return user_id


def _plan(text: str) -> PlanName:
    plans: tuple[PlanName, ...] = get_args(PlanName)
    for plan in plans:
        if plan == text:
            return plan
    raise Misconfigured(f"Unknown plan {text}. Plans: {', '.join(plans)}.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lodestone-gateway plan")
    commands = parser.add_subparsers(dest="command", required=True)
    put = commands.add_parser("set", help="puts a user on a plan")
    put.add_argument("user", help="the `sub` of the user's tokens")
    put.add_argument("plan", help=", ".join(get_args(PlanName)))
    commands.add_parser("show", help="shows the plan and how much of it is used").add_argument("user")
    return parser
