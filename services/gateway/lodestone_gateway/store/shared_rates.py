"""The rate limits of all gateway processes, in one table: a row for each user and rate.

A row says when the user's bucket will be full again, by the database's clock alone.
"""

from collections.abc import Mapping
from uuid import UUID

from lodestone_gateway.rates.limiter import Rate
from lodestone_gateway.store.autocommit import AutocommitConnection
from lodestone_gateway.store.session import Role

MOST_KNOWN = 10_000  # rows read at a start: of those who have used the most

# In the order of their ids, so that two processes never wait for each other. A user who has no row in `users`
# is left out. A bucket is never emptier than empty: a time from before the clock was set back means nothing.
_TELL = """
    INSERT INTO rate_limits AS held (user_id, rate, full_at)
    SELECT users.id, %(rate)s, now() + make_interval(secs => told.taken)
    FROM unnest(%(users)s::uuid[], %(taken)s::float8[]) AS told (user_id, taken)
    JOIN users ON users.id = told.user_id
    ORDER BY users.id
    ON CONFLICT (user_id, rate) DO UPDATE
    SET full_at = least(greatest(held.full_at, now()), now() + make_interval(secs => %(seconds)s))
        + (excluded.full_at - now())
    RETURNING user_id, extract(epoch FROM greatest(full_at - now(), '0'))::float8"""
_KNOWN = """
    SELECT rate, user_id, extract(epoch FROM full_at - now())::float8 FROM rate_limits
    WHERE full_at > now() ORDER BY full_at DESC LIMIT %(most)s"""


class SharedRates:
    """The table, over a connection of its own."""

    def __init__(self, database_url: str) -> None:
        self._connection = AutocommitConnection(database_url, Role.LIMITER)

    async def tell(self, rate: Rate, taken: Mapping[UUID, float]) -> dict[UUID, float]:
        """Takes so much from these users' buckets; returns how far they are from full. All in seconds.

        Raises psycopg.Error.
        """
        values = {
            "rate": rate.name,
            "seconds": rate.seconds,
            "users": list(taken),
            "taken": list(taken.values()),
        }
        return dict(await self._connection.execute(_TELL, values))

    async def known(self) -> dict[str, dict[UUID, float]]:
        """The buckets that are not full, by rate and user. Raises psycopg.Error."""
        found: dict[str, dict[UUID, float]] = {}
        for rate, user_id, missing in await self._connection.execute(_KNOWN, {"most": MOST_KNOWN}):
            found.setdefault(rate, {})[user_id] = missing
        return found

    async def close(self) -> None:
        """Closes the connection."""
        await self._connection.close()
