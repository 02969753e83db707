"""The operators' audit in the database: who may append an entry, and that nobody takes one back."""

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone_gateway.store.session import Role
from psycopg.errors import CheckViolation, InsufficientPrivilege
from support.roles import acting

AS_OPERATOR = "SELECT set_config('app.is_operator', 'true', true)"
APPEND = """
    INSERT INTO operator_audit (id, operator_id, login_name, action, target_kind, outcome)
    VALUES (gen_random_uuid(), %s, %s, 'pause', 'job_type', 'done')"""
CHANGES = (
    "UPDATE operator_audit SET outcome = 'refused'",
    "DELETE FROM operator_audit",
    "TRUNCATE operator_audit",
)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("replicates", [False, True])
def test_even_the_owner_of_the_table_changes_no_entry(
    owner: psycopg.Connection, change: str, replicates: bool
) -> None:
    owner.execute(APPEND, [new_id(), None])
    if replicates:  # as in a restore, where ordinary triggers are not run
        owner.execute("SET LOCAL session_replication_role = 'replica'")

    with pytest.raises(InsufficientPrivilege, match="neither changed nor deleted"), owner.transaction():
        owner.execute(change)

    assert owner.execute("SELECT count(*) FROM operator_audit").fetchone() == (1,)


def test_the_app_appends_for_an_operator_alone_and_reads_nothing(database_url: str) -> None:
    with acting(database_url, Role.APP, new_id()) as connection:
        with pytest.raises(InsufficientPrivilege), connection.transaction():
            connection.execute(APPEND, [new_id(), None])
        connection.execute(AS_OPERATOR)
        connection.execute(APPEND, [new_id(), None])
        with pytest.raises(InsufficientPrivilege), connection.transaction():
            connection.execute("SELECT id FROM operator_audit")


@pytest.mark.parametrize(("operator_id", "login_name"), [(None, None), (new_id(), "root")])
def test_an_entry_names_one_operator(
    owner: psycopg.Connection, operator_id: object, login_name: str | None
) -> None:
    with pytest.raises(CheckViolation):
        owner.execute(APPEND, [operator_id, login_name])


def test_nobody_else_appends(database_url: str) -> None:
    for role in set(Role) - {Role.APP}:
        with acting(database_url, role) as connection:
            connection.execute(AS_OPERATOR)
            with pytest.raises(InsufficientPrivilege):
                connection.execute(APPEND, [new_id(), None])


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO subscriptions (user_id, plan) VALUES (%(user)s, 'unlimited')",
        "UPDATE subscriptions SET plan = 'unlimited'",
    ],
)
def test_the_app_sets_plans_for_operators_alone(database_url: str, change: str) -> None:
    user, on_plan = new_id(), new_id()
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO users (id) VALUES (%s), (%s)", [user, on_plan])
        connection.execute("INSERT INTO subscriptions (user_id, plan) VALUES (%s, 'free')", [on_plan])
    acts_as = user if change.startswith("INSERT") else on_plan

    with acting(database_url, Role.APP, acts_as) as connection:
        for is_operator in (False, True):
            if is_operator:
                connection.execute(AS_OPERATOR)
            try:
                with connection.transaction():
                    changed = connection.execute(change, {"user": user}).rowcount
            except InsufficientPrivilege:
                changed = 0
            assert changed == (1 if is_operator else 0)
