"""What all users spend in the hour, what the cap holds back, and an operator's way past it."""

from decimal import Decimal
from uuid import UUID

from lodestone.wire import Usd, UtcTime, WireModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.operating.audit import AS_OPERATOR, Action, Actor, Entry, Kind, Outcome, record
from lodestone_gateway.operating.pausing import TELL_GATEWAYS
from lodestone_gateway.store.outbox import wake_relay
from lodestone_gateway.store.session import transaction


class HourlySpend(WireModel):
    """US dollars of settled calls in this hour of the clock; a null cap is not known yet.

    `holdsBulk` and `holdsAll` say what waits until `resetsAt`, unless an operator has waived the cap until
    then.
    """

    cap: Usd | None
    spent: Usd = Decimal(0)
    resets_at: UtcTime
    holds_bulk: bool
    holds_all: bool
    waived_until: UtcTime | None
    waived_by: UUID | None
    waived_at: UtcTime | None


_READ = text("""
    SELECT cap_usd AS cap, hour + interval '1 hour' AS resets_at,
        (SELECT coalesce(sum(cost_usd), 0) FROM spend_hours WHERE spend_hours.hour = clock.hour) AS spent,
        EXISTS (SELECT FROM spend_holds WHERE is_bulk AND until > now()) AS holds_bulk,
        EXISTS (SELECT FROM spend_holds WHERE NOT is_bulk AND until > now()) AS holds_all,
        CASE WHEN waived_until > now() THEN waived_until END AS waived_until, waived_by, waived_at
    FROM spend_control, (SELECT date_trunc('hour', now(), 'UTC') AS hour) AS clock
""")
_WAIVE = text("""
    UPDATE spend_control SET waived_by = :operator, waived_at = now(),
        waived_until = date_trunc('hour', now(), 'UTC') + interval '1 hour'
    WHERE waived_until IS DISTINCT FROM date_trunc('hour', now(), 'UTC') + interval '1 hour' RETURNING 1
""")
_ENFORCE = text("""
    UPDATE spend_control SET waived_until = NULL, waived_by = :operator, waived_at = now()
    WHERE waived_until > now() RETURNING 1
""")
_LET_GO = text("DELETE FROM spend_holds")


async def read_spend(session: AsyncSession) -> HourlySpend:
    """The present hour; the session sees all rows."""
    return HourlySpend.model_validate(dict((await session.execute(_READ)).one()._mapping))


async def waive(engine: AsyncEngine, actor: Actor) -> None:
    """Until this hour ends, the cap holds nothing back; idempotent."""
    async with transaction(engine) as session:
        await session.execute(AS_OPERATOR)
        is_changed = await session.scalar(_WAIVE, {"operator": actor.id})
        await record(session, actor, Entry(Action.WAIVE_SPEND_CAP, Kind.SPEND_CAP), _outcome(is_changed))
        await session.execute(_LET_GO)
        await session.execute(TELL_GATEWAYS)
        await wake_relay(session)


async def enforce(engine: AsyncEngine, actor: Actor) -> None:
    """Ends a waiver: what the cap holds back is held back again within seconds; idempotent."""
    async with transaction(engine) as session:
        await session.execute(AS_OPERATOR)
        is_changed = await session.scalar(_ENFORCE, {"operator": actor.id})
        await record(session, actor, Entry(Action.ENFORCE_SPEND_CAP, Kind.SPEND_CAP), _outcome(is_changed))


def _outcome(is_changed: int | None) -> Outcome:
    return Outcome.DONE if is_changed else Outcome.UNCHANGED
