"""An operator raises or lowers caps for one user."""

from uuid import UUID

from lodestone.clock import now
from lodestone.errors import NotFound
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from lodestone_gateway.caps import OwnCaps
from lodestone_gateway.operating.audit import AS_OPERATOR, Action, Actor, Entry, Kind, Outcome, record
from lodestone_gateway.store.caps_table import UserCaps
from lodestone_gateway.store.lead_magnet_queries import one_at_a_time
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import User


async def set_caps(engine: AsyncEngine, actor: Actor, user_id: UUID, caps: OwnCaps) -> None:
    """From the user's next request on, these replace their plan's, and those set before; idempotent.

    A lowered cap ends nothing: new work is refused until there is room. Raises NotFound for an unknown user.
    """
    given = caps.given()
    row = {"user_id": user_id, "caps": given, "changed_at": now()}
    replaced = insert(UserCaps).values(row)
    replaced = replaced.on_conflict_do_update(
        index_elements=[col(UserCaps.user_id)], set_={name: row[name] for name in ("caps", "changed_at")}
    )
    async with transaction(engine, user_id) as session:
        if await session.get(User, user_id) is None:
            raise NotFound("No user with this id has signed in yet.")
        await session.execute(AS_OPERATOR)
        await one_at_a_time(session, f"caps of {user_id}")  # the next one's `before` are these
        before = await session.get(UserCaps, user_id)
        was = before.caps if before else {}
        await session.execute(replaced if given else delete(UserCaps).where(col(UserCaps.user_id) == user_id))
        entry = Entry(Action.SET_CAPS, Kind.USER, str(user_id), user_id, {"caps": given, "before": was})
        await record(session, actor, entry, Outcome.UNCHANGED if was == given else Outcome.DONE)
