"""Holds work back while all users together spend more in an hour than they may: bulk first, then everything.

What runs goes on. The hour is that of the clock, UTC. When it ends, the holds are over; who waits is then
woken here.
"""

from collections.abc import Set
from decimal import Decimal

import structlog
from prometheus_client import Gauge
from sqlalchemy import ARRAY, Boolean, bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.live.hub import CHANNEL as GATEWAYS
from lodestone_gateway.store.outbox import wake_relay
from lodestone_gateway.store.session import single_read, transaction

BULK_SHARE = Decimal("0.8")  # of the cap; the rest is for those who wait for their result

log = structlog.get_logger(__name__)
spent_usd = Gauge("lodestone_spent_this_hour_usd", "Settled calls of all users in this hour of the clock")
cap_usd = Gauge("lodestone_spend_cap_usd", "What all users together may spend in an hour of the clock")
held = Gauge("lodestone_spend_holds", "1 while the cap of the hour holds this work back", ["priority"])

_READ = text("""
    SELECT (SELECT coalesce(sum(cost_usd), 0) FROM spend_hours WHERE hour = date_trunc('hour', now(), 'UTC')),
        coalesce(waived_until > now(), false), cap_usd,
        ARRAY(SELECT is_bulk FROM spend_holds WHERE until > now()),
        EXISTS (SELECT FROM spend_holds WHERE until <= now())
    FROM spend_control
""")
_LANES = bindparam("lanes", type_=ARRAY(Boolean))
_HOLD = text("""
    INSERT INTO spend_holds (is_bulk, until)
    SELECT unnest(:lanes), date_trunc('hour', now(), 'UTC') + interval '1 hour'
    ON CONFLICT (is_bulk) DO UPDATE SET until = excluded.until
""").bindparams(_LANES)
_LET_GO = text("DELETE FROM spend_holds WHERE is_bulk <> ALL (:lanes)").bindparams(_LANES)
_TELL_CAP = text("UPDATE spend_control SET cap_usd = :cap")
_TELL_GATEWAYS = text(f"NOTIFY {GATEWAYS}")


def lanes_to_hold(spent: Decimal, cap: Decimal, *, is_waived: bool) -> frozenset[bool]:
    """Which work waits: True for bulk, False for interactive. Pure."""
    if is_waived:
        return frozenset()
    limits = {True: cap * BULK_SHARE, False: cap}
    return frozenset(is_bulk for is_bulk, limit in limits.items() if spent >= limit)


class SpendGuard:
    """Looks while its process leads."""

    def __init__(self, engine: AsyncEngine, cap: Decimal) -> None:
        self._engine = engine
        self._cap = cap
        cap_usd.set(float(cap))

    async def guard_round(self) -> None:
        """Makes the holds those that the hour's spend asks for."""
        async with single_read(self._engine) as connection:
            spent, is_waived, told_cap, lanes, are_over = (await connection.execute(_READ)).one()
        spent_usd.set(spent)
        wanted = lanes_to_hold(spent, self._cap, is_waived=is_waived)
        for is_bulk, priority in ((True, "bulk"), (False, "interactive")):
            held.labels(priority=priority).set(is_bulk in wanted)
        if told_cap != self._cap or wanted != set(lanes) or are_over:
            await self._change(wanted)
            log.warning("spend_holds", spent_usd=str(spent), cap_usd=str(self._cap), holds=_names(wanted))

    async def _change(self, wanted: Set[bool]) -> None:
        async with transaction(self._engine) as session:
            await session.execute(_TELL_CAP, {"cap": self._cap})
            for statement in (_HOLD, _LET_GO):
                await session.execute(statement, {"lanes": list(wanted)})
            await session.execute(_TELL_GATEWAYS)
            await wake_relay(session)


def _names(lanes: Set[bool]) -> list[str]:
    return sorted("bulk" if is_bulk else "interactive" for is_bulk in lanes)
