"""Hearing notices of Postgres on the connection of a loop: at once, and without work while there are none."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from lodestone_gateway.store.notices import ListeningConnection
from lodestone_gateway.store.session import Role
from support.waiting import eventually


@pytest.fixture
def heard() -> list[str]:
    """What was heard."""
    return []


@pytest.fixture
async def connection(database_url: str, heard: list[str]) -> AsyncIterator[ListeningConnection]:
    """One that listens."""
    connection = ListeningConnection(database_url, Role.RELAY, channel="outbox", on_notice=heard.append)
    await connection.execute("SELECT 1")
    yield connection
    await connection.close()


def tell(database_url: str, *said: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as other:
        for each in said:
            other.execute("SELECT pg_notify('outbox', %s)", [each])


async def test_whoever_begins_to_listen_may_have_missed_something(
    connection: ListeningConnection, heard: list[str]
) -> None:
    assert heard == [""]


async def test_a_notice_is_heard_without_looking_for_it(
    database_url: str, connection: ListeningConnection, heard: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard.clear()
    loop, delays = asyncio.get_running_loop(), list[float]()
    call_later = loop.call_later

    def note(delay: float, *arguments: object) -> asyncio.TimerHandle:
        delays.append(delay)
        return call_later(delay, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "call_later", note)
    await asyncio.to_thread(tell, database_url, "a", "b")
    monkeypatch.undo()
    await eventually(lambda: heard == ["a", "b"])

    assert [delay for delay in delays if delay < 10] == []


async def test_what_comes_during_a_statement_is_heard_with_its_answer(
    database_url: str, connection: ListeningConnection, heard: list[str]
) -> None:
    heard.clear()

    [(said,)] = await connection.execute("SELECT pg_notify('outbox', 'own')::text")

    assert (said, heard) == ("", ["own"])


async def test_statements_go_on_after_a_notice_that_nobody_has_read_yet(
    database_url: str, connection: ListeningConnection, heard: list[str]
) -> None:
    [(before,)] = await connection.execute("SELECT pg_backend_pid()")
    tell(database_url, "unread")  # while nothing else runs here

    [(after,)] = await connection.execute("SELECT pg_backend_pid()")

    assert after == before
    assert heard == ["", "unread"]


async def test_whoever_has_lost_the_connection_is_told_and_listens_again(
    database_url: str, connection: ListeningConnection, heard: list[str]
) -> None:
    heard.clear()
    [(backend,)] = await connection.execute("SELECT pg_backend_pid()")
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [backend])
    await eventually(lambda: heard == [""])

    await connection.execute("SELECT 1")
    await asyncio.to_thread(tell, database_url, "a")

    await eventually(lambda: heard == ["", "", "a"])
