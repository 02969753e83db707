"""Every action of every role on every table, tried on the database: what each process needs, and no more."""

from urllib.parse import urlsplit

import psycopg
import pytest
from lodestone_gateway.store.session import Role, make_engine, transaction
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Composed, Identifier
from sqlalchemy import text
from sqlalchemy.exc import DataError

PASSWORD = "a-password-for-the-tests"
ACTIONS = ("select", "insert", "update", "delete", "truncate")
S, SI, SIU, SID, SIUD = ACTIONS[:1], ACTIONS[:2], ACTIONS[:3], ("select", "insert", "delete"), ACTIONS[:4]
SD, SU, SUD = ("select", "delete"), ("select", "update"), ("select", "update", "delete")
EVERYTHING_SEEN = (
    "users",
    "background_jobs",
    "job_events",
    "job_calls",
    "outbox",
    "brand_kits",
    "projector_cursor",
    "subscriptions",
    "usage_reservations",
    "usage_days",
    "usage_cursor",
    "spend_hours",
    "stored_bytes",
    "user_caps",
    "lead_magnets",
    "email_sequences",
    "piece_versions",
    "publications",
    "wizard_drafts",
    "sources",
    "dead_events",
    "paused_job_types",
    "paused_users",
    "spend_control",
    "spend_holds",
    "consumer_states",
    "service_beats",
    "lane_paces",
    "erasures",
    "deleted_accounts",
    "rate_limits",
    "open_streams",
    "operator_audit",
    "bulk_actions",
    "bulk_action_jobs",
)

RIGHTS: dict[str, dict[str, tuple[str, ...]]] = {
    Role.APP: {
        "users": SI,
        "background_jobs": SI,
        "outbox": SIU,
        "job_events": S,
        "job_calls": S,
        "brand_kits": SIUD,
        "erasures": SI,
        "deleted_accounts": SIU,
        "subscriptions": SIU,
        "usage_reservations": SI,
        "usage_days": S,
        "usage_cursor": S,
        "spend_hours": S,
        "stored_bytes": S,
        "rate_limits": S,
        "open_streams": S,
        "lead_magnets": SIUD,
        "piece_versions": SIUD,
        "publications": SIUD,
        "wizard_drafts": SIUD,
        "sources": SIUD,
        "email_sequences": SIU,
        "paused_job_types": SIUD,
        "paused_users": SIUD,
        "user_caps": SIUD,
        "spend_control": SU,
        "spend_holds": SD,
        "operator_audit": ("insert",),
        "bulk_actions": SIU,
        "bulk_action_jobs": SIU,
    },
    Role.PROJECTOR: {
        "background_jobs": SU,
        "job_events": SI,
        "job_calls": SIU,
        "spend_hours": SIU,
        "brand_kits": SIU,
        "projector_cursor": SU,
        "usage_reservations": SU,
        "email_sequences": SIU,
        "piece_versions": SID,
        "lead_magnets": SU,
        "dead_events": SI,
        "erasures": SIU,
    },
    Role.RECONCILER: {
        "background_jobs": SUD,
        "job_events": SU,
        "job_calls": S,
        "outbox": SD,
        "users": SUD,
        "wizard_drafts": SD,
        "lead_magnets": SD,
        "brand_kits": S,
        "erasures": SIUD,
        "deleted_accounts": SU,
        "paused_job_types": S,
        "spend_control": SU,
        "spend_holds": SIUD,
        "projector_cursor": SU,
        "usage_days": SID,
        "usage_cursor": SU,
        "spend_hours": SD,
        "consumer_states": SIUD,
        "service_beats": SIUD,
        "dead_events": SD,
        "bulk_actions": SD,
        "bulk_action_jobs": SD,
    },
    Role.RELAY: {
        "outbox": SUD,
        "background_jobs": S,
        "job_events": S,
        "paused_job_types": SD,
        "paused_users": SD,
        "spend_control": S,
        "spend_holds": S,
        "projector_cursor": SU,
        "lane_paces": SIU,
    },
    Role.READER: dict.fromkeys(EVERYTHING_SEEN, S),
    Role.LIMITER: {"rate_limits": SIU, "open_streams": SIUD, "users": S, "subscriptions": S, "user_caps": S},
}
"""The expected rights of each role; a table that is not listed is closed to it."""

