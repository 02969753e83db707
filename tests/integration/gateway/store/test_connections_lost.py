"""Pooled connections that the server has closed meanwhile."""

import psycopg
from lodestone_gateway.store.session import Role, ask_for_answer, make_engine, transaction
from sqlalchemy import text


async def test_closed_connections_are_replaced_before_they_are_used(database_url: str) -> None:
    engine = make_engine(database_url, Role.RELAY)
    async with transaction(engine) as one, transaction(engine) as other:
        pids = {await session.scalar(text("SELECT pg_backend_pid()")) for session in (one, other)}
    with psycopg.connect(database_url, autocommit=True) as owner:
        for pid in pids:
            owner.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    await ask_for_answer(engine)
    async with transaction(engine) as session:
        assert await session.scalar(text("SELECT pg_backend_pid()")) not in pids

    await engine.dispose()
