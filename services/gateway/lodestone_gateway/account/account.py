"""A user's account: its row, all its stored data as one document, and its deletion."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from lodestone.clock import format_time, now
from pydantic.alias_generators import to_camel
from sqlalchemy import DateTime, Table, text
from sqlalchemy.dialects.postgresql import dialect, insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.jobs.cancel import ask_for_end
from lodestone_gateway.live.hub import Hub
from lodestone_gateway.store import tables
from lodestone_gateway.store.all_tables import all_tables
from lodestone_gateway.store.audit_table import OperatorAudit
from lodestone_gateway.store.lead_magnet_tables import REPLACED_TEXTS
from lodestone_gateway.store.operations_tables import PausedUser
from lodestone_gateway.store.queries import live_jobs
from lodestone_gateway.store.session import transaction

OF_OPERATORS = (OperatorAudit.__tablename__, PausedUser.__tablename__)  # what they did to users
PAGE = 20  # rows in memory at once: a job's may be large
_ACCOUNT = text("""
    INSERT INTO deleted_accounts (user_id) VALUES (:id)
    ON CONFLICT (user_id) DO UPDATE SET requested_at = now(), done_at = NULL
""")
MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""


async def make_user(session: AsyncSession, user_id: UUID) -> None:
    """Gives the user a row, unless they have one."""
    await session.execute(insert(tables.User).values(id=user_id).on_conflict_do_nothing())


async def delete_account(engine: AsyncEngine, hub: Hub, user_id: UUID) -> None:
    """Deletes what the user made, cancels running jobs, and has the rest erased. Safe to repeat."""
    async with transaction(engine, user_id) as session:
        for job in await live_jobs(session, user_id):
            await ask_for_end(session, job)
        await _ask_to_delete(session, user_id)
    hub.known_users.pop(user_id, None)


def held_tables() -> list[Table]:
    """Every table with rows of users; what operators did is none."""
    return [table for table in all_tables() if table.name == "users" or _is_owned(table)]


def exported() -> list[Table]:
    """What the export has of these, and the view that keeps an earlier name in it."""
    return [*held_tables(), REPLACED_TEXTS]


async def export_account(engine: AsyncEngine, user_id: UUID) -> AsyncIterator[bytes]:
    """One JSON object: for each table the user's rows, in pages, so that it takes little memory.

    Each page is its own transaction: a slow reader blocks nothing, and changes made meanwhile show.
    """
    head = {"exportedAt": format_time(now()), "userId": str(user_id)}
    yield json.dumps(head)[:-1].encode()
    for table in exported():
        yield f', "{to_camel(table.name)}": ['.encode()
        separator = b"\n"
        async for page in _pages(engine, user_id, table):
            for row in page:
                yield separator + row.encode()
                separator = b",\n"
        yield b"]"
    yield b"}\n"


async def _ask_to_delete(session: AsyncSession, user_id: UUID) -> None:
    """From now on nobody can sign in as this user, until everything of theirs is gone."""
    await session.execute(_ACCOUNT, {"id": user_id})
    for table in ("lead_magnets", "wizard_drafts", "brand_kits", "sources"):
        await session.execute(text(f"DELETE FROM {table} WHERE user_id = :id"), {"id": user_id})  # noqa: S608


async def _pages(engine: AsyncEngine, user_id: UUID, table: Table) -> AsyncIterator[list[str]]:
    query, after = text(_page_of(table)), None
    while True:
        async with transaction(engine, user_id) as session:
            rows = (await session.execute(query, {"owner": user_id, "after": after})).all()
        if rows:
            yield [row.row for row in rows]
        if len(rows) < PAGE:
            return
        after = rows[-1].key


def _page_of(table: Table) -> str:
    owner = "id" if table.name == "users" else "user_id"
    keys = [column for column in table.primary_key.columns if column.name != owner or table.name == "users"]
    key = (keys or list(table.primary_key.columns))[0].name  # unique among the rows of one owner
    columns = ", ".join(f'{_shown(column)} AS "{to_camel(column.name)}"' for column in table.columns)
    kind = table.columns[key].type.compile(dialect())  # type: ignore[no-untyped-call]
    return f"""
        SELECT {key} AS key, (SELECT to_json(shown)::text FROM (SELECT {columns}) AS shown) AS row
        FROM {table.name}
        WHERE {owner} = :owner AND (CAST(:after AS {kind}) IS NULL OR {key} > CAST(:after AS {kind}))
        ORDER BY {key} LIMIT {PAGE}"""  # noqa: S608


def _shown(column: Any) -> str:
    kind = getattr(column.type, "impl", column.type)
    return MOMENT.format(column.name) if isinstance(kind, DateTime) else str(column.name)


def _is_owned(table: Table) -> bool:
    return "user_id" in table.columns and table.name not in OF_OPERATORS