PAUSE = {"paused_by", "paused_at", "per_minute", "resumed_by", "resumed_at"}
COLUMNS = {
    (Role.APP, "publications"): {"page", "policy", "is_listed", "published_at", "taken_down_at"},
    (Role.APP, "paused_job_types"): PAUSE,
    (Role.APP, "outbox"): {"held_by"},
    (Role.APP, "paused_users"): PAUSE,
    (Role.PROJECTOR, "usage_reservations"): {"state", "ended_at"},
    (Role.PROJECTOR, "spend_hours"): {"cost_usd"},
    (Role.APP, "subscriptions"): {"plan"},
    (Role.APP, "user_caps"): {"caps", "changed_at"},
    (Role.APP, "spend_control"): {"waived_until", "waived_by", "waived_at"},
    (Role.RECONCILER, "spend_control"): {"cap_usd"},
    (Role.RECONCILER, "spend_holds"): {"until"},
    (Role.APP, "piece_versions"): {"is_offered"},
    (Role.APP, "sources"): {"name", "text", "version", "updated_at"},
    (Role.APP, "deleted_accounts"): {"requested_at", "done_at"},
    (Role.APP, "bulk_actions"): {
        "found",
        "searched",
        "search_after",
        "found_at",
        "state",
        "rate_per_minute",
        "total",
        "done",
        "refused",
        "started_at",
        "next_at",
        "ended_at",
        "ended_by",
    },
    (Role.APP, "bulk_action_jobs"): {"outcome", "result_job_id", "code", "detail", "ended_at"},
    (Role.RECONCILER, "projector_cursor"): {"version"},
    (Role.RECONCILER, "usage_cursor"): {"until"},
    (Role.RECONCILER, "background_jobs"): {
        "input",
        "result",
        "items",
        "error",
        "progress_message",
        "idempotency_key",
        "idempotency_hash",
        "parent_job_id",
        "erased_at",
        "updated_at",
    },
    (Role.RECONCILER, "job_events"): {"body"},
    (Role.RECONCILER, "users"): {"email", "name"},
    (Role.PROJECTOR, "erasures"): {"requested_at", "done_at"},
    (Role.RECONCILER, "erasures"): {"removes_row", "done_at"},
    (Role.RECONCILER, "deleted_accounts"): {"done_at"},
    (Role.RELAY, "projector_cursor"): {"version"},
    (Role.RELAY, "outbox"): {"tried", "published_at"},
}
"""Updates limited to some columns. Lead magnets have their own test."""

LOGINS = {
    "lodestone_gateway": {Role.APP, Role.READER, Role.LIMITER},
    "lodestone_relay": {Role.RELAY},
    "lodestone_projector": {Role.PROJECTOR},
    "lodestone_reconciler": {Role.RECONCILER},
}


@pytest.fixture(scope="module")
def tables(database_url: str) -> list[str]:
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return sorted(name for (name,) in found)


def columns_of(owner: psycopg.Connection, table: str) -> list[str]:
    found = owner.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND is_generated = 'NEVER' AND identity_generation IS DISTINCT FROM 'ALWAYS'",
        [table],
    )
    return [name for (name,) in found.fetchall()]


def is_allowed(owner: psycopg.Connection, role: str, statement: Composed) -> bool:
    """Whether the role has the right; row-level security and constraints are another matter."""
    with owner.transaction(force_rollback=True):
        owner.execute(SQL("SET LOCAL ROLE {}").format(Identifier(role)))
        try:
            owner.execute(statement)
        except InsufficientPrivilege as refusal:
            return "row-level security" in str(refusal)
        except psycopg.IntegrityError:
            return True
    return True


