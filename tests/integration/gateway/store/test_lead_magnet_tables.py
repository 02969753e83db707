"""Roles and row-level security of users' tables, and the limit as the database counts it."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import LiteralString, get_args
from uuid import UUID

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone_gateway.caps import PlanName
from lodestone_gateway.store.session import Role
from psycopg import sql
from psycopg.errors import CheckViolation, InsufficientPrivilege, InvalidParameterValue, UniqueViolation
from support.roles import acting, owners

TABLES = ("subscriptions", "usage_reservations", "lead_magnets", "email_sequences", "wizard_drafts")
INSERT_JOB = """
    INSERT INTO background_jobs (id, user_id, job_type, lead_magnet_id, input, deadline_at)
    VALUES (%s, %s, 'polish', %s, '{}', now())"""
RESERVE = """
    INSERT INTO usage_reservations (id, user_id, lead_magnet_id, state, ended_at)
    VALUES (gen_random_uuid(), %s, gen_random_uuid(), 'settled', now())"""


class Owned:
    """A user with one row in each of these tables."""

    def __init__(self, url: str, plan: str = "free") -> None:
        self.user_id, self.job_id, self.magnet_id = new_id(), new_id(), new_id()
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO users (id) VALUES (%s)", [self.user_id])
            connection.execute(
                "INSERT INTO subscriptions (user_id, plan) VALUES (%s, %s)", [self.user_id, plan]
            )
            connection.execute(INSERT_JOB, [self.job_id, self.user_id, self.magnet_id])
            connection.execute(
                "INSERT INTO usage_reservations (id, user_id, job_id, state)"
                " VALUES (gen_random_uuid(), %s, %s, 'reserved')",
                [self.user_id, self.job_id],
            )
            connection.execute(
                "INSERT INTO lead_magnets (id, user_id, title, archetype, is_custom_idea)"
                " VALUES (%s, %s, 'T', 'one-story', true)",
                [self.magnet_id, self.user_id],
            )
            connection.execute(
                "INSERT INTO email_sequences (id, lead_magnet_id, user_id, emails)"
                " VALUES (gen_random_uuid(), %s, %s, '[]')",
                [self.magnet_id, self.user_id],
            )
            connection.execute(
                "INSERT INTO wizard_drafts (id, user_id, wizard_state) VALUES (gen_random_uuid(), %s, '{}')",
                [self.user_id],
            )


@pytest.fixture(scope="module")
def me(database_url: str) -> Owned:
    return Owned(database_url)


@pytest.fixture(scope="module")
def other(database_url: str) -> Owned:
    return Owned(database_url)


def naming(statement: LiteralString, table: str) -> sql.Composed:
    """The statement for this table."""
    return sql.SQL(statement).format(sql.Identifier(table))


@pytest.mark.parametrize("table", TABLES)
def test_the_app_sees_the_rows_of_its_user_alone(
    database_url: str, me: Owned, other: Owned, table: str
) -> None:
    with acting(database_url, Role.APP, me.user_id) as connection:
        assert owners(connection, table) == {me.user_id}
    with acting(database_url, Role.APP) as connection:
        assert owners(connection, table) == set()


@pytest.mark.parametrize("table", ["lead_magnets", "wizard_drafts"])
def test_the_app_deletes_rows_of_its_user_alone(
    database_url: str, me: Owned, other: Owned, table: str
) -> None:
    with acting(database_url, Role.APP, me.user_id) as connection:
        deleted = connection.execute(naming("DELETE FROM {} RETURNING user_id", table)).fetchall()

        assert deleted == [(me.user_id,)]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO subscriptions (user_id, plan) VALUES (%(me)s, 'unlimited')",
        "DELETE FROM subscriptions",
        "UPDATE usage_reservations SET state = 'released', ended_at = now()",
        "DELETE FROM usage_reservations",
        "INSERT INTO usage_reservations (id, user_id, lead_magnet_id, state, ended_at)"
        " VALUES (gen_random_uuid(), %(me)s, gen_random_uuid(), 'released', now())",
        "INSERT INTO usage_reservations (id, user_id, lead_magnet_id, state, ended_at)"
        " VALUES (gen_random_uuid(), %(other)s, gen_random_uuid(), 'settled', now())",
        "INSERT INTO lead_magnets (id, user_id, title, archetype, is_custom_idea)"
        " VALUES (gen_random_uuid(), %(other)s, 'T', 'one-story', true)",
        "UPDATE lead_magnets SET user_id = %(other)s",
        "INSERT INTO email_sequences (id, lead_magnet_id, user_id, emails)"
        " VALUES (gen_random_uuid(), %(their_magnet)s, %(me)s, '[]')",
        "UPDATE email_sequences SET lead_magnet_id = %(their_magnet)s",
        "INSERT INTO wizard_drafts (id, user_id, wizard_state) VALUES (gen_random_uuid(), %(other)s, '{}')",
    ],
)
def test_the_app_takes_no_quota_and_makes_nothing_for_others(
    database_url: str, me: Owned, other: Owned, statement: str
) -> None:
    names = {"me": me.user_id, "other": other.user_id, "their_magnet": other.magnet_id}

    with acting(database_url, Role.APP, me.user_id) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement, names)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE lead_magnets SET status = 'published'",
        "UPDATE lead_magnets SET title = 'x'",
        "DELETE FROM lead_magnets",
        "INSERT INTO lead_magnets (id, user_id, title, archetype, is_custom_idea)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), 'T', 'one-story', true)",
        "DELETE FROM email_sequences",
        "UPDATE usage_reservations SET user_id = gen_random_uuid()",
        "DELETE FROM usage_reservations",
        "SELECT 1 FROM wizard_drafts",
        "SELECT 1 FROM subscriptions",
    ],
)
def test_the_projector_writes_results_and_nothing_else(database_url: str, me: Owned, statement: str) -> None:
    with acting(database_url, Role.PROJECTOR) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement)


def test_the_projector_writes_parts_of_every_users_lead_magnet(
    database_url: str, me: Owned, other: Owned
) -> None:
    with acting(database_url, Role.PROJECTOR) as connection:
        written = connection.execute(
            "UPDATE lead_magnets SET linkedin_post = 'x', version = version + 1 RETURNING user_id"
        )
        assert {me.user_id, other.user_id} <= {row[0] for row in written}


@pytest.mark.parametrize("table", TABLES)
def test_the_relay_has_nothing_to_do_with_them(database_url: str, me: Owned, table: str) -> None:
    with acting(database_url, Role.RELAY) as connection, pytest.raises(InsufficientPrivilege):
        owners(connection, table)


@pytest.mark.parametrize("table", TABLES)
def test_the_reader_sees_every_row_and_writes_none(
    database_url: str, me: Owned, other: Owned, table: str
) -> None:
    with acting(database_url, Role.READER) as connection:
        assert {me.user_id, other.user_id} <= owners(connection, table)
        with pytest.raises(InsufficientPrivilege):
            connection.execute(naming("DELETE FROM {}", table))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE lead_magnets SET status = 'processing'",
        "UPDATE lead_magnets SET title = ''",
        "UPDATE lead_magnets SET title = repeat('x', 201)",
        "UPDATE email_sequences SET status = 'sent'",
        "UPDATE subscriptions SET plan = 'gold'",
        "UPDATE usage_reservations SET state = 'lost'",
        "UPDATE usage_reservations SET state = 'settled'",
    ],
)
def test_words_that_nobody_knows_are_refused(database_url: str, me: Owned, statement: str) -> None:
    with psycopg.connect(database_url) as connection, pytest.raises(CheckViolation):
        connection.execute(statement)


def test_a_second_live_polish_of_a_lead_magnet_is_refused_until_the_first_ended(
    database_url: str, me: Owned
) -> None:
    with psycopg.connect(database_url) as connection:
        with pytest.raises(UniqueViolation), connection.transaction():
            connection.execute(INSERT_JOB, [new_id(), me.user_id, me.magnet_id])
        connection.execute("UPDATE background_jobs SET status = 'failed' WHERE id = %s", [me.job_id])
        connection.execute(INSERT_JOB, [new_id(), me.user_id, me.magnet_id])
        connection.rollback()


@pytest.mark.parametrize(("plan", "limit"), [(None, 2), ("free", 2), ("pro", 15)])
def test_the_limit_is_reached_after_as_many_as_the_plan_has(
    database_url: str, plan: str | None, limit: int
) -> None:
    user_id = new_id()
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO users (id) VALUES (%s)", [user_id])
        if plan:
            connection.execute("INSERT INTO subscriptions (user_id, plan) VALUES (%s, %s)", [user_id, plan])
        allowed = 0
        while may_use(connection, user_id):
            connection.execute(RESERVE, [user_id])
            allowed += 1
        connection.rollback()

    assert allowed == limit


def test_a_default_plan_that_there_is_not_allows_nothing(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT set_config('lodestone.default_plan', 'golden', true)")
        assert not may_use(connection, new_id())


def test_the_plans_of_the_setting_are_those_of_the_table(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'subscriptions_plan_check'"
        ).fetchone()

    assert set(re.findall(r"'(\w+)'", str(row))) == set(get_args(PlanName))


def test_unlimited_is_unlimited_and_nobody_waits(database_url: str) -> None:
    mine = Owned(database_url, "unlimited")
    with psycopg.connect(database_url) as first, psycopg.connect(database_url) as second:
        for _ in range(20):
            first.execute(RESERVE, [mine.user_id])
        assert may_use(first, mine.user_id)
        second.execute("SET lock_timeout = '1s'")
        assert may_use(second, mine.user_id)
        first.rollback()


def test_an_unknown_user_is_free_and_an_unknown_limit_an_error(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        assert may_use(connection, new_id())
        for limit_type in ("posts", None):
            with pytest.raises(InvalidParameterValue), connection.transaction():
                connection.execute("SELECT check_usage_limit(%s, %s)", [new_id(), limit_type])


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_the_month_is_the_utc_one_wherever_the_session_is(database_url: str, zone: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT set_config('TimeZone', %s, true)", [zone])
        found = connection.execute(
            "SELECT month_began AT TIME ZONE 'UTC' = date_trunc('month', now() AT TIME ZONE 'UTC'),"
            " resets_at AT TIME ZONE 'UTC' ="
            " date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month'"
            " FROM lodestone_usage(%s)",
            [new_id()],
        )
        assert found.fetchone() == (True, True)


def test_the_app_learns_nothing_of_another_users_plan(database_url: str, me: Owned) -> None:
    rich = Owned(database_url, "unlimited")

    with acting(database_url, Role.APP, me.user_id) as connection:
        found = connection.execute("SELECT plan, used, reserved FROM lodestone_usage(%s)", [rich.user_id])
        assert found.fetchone() == ("free", 0, 0)


def test_many_who_check_and_reserve_at_once_get_no_more_than_the_limit(database_url: str) -> None:
    user_id = new_id()
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO users (id) VALUES (%s)", [user_id])

    def use(_: int) -> bool:
        with psycopg.connect(database_url, options=f"-c role={Role.APP}") as connection:
            connection.execute("SELECT set_config('app.user_id', %s, true)", [str(user_id)])
            allowed = may_use(connection, user_id)
            if allowed:
                connection.execute(RESERVE, [user_id])
            return allowed

    with ThreadPoolExecutor(12) as threads:
        assert sum(threads.map(use, range(24))) == 2


def may_use(connection: psycopg.Connection, user_id: UUID) -> bool:
    found = connection.execute("SELECT check_usage_limit(%s, 'lead_magnets')", [user_id]).fetchone()
    assert found is not None
    return bool(found[0])
