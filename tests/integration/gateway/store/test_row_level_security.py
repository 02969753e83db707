"""What each database role may do, tried on the database itself."""

import json

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone_gateway.store.session import Role
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier
from support.roles import acting, owners

TABLES = ("users", "background_jobs", "job_events", "job_calls", "outbox", "brand_kits")
INSERT_JOB = """
    INSERT INTO background_jobs (id, user_id, job_type, status, seq, input, deadline_at)
    VALUES (%s, %s, 'ideation', %s, %s, '{}', now())"""


class Owned:
    """A user with one row in each of these tables."""

    def __init__(self, url: str) -> None:
        self.user_id, self.job_id = new_id(), new_id()
        common = [self.job_id, self.user_id]
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO users (id) VALUES (%s)", [self.user_id])
            connection.execute(INSERT_JOB, [*common, "pending", 0])
            connection.execute(
                "INSERT INTO job_events (job_id, user_id, seq, event_id, event, time, attempt, body, source,"
                " stream_sequence) VALUES (%s, %s, 1, gen_random_uuid(), 'requested', now(), 0, '{}', '', 1)",
                common,
            )
            connection.execute(
                "INSERT INTO job_calls (call_id, job_id, user_id, job_type, attempt)"
                " VALUES (gen_random_uuid(), %s, %s, 'ideation', 1)",
                common,
            )
            connection.execute(
                "INSERT INTO outbox (event_id, job_id, user_id, job_type, event, body, time)"
                " VALUES (gen_random_uuid(), %s, %s, 'ideation', 'requested', '{}', now())",
                common,
            )
            connection.execute("INSERT INTO brand_kits (user_id) VALUES (%s)", [self.user_id])


@pytest.fixture(scope="module")
def me(database_url: str) -> Owned:
    return Owned(database_url)


@pytest.fixture(scope="module")
def other(database_url: str) -> Owned:
    return Owned(database_url)


@pytest.mark.parametrize("table", TABLES)
def test_the_app_sees_the_rows_of_its_user_alone(
    database_url: str, me: Owned, other: Owned, table: str
) -> None:
    with acting(database_url, Role.APP, me.user_id) as connection:
        assert owners(connection, table) == {me.user_id}


@pytest.mark.parametrize("table", TABLES)
def test_the_app_without_a_user_sees_nothing(database_url: str, me: Owned, table: str) -> None:
    with acting(database_url, Role.APP) as connection:
        assert owners(connection, table) == set()


def test_the_user_of_a_transaction_is_gone_after_it(database_url: str, me: Owned) -> None:
    with acting(database_url, Role.APP, me.user_id) as connection:
        connection.commit()

        assert owners(connection, "background_jobs") == set()


def test_the_app_makes_pending_jobs_for_its_user(database_url: str, me: Owned) -> None:
    with acting(database_url, Role.APP, me.user_id) as connection:
        connection.execute(INSERT_JOB, [new_id(), me.user_id, "pending", 0])


@pytest.mark.parametrize(("status", "seq"), [("completed", 0), ("processing", 0), ("pending", 5)])
def test_the_app_makes_no_job_that_is_under_way(database_url: str, me: Owned, status: str, seq: int) -> None:
    with acting(database_url, Role.APP, me.user_id) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(INSERT_JOB, [new_id(), me.user_id, status, seq])


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO background_jobs (id, user_id, job_type, input, deadline_at)"
        " VALUES (gen_random_uuid(), %(other)s, 'ideation', '{}', now())",
        "INSERT INTO outbox (event_id, job_id, user_id, job_type, event, body, time)"
        " VALUES ('x', %(job)s, %(other)s, 'ideation', 'cancel_requested', '{}', now())",
        "INSERT INTO brand_kits (user_id) VALUES (%(other)s)",
        "INSERT INTO users (id) VALUES (gen_random_uuid())",
        "INSERT INTO erasures (job_id, job_type, user_id) VALUES (%(job)s, 'ideation', %(other)s)",
        "INSERT INTO deleted_accounts (user_id) VALUES (%(other)s)",
    ],
)
def test_the_app_makes_nothing_for_another_user(database_url: str, me: Owned, other: Owned, sql: str) -> None:
    names = {"other": other.user_id, "job": other.job_id}

    with acting(database_url, Role.APP, me.user_id) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(sql, names)