def attempt(action: str, table: str, column: str) -> Composed:
    statements = {
        "select": "SELECT 1 FROM {table} LIMIT 1",
        "insert": "INSERT INTO {table} DEFAULT VALUES",
        "update": "UPDATE {table} SET {column} = {column} WHERE false",
        "delete": "DELETE FROM {table} WHERE false",
        "truncate": "TRUNCATE {table} CASCADE",
    }
    return SQL(statements[action]).format(table=Identifier(table), column=Identifier(column))


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_it_needs_and_nothing_else(
    owner: psycopg.Connection, tables: list[str], role: Role
) -> None:
    expected = {(table, action) for table, actions in RIGHTS[role].items() for action in actions}

    allowed = {
        (table, action)
        for table in tables
        for action in ACTIONS
        for column in (columns_of(owner, table) if action == "update" else ["*"])
        if is_allowed(owner, role, attempt(action, table, column))
    }

    assert allowed == expected


@pytest.mark.parametrize(("role", "table"), COLUMNS)
def test_where_only_some_columns_are_changed_the_others_are_closed(
    owner: psycopg.Connection, role: Role, table: str
) -> None:
    columns = columns_of(owner, table)

    changed = {each for each in columns if is_allowed(owner, role, attempt("update", table, each))}

    assert changed == COLUMNS[role, table]


def test_the_projector_gives_no_lead_magnet_to_somebody_else(owner: psycopg.Connection) -> None:
    columns = columns_of(owner, "lead_magnets")

    changed = {e for e in columns if is_allowed(owner, Role.PROJECTOR, attempt("update", "lead_magnets", e))}

    assert {"extracted_content", "version"} <= changed
    assert not changed & {"id", "user_id", "title", "status", "published_at", "created_at"}


@pytest.fixture(scope="module")
def login_urls(database_url: str) -> dict[str, str]:
    """The URL of each login, with the password that an operator sets."""
    with psycopg.connect(database_url) as connection:
        for login in LOGINS:
            connection.execute(SQL("ALTER ROLE {} PASSWORD {}").format(Identifier(login), PASSWORD))
    parts = urlsplit(database_url)
    address = parts.netloc.rpartition("@")[2]
    return {login: parts._replace(netloc=f"{login}:{PASSWORD}@{address}").geturl() for login in LOGINS}


@pytest.mark.parametrize("login", LOGINS)
def test_a_login_takes_on_its_own_roles_and_no_other(login_urls: dict[str, str], login: str) -> None:
    every_role = {*Role, *LOGINS, "postgres", "pg_read_all_data", "pg_write_all_data", "pg_monitor"}
    with psycopg.connect(login_urls[login], autocommit=True) as connection:
        taken = {role for role in every_role if can_become(connection, role)}

    assert taken == {str(role) for role in LOGINS[login]} | {login}


def can_become(connection: psycopg.Connection, role: str) -> bool:
    try:
        connection.execute(SQL("SET ROLE {}").format(Identifier(role)))
    except InsufficientPrivilege:
        return False
    connection.execute("RESET ROLE")
    return True


def test_the_gateways_login_reads_nothing_before_it_takes_on_a_role(
    login_urls: dict[str, str], tables: list[str]
) -> None:
    with psycopg.connect(login_urls["lodestone_gateway"], autocommit=True) as connection:
        for table in tables:
            with pytest.raises(InsufficientPrivilege):
                connection.execute(attempt("select", table, "*"))


@pytest.mark.parametrize("login", LOGINS)
def test_a_login_changes_no_table_and_makes_no_role(login_urls: dict[str, str], login: str) -> None:
    with psycopg.connect(login_urls[login], autocommit=True) as connection:
        for statement in (
            "CREATE TABLE mine (id integer)",
            "ALTER TABLE background_jobs DISABLE ROW LEVEL SECURITY",
            "DROP TABLE outbox",
            "CREATE ROLE another",
            "ALTER ROLE lodestone_app BYPASSRLS",
            "GRANT lodestone_projector TO lodestone_gateway",
            "COPY (SELECT 1) TO PROGRAM 'true'",
        ):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(statement)


async def test_an_error_of_the_database_repeats_no_values(login_urls: dict[str, str]) -> None:
    engine = make_engine(login_urls["lodestone_gateway"], Role.APP)
    with pytest.raises(DataError) as error:
        async with transaction(engine) as session:
            await session.execute(
                text("SELECT CAST(:told AS integer), :word"), {"told": "1x", "word": "a secret"}
            )
    await engine.dispose()

    assert "a secret" not in str(error.value)
