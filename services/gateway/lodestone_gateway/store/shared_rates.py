"""What all gateway processes know of their users' rates and open streams, in two tables.

A row of a rate says when the user's bucket will be full again, one of streams how many a process has open and
when it said so; by the database's clock alone.
"""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from lodestone.ids import new_id

from lodestone_gateway.rates.limiter import Rate
from lodestone_gateway.rates.watching import TELL_AGAIN_SECONDS, Heard
from lodestone_gateway.store.autocommit import AutocommitConnection
from lodestone_gateway.store.session import Role

MOST_KNOWN = 10_000  # rows read at a start: of those who have used the most
GONE_SECONDS = 3 * TELL_AGAIN_SECONDS  # what a process has not repeated for so long counts no more

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
# Told and committed before it is asked: of two processes that ask at once, one at least hears of the other.
# Clears away what others have not repeated.
_TELL_PLACES = """
    WITH gone AS (
        DELETE FROM open_streams WHERE (user_id, process_id) IN (
            SELECT user_id, process_id FROM open_streams
            WHERE seen_at < now() - make_interval(secs => %(gone)s) AND process_id <> %(process)s
            FOR UPDATE SKIP LOCKED))
    INSERT INTO open_streams (user_id, process_id, open, seen_at)
    SELECT users.id, %(process)s, told.open, now()
    FROM unnest(%(users)s::uuid[], %(open)s::int[]) AS told (user_id, open)
    JOIN users ON users.id = told.user_id
    ORDER BY users.id
    ON CONFLICT (user_id, process_id) DO UPDATE SET open = excluded.open, seen_at = excluded.seen_at
    RETURNING 1"""
_HEAR_PLACES = """
    SELECT id, (lodestone_plan_caps(id) ->> 'streams')::bigint, (
        SELECT coalesce(sum(open), 0)::int FROM open_streams
        WHERE user_id = users.id AND process_id <> %(process)s
            AND seen_at > now() - make_interval(secs => %(gone)s))
    FROM users WHERE id = ANY(%(users)s::uuid[])"""


class SharedRates:
    """The tables as one process has them, over a connection of its own."""

    def __init__(self, database_url: str, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        """The plans and their caps are among the `settings` of the session."""
        self._connection = AutocommitConnection(database_url, Role.LIMITER, settings)
        self._process_id = new_id()

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

    async def tell_places(self, places: Mapping[UUID, int]) -> dict[UUID, Heard]:
        """Tells in how many places these users watch here; returns what is known of them besides.

        Raises psycopg.Error.
        """
        values = {
            "process": self._process_id,
            "users": list(places),
            "open": list(places.values()),
            "gone": GONE_SECONDS,
        }
        await self._connection.execute(_TELL_PLACES, values)
        known = await self._connection.execute(_HEAR_PLACES, values)
        return {user_id: Heard(elsewhere, cap) for user_id, cap, elsewhere in known}

    async def known(self) -> dict[str, dict[UUID, float]]:
        """The buckets that are not full, by rate and user. Raises psycopg.Error."""
        found: dict[str, dict[UUID, float]] = {}
        for rate, user_id, missing in await self._connection.execute(_KNOWN, {"most": MOST_KNOWN}):
            found.setdefault(rate, {})[user_id] = missing
        return found

    async def close(self) -> None:
        """Closes the connection."""
        await self._connection.close()
