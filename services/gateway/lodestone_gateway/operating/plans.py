"""An operator puts a user on a plan."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from lodestone_gateway.caps import PlanName
from lodestone_gateway.operating.audit import AS_OPERATOR, Action, Actor, Entry, Kind, Outcome, record
from lodestone_gateway.store.lead_magnet_queries import one_at_a_time
from lodestone_gateway.store.lead_magnet_tables import Subscription
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import User


async def set_plan(engine: AsyncEngine, actor: Actor, user_id: UUID, plan: PlanName) -> bool:
    """From the user's next request on; idempotent. Returns whether the user was known before."""
    on_plan = insert(Subscription).values(user_id=user_id, plan=plan)
    async with transaction(engine, user_id) as session:
        await session.execute(AS_OPERATOR)
        await one_at_a_time(session, f"plan of {user_id}")  # the next one's `before` is this one's plan
        before = await session.scalar(
            select(col(Subscription.plan)).where(col(Subscription.user_id) == user_id)
        )
        new = insert(User).values(id=user_id).on_conflict_do_nothing().returning(col(User.id))
        is_known = await session.scalar(new) is None
        await session.execute(
            on_plan.on_conflict_do_update(
                index_elements=[col(Subscription.user_id)], set_={"plan": on_plan.excluded.plan}
            )
        )
        entry = Entry(Action.SET_PLAN, Kind.USER, str(user_id), user_id, {"plan": plan, "before": before})
        await record(session, actor, entry, Outcome.UNCHANGED if before == plan else Outcome.DONE)
    return is_known
