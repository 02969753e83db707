"""Acts as one of the database's roles, and asks whose rows it sees."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
from lodestone_gateway.store.session import Role
from psycopg.sql import SQL, Identifier


@contextmanager
def acting(url: str, role: Role, user_id: UUID | None = None) -> Iterator[psycopg.Connection]:
    """A connection that acts as `role`, as our engines do; its changes are rolled back."""
    with psycopg.connect(url, options=f"-c role={role}") as connection:
        if user_id is not None:
            connection.execute("SELECT set_config('app.user_id', %s, true)", [str(user_id)])
        yield connection
        connection.rollback()


def owners(connection: psycopg.Connection, table: str) -> set[UUID]:
    """The users whose rows of the table it sees."""
    owner = "id" if table == "users" else "user_id"
    select = SQL("SELECT {} FROM {}").format(Identifier(owner), Identifier(table))
    return {row[0] for row in connection.execute(select)}
