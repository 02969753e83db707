"""Listening for notices of Postgres: heard at once, and without work while there are none."""

import asyncio

import psycopg
import pytest
from lodestone_gateway.store.notices import listen
from lodestone_gateway.store.session import Role
from support.waiting import eventually


async def test_a_notice_is_heard_without_looking_for_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = asyncio.Event()
    listening = asyncio.create_task(listen(database_url, Role.RELAY, "outbox", heard.set))
    await eventually(heard.is_set)  # it listens
    heard.clear()
    loop, delays = asyncio.get_running_loop(), list[float]()
    call_later = loop.call_later

    def note(delay: float, *arguments: object) -> asyncio.TimerHandle:
        delays.append(delay)
        return call_later(delay, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "call_later", note)
    with psycopg.connect(database_url, autocommit=True) as connection:
        for _ in range(2):
            connection.execute("NOTIFY outbox")
            await heard.wait()
            heard.clear()
    monkeypatch.undo()

    assert [delay for delay in delays if delay < 10] == []
    listening.cancel()
    await asyncio.wait({listening})
