"""Engines by database role, and the one transaction at the edge of a request or a batch."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from uuid import UUID

import psycopg
from sqlalchemy import func, make_url, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine


class Role(StrEnum):
    """The database roles (contract, F.88); each engine acts as one of them."""

    APP = "lodestone_app"  # the caller's own rows only, by row-level security
    PROJECTOR = "lodestone_projector"  # folds events; the only one that updates jobs
    RECONCILER = "lodestone_reconciler"  # looks at every job; writes only who runs and that it restores
    RELAY = "lodestone_relay"  # the outbox
    READER = "lodestone_reader"  # reads every row, writes nothing


LOCK_TIMEOUT = {
    Role.APP: "3s",  # then the caller is told to come again
    Role.PROJECTOR: "500ms",  # then the job waits alone
    Role.RECONCILER: "3s",
    Role.RELAY: "3s",
    Role.READER: "3s",
}
"""How long a statement waits for what somebody else has locked."""


def make_engine(database_url: str, role: Role, *, pool_size: int = 10) -> AsyncEngine:
    """An engine whose connections act as `role`; close it with `dispose`. Connects at first use."""
    url = make_url(database_url).set(drivername="postgresql+psycopg")
    return create_async_engine(
        url,
        connect_args={"options": _options(str(url.query.get("options", "")), role), "connect_timeout": 5},
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=15,
        pool_pre_ping=True,
        hide_parameters=True,  # an error is logged, and users' texts are not
    )


async def connect_directly(database_url: str, role: Role) -> psycopg.AsyncConnection[psycopg.rows.TupleRow]:
    """One autocommit connection outside any pool, for LISTEN and session locks. Raises psycopg.Error."""
    given = psycopg.conninfo.conninfo_to_dict(database_url).get("options", "")
    return await psycopg.AsyncConnection.connect(
        database_url, autocommit=True, options=_options(str(given), role), connect_timeout=5
    )


@asynccontextmanager
async def transaction(engine: AsyncEngine, user_id: UUID | None = None) -> AsyncIterator[AsyncSession]:
    """One transaction: committed at the end of the block, rolled back when it raises.

    The app role sees the rows of `user_id` alone, and none without one.
    """
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        if user_id is not None:
            await session.execute(select(func.set_config("app.user_id", str(user_id), True)))
        yield session


def _options(given: str, role: Role) -> str:
    limits = {
        "role": role,
        "lock_timeout": LOCK_TIMEOUT[role],
        "statement_timeout": "30s",
        "idle_in_transaction_session_timeout": "30s",
    }
    return " ".join([given, *(f"-c {name}={value}" for name, value in limits.items())]).strip()