ERASE = "INSERT INTO erasures (job_id, job_type, user_id) VALUES (%s, 'ideation', %s)"


def test_the_app_has_its_users_own_jobs_erased_and_no_others(
    database_url: str, me: Owned, other: Owned
) -> None:
    with acting(database_url, Role.APP, me.user_id) as connection:
        connection.execute(ERASE, [me.job_id, me.user_id])
        with pytest.raises(InsufficientPrivilege), connection.transaction():
            connection.execute(ERASE, [other.job_id, me.user_id])


@pytest.mark.parametrize("role", [Role.APP, Role.RELAY, Role.READER])
@pytest.mark.parametrize("sql", ["UPDATE background_jobs SET error = 'x'", "DELETE FROM background_jobs"])
def test_only_the_projector_changes_jobs(database_url: str, me: Owned, role: Role, sql: str) -> None:
    with acting(database_url, role, me.user_id) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(sql)


def test_the_projector_changes_jobs_of_every_user_and_deletes_none(
    database_url: str, me: Owned, other: Owned
) -> None:
    with acting(database_url, Role.PROJECTOR) as connection:
        changed = connection.execute("UPDATE background_jobs SET error = 'x' RETURNING id").fetchall()
        assert {me.job_id, other.job_id} <= {row[0] for row in changed}
        with pytest.raises(InsufficientPrivilege):
            connection.execute("DELETE FROM background_jobs")


def test_the_projector_asks_for_an_erasure_again_and_calls_none_done(database_url: str, me: Owned) -> None:
    with acting(database_url, Role.APP, me.user_id) as connection:
        connection.execute(ERASE, [me.job_id, me.user_id])
        connection.commit()
    with acting(database_url, Role.PROJECTOR) as connection:
        again = connection.execute(
            "UPDATE erasures SET done_at = NULL, requested_at = now() RETURNING job_id"
        )
        assert (me.job_id,) in again.fetchall()
        with pytest.raises(InsufficientPrivilege):
            connection.execute("UPDATE erasures SET done_at = now()")


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO job_events"
        " (job_id, user_id, seq, event_id, event, time, attempt, body, source, stream_sequence)"
        " VALUES (%(job)s, %(user)s, 2, 'x', 'started', now(), 1, '{}', '', 2)",
        "UPDATE job_events SET body = '{}'",
        "UPDATE outbox SET published_at = now()",
        "UPDATE projector_cursor SET version = 5",
        "UPDATE job_calls SET cost_usd = 0",
    ],
)
@pytest.mark.parametrize("role", [Role.APP, Role.READER])
def test_app_and_reader_write_no_history(database_url: str, me: Owned, role: Role, sql: str) -> None:
    with acting(database_url, role, me.user_id) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(sql, {"job": me.job_id, "user": me.user_id})


@pytest.mark.parametrize("table", TABLES)
def test_the_reader_sees_every_row(database_url: str, me: Owned, other: Owned, table: str) -> None:
    with acting(database_url, Role.READER) as connection:
        assert {me.user_id, other.user_id} <= owners(connection, table)


def test_an_unknown_role_sees_nothing_at_all(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE ROLE stranger NOLOGIN")
        connection.execute("SET ROLE stranger")
        for table in TABLES:
            with pytest.raises(InsufficientPrivilege), connection.transaction():
                connection.execute(SQL("SELECT * FROM {}").format(Identifier(table)))
        connection.rollback()


def test_no_role_of_ours_goes_around_row_level_security(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls)",
            [list(Role)],
        )
        assert found.fetchall() == []
        unprotected = connection.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND NOT relrowsecurity", [list(TABLES)]
        )
        assert unprotected.fetchall() == []


PAUSE = "INSERT INTO paused_job_types (job_type, paused_by) VALUES ('posts', gen_random_uuid())"
RESUME = "DELETE FROM paused_job_types"


def test_the_app_pauses_for_an_operator_alone(database_url: str, me: Owned) -> None:
    with acting(database_url, Role.APP, me.user_id) as connection:
        with pytest.raises(InsufficientPrivilege), connection.transaction():
            connection.execute(PAUSE)
        connection.execute("SELECT set_config('app.is_operator', 'true', true)")
        connection.execute(PAUSE)
        connection.execute("SELECT set_config('app.is_operator', '', true)")

        assert connection.execute(RESUME).rowcount == 0
        assert connection.execute("SELECT job_type FROM paused_job_types").fetchall() == [("posts",)]


