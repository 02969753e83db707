"""`lodestone-gateway plan`: an operator sets a user's plan and reads their usage."""

import os
import pwd
import sys
from uuid import UUID

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone_gateway.__main__ import main
from psycopg.conninfo import make_conninfo
from support.tables import give_tables

NOWHERE = "postgresql://postgres@127.0.0.1:1/postgres"


class Plans:
    """The command on its own database, without a bus."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.url = url
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        monkeypatch.delenv("LODESTONE_NATS_URL", raising=False)
        monkeypatch.setenv("LODESTONE_DATABASE_URL", url)

    def run(self, *arguments: object) -> tuple[object, str]:
        """Returns the exit status and the output; 0 if it simply returns."""
        self._monkeypatch.setattr(sys, "argv", ["lodestone-gateway", "plan", *map(str, arguments)])
        status: object = 0
        try:
            main()
        except SystemExit as end:
            status = end.code
        said = self._capsys.readouterr()
        return status, said.out + said.err


@pytest.fixture(scope="module")
def database_url(module_postgres_url: str) -> str:
    give_tables(module_postgres_url)
    return module_postgres_url


@pytest.fixture
def plans(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Plans:
    return Plans(database_url, monkeypatch, capsys)


def known_user(url: str) -> UUID:
    user_id = new_id()
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO users (id) VALUES (%s)", [user_id])
    return user_id


def test_a_plan_is_set_shown_and_set_anew(plans: Plans) -> None:
    user_id = known_user(plans.url)

    assert plans.run("set", user_id, "pro") == (0, f"{user_id} is now on the plan pro.\n")
    assert "pro; 15 lead magnets a month, 0 used, 0 reserved until 20" in plans.run("show", user_id)[1]
    plans.run("set", user_id, "unlimited")

    assert "unlimited; no limit, 0 used" in plans.run("show", user_id)[1]


def test_a_plan_waits_for_a_user_who_has_not_signed_in(plans: Plans) -> None:
    user_id = new_id()

    assert "Nobody with this id has signed in yet" in plans.run("set", user_id, "pro")[1]
    assert f"{user_id}: pro;" in plans.run("show", user_id)[1]


def test_who_was_given_none_is_shown_on_the_default_plan(
    plans: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = known_user(plans.url)

    assert (
        "free, the default plan, because none was set for this user; 2 lead" in plans.run("show", user_id)[1]
    )
    monkeypatch.setenv("LODESTONE_DEFAULT_PLAN", "pro")

    assert (
        "pro, the default plan, because none was set for this user; 15 lead" in plans.run("show", user_id)[1]
    )


def test_what_cannot_be_done_is_a_sentence(plans: Plans, monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = new_id()
    said = [
        plans.run("set", user_id, "golden"),
        plans.run("set", "somebody@example.com", "pro"),
        plans.run("show", user_id),
    ]
    monkeypatch.setenv("LODESTONE_DEFAULT_PLAN", "golden")
    said.append(plans.run("show", user_id))
    monkeypatch.delenv("LODESTONE_DEFAULT_PLAN")
    monkeypatch.setenv("LODESTONE_DATABASE_URL", NOWHERE)
    said.append(plans.run("show", user_id))
    monkeypatch.delenv("LODESTONE_DATABASE_URL")
    said.append(plans.run("show", user_id))

    expected = [
        "Unknown plan golden. Plans: free, pro, unlimited.",
        "somebody@example.com is not a user id: give a UUID",
        f"Unknown user {user_id}.",
        "LODESTONE_DEFAULT_PLAN: Input should be 'free', 'pro' or 'unlimited'",
        "Is it running, and is LODESTONE_DATABASE_URL correct?",
        "LODESTONE_DATABASE_URL: Field required",
    ]
    assert [
        (status, sentence in words) for (status, words), sentence in zip(said, expected, strict=True)
    ] == [(1, True)] * len(expected), said


def test_a_login_that_serves_no_operators_may_set_no_plan(
    plans: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(plans.url) as owner:
        owner.execute("ALTER ROLE lodestone_relay PASSWORD 'of-the-relay'")
    url = make_conninfo(plans.url, user="lodestone_relay", password="of-the-relay")
    monkeypatch.setenv("LODESTONE_DATABASE_URL", url)

    status, words = plans.run("set", new_id(), "pro")

    assert (status, "must be the owner of the database" in words) == (1, True), words


def test_whoever_sets_a_plan_is_in_the_audit_as_the_operating_system_knows_them(plans: Plans) -> None:
    user_id = known_user(plans.url)

    for plan in ("pro", "free", "free"):
        plans.run("set", user_id, plan)

    with psycopg.connect(plans.url) as owner:
        found = owner.execute(
            "SELECT login_name, user_id, details, outcome FROM operator_audit WHERE user_id = %s ORDER BY at",
            [user_id],
        ).fetchall()
    login = pwd.getpwuid(os.getuid()).pw_name
    assert found == [
        (login, user_id, {"plan": "pro", "before": None}, "done"),
        (login, user_id, {"plan": "free", "before": "pro"}, "done"),
        (login, user_id, {"plan": "free", "before": "free"}, "unchanged"),
    ]
