"""What gateway processes tell each other of their users: it adds up, by the database's clock."""

from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone_gateway.caps import caps_by_plan, session_setting
from lodestone_gateway.rates.limiter import Rate
from lodestone_gateway.rates.watching import Heard
from lodestone_gateway.store.session import Role
from lodestone_gateway.store.shared_rates import SharedRates
from support.roles import acting, owners

HOURLY = Rate("submissions", 10, 3600, "Too many")
SLACK = 30.0  # seconds that a busy machine may lose between two statements


@pytest.fixture
async def rates(database_url: str) -> AsyncIterator[list[SharedRates]]:
    """As two processes have it."""
    plans = session_setting(caps_by_plan({"free": {"streams": 7}}))
    found = [SharedRates(database_url, plans) for _ in range(2)]
    yield found
    for each in found:
        await each.close()


@pytest.fixture
def users(database_url: str) -> list[UUID]:
    made = [new_id() for _ in range(3)]
    with psycopg.connect(database_url) as connection:
        for user_id in made:
            connection.execute("INSERT INTO users (id) VALUES (%s)", [user_id])
    return made


def about(seconds: float) -> object:
    return pytest.approx(seconds - SLACK / 2, abs=SLACK / 2)


async def test_what_all_took_is_added_up(rates: list[SharedRates], users: list[UUID]) -> None:
    one, other = rates
    alice, bob, _ = users

    assert await one.tell(HOURLY, {alice: 360.0, bob: 720.0}) == {alice: about(360), bob: about(720)}
    assert await other.tell(HOURLY, {alice: 1000.0}) == {alice: about(1360)}
    assert await one.tell(HOURLY, {alice: -360.0}) == {alice: about(1000)}
    assert await other.tell(Rate("requests", 9, 60, "Too many"), {alice: 60.0}) == {alice: about(60)}


async def test_a_new_process_learns_what_is_missing(rates: list[SharedRates], users: list[UUID]) -> None:
    one, other = rates
    alice, bob, carol = users
    await one.tell(HOURLY, {alice: 360.0, bob: 720.0, carol: 0.0})

    known = (await other.known())["submissions"]

    assert {user_id: known.get(user_id) for user_id in users} == {
        alice: about(360),
        bob: about(720),
        carol: None,
    }


async def test_users_without_a_row_are_left_out(rates: list[SharedRates], users: list[UUID]) -> None:
    heard = await rates[0].tell(HOURLY, {new_id(): 360.0, users[0]: 360.0})

    assert set(heard) == {users[0]}


@pytest.mark.parametrize(("days", "left"), [(300, 3960), (-300, 360)])
async def test_a_clock_that_was_wrong_does_no_harm(
    database_url: str, rates: list[SharedRates], users: list[UUID], days: int, left: float
) -> None:
    with psycopg.connect(database_url) as connection:
        row = "INSERT INTO rate_limits VALUES (%s, 'submissions', now() + make_interval(days => %s))"
        connection.execute(row, [users[0], days])

    assert await rates[0].tell(HOURLY, {users[0]: 360.0}) == {users[0]: about(left)}


async def test_the_use_goes_with_the_user(
    database_url: str, rates: list[SharedRates], users: list[UUID]
) -> None:
    await rates[0].tell(HOURLY, {users[0]: 360.0})
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM users WHERE id = %s", [users[0]])

    assert await rates[0].tell(HOURLY, {users[0]: 360.0}) == {}
    assert users[0] not in (await rates[0].known()).get("submissions", {})


async def test_a_user_sees_their_own_use_alone(
    database_url: str, rates: list[SharedRates], users: list[UUID]
) -> None:
    await rates[0].tell(HOURLY, dict.fromkeys(users, 360.0))

    await rates[0].tell_places(dict.fromkeys(users, 6))

    with acting(database_url, Role.APP, users[0]) as connection:
        for table in ("rate_limits", "open_streams"):
            assert owners(connection, table) == {users[0]}


async def test_a_broken_connection_is_replaced(
    database_url: str, rates: list[SharedRates], users: list[UUID]
) -> None:
    await rates[0].tell(HOURLY, {users[0]: 360.0})
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE '%INSERT INTO rate_limits%' AND pid <> pg_backend_pid()"
        )

    with pytest.raises(psycopg.OperationalError):
        await rates[0].tell(HOURLY, {users[0]: 360.0})
    assert await rates[0].tell(HOURLY, {users[0]: 360.0}) == {users[0]: about(720)}


async def test_each_process_hears_of_the_places_at_the_others_and_of_the_cap_of_the_plan(
    database_url: str, rates: list[SharedRates], users: list[UUID]
) -> None:
    one, other = rates
    alice, bob, _ = users
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO subscriptions (user_id, plan) VALUES (%s, 'unlimited')", [bob])

    assert await one.tell_places({alice: 3, bob: 4}) == {alice: Heard(0, 7), bob: Heard(0, None)}
    assert await other.tell_places({alice: 2}) == {alice: Heard(3, 7)}
    assert await one.tell_places({alice: 0}) == {alice: Heard(2, 7)}
    assert await other.tell_places({alice: 2, bob: 1}) == {alice: Heard(0, 7), bob: Heard(4, None)}
    assert await one.tell_places({new_id(): 3}) == {}, "a user without a row"


async def test_places_of_a_process_that_is_gone_count_no_more_and_are_cleared_away(
    database_url: str, rates: list[SharedRates], users: list[UUID]
) -> None:
    dead, alive = rates
    alice, *_ = users
    await dead.tell_places({alice: 5})
    assert await alive.tell_places({alice: 1}) == {alice: Heard(5, 7)}
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE open_streams SET seen_at = seen_at - interval '16 seconds'")

    assert await alive.tell_places({alice: 1}) == {alice: Heard(0, 7)}

    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT open FROM open_streams").fetchall() == [(1,)]


async def test_a_process_that_was_away_tells_its_places_again(
    database_url: str, rates: list[SharedRates], users: list[UUID]
) -> None:
    one, other = rates
    await one.tell_places({users[0]: 5})
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE open_streams SET seen_at = seen_at - interval '1 hour'")
    await one.tell_places({users[0]: 5})

    assert await other.tell_places({users[0]: 1}) == {users[0]: Heard(5, 7)}