@pytest.mark.parametrize("role", [Role.PROJECTOR, Role.RECONCILER, Role.READER])
@pytest.mark.parametrize("sql", [PAUSE, RESUME])
def test_nobody_else_pauses(database_url: str, role: Role, sql: str) -> None:
    with acting(database_url, role) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(sql)


def test_the_app_pauses_users_and_sees_who_is_paused_for_an_operator_alone(
    database_url: str, me: Owned
) -> None:
    pause = "INSERT INTO paused_users (user_id, paused_by) VALUES (%s, gen_random_uuid())"
    with acting(database_url, Role.APP, me.user_id) as connection:
        with pytest.raises(InsufficientPrivilege), connection.transaction():
            connection.execute(pause, [me.user_id])
        connection.execute("SELECT set_config('app.is_operator', 'true', true)")
        connection.execute(pause, [me.user_id])
        connection.execute("SELECT set_config('app.is_operator', '', true)")

        assert connection.execute("SELECT FROM paused_users").fetchall() == []


def test_the_relay_ends_what_is_resumed_gradually_and_no_pause(database_url: str) -> None:
    with psycopg.connect(database_url) as owner:
        owner.execute(
            "INSERT INTO paused_job_types (job_type, paused_by, per_minute) VALUES"
            " ('posts', gen_random_uuid(), NULL), ('emails', gen_random_uuid(), 6)"
        )
    try:
        with acting(database_url, Role.RELAY) as connection:
            with pytest.raises(InsufficientPrivilege), connection.transaction():
                connection.execute(PAUSE)
            connection.execute(RESUME)

            assert connection.execute("SELECT job_type FROM paused_job_types").fetchall() == [("posts",)]
    finally:
        with psycopg.connect(database_url) as owner:
            owner.execute(RESUME)


@pytest.mark.parametrize("table", ["dead_events", "consumer_states", "service_beats", "lane_paces"])
def test_users_see_nothing_of_what_operators_see(database_url: str, me: Owned, table: str) -> None:
    with acting(database_url, Role.APP, me.user_id) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(SQL("SELECT * FROM {}").format(Identifier(table)))


def test_json_with_every_kind_of_text_is_kept(database_url: str, me: Owned) -> None:
    odd = {"a": "🚀 ש \u202e {} % %s :x ' \" \\ \n"}

    with acting(database_url, Role.PROJECTOR) as connection:
        connection.execute(
            "UPDATE background_jobs SET result = %s WHERE id = %s", [json.dumps(odd), me.job_id]
        )
        found = connection.execute("SELECT result FROM background_jobs WHERE id = %s", [me.job_id]).fetchone()

    assert found == (odd,)


BULK = """
    INSERT INTO bulk_actions (id, action, filter, operator_id, found, rate_per_minute)
    VALUES (%s, 'replay', '{}', %s, '{}', 1)"""


def test_bulk_actions_are_made_and_seen_by_operators_alone(database_url: str, me: Owned) -> None:
    id = new_id()
    with acting(database_url, Role.APP, me.user_id) as connection:
        connection.execute("SELECT set_config('app.is_operator', 'true', true)")
        connection.execute(BULK, [id, me.user_id])
        connection.execute(
            "INSERT INTO bulk_action_jobs (bulk_action_id, job_id) VALUES (%s, %s)", [id, me.job_id]
        )
        seen = [count_of(connection, table) for table in ("bulk_actions", "bulk_action_jobs")]
        connection.execute("SELECT set_config('app.is_operator', '', true)")
        hidden = [count_of(connection, table) for table in ("bulk_actions", "bulk_action_jobs")]
        changed = connection.execute("UPDATE bulk_actions SET state = 'aborted'").rowcount
        with pytest.raises(InsufficientPrivilege):
            connection.execute(BULK, [new_id(), me.user_id])

    assert (seen, hidden, changed) == ([1, 1], [0, 0], 0)


def count_of(connection: psycopg.Connection, table: str) -> int:
    [row] = connection.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table))).fetchall()
    return int(row[0])
