"""Every read of the caps on a user's jobs, as in `queries`; the database counts and judges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class JobCap:
    """A cap of the user's plan and how much of it is used, in US dollars or jobs.

    `reserved` is what jobs that have not ended may still need, `asked` what those that are asked for would.
    """

    cap: str  # as in `Caps`, in camelCase
    job_type: str | None
    most: Decimal
    used: Decimal
    reserved: Decimal
    asked: Decimal
    resets_at: datetime | None  # None where it is free again as soon as something ends

    @property
    def refuses(self) -> bool:
        """Whether there is no room for what is asked for."""
        return self.used + self.reserved + self.asked > self.most


_TYPES = bindparam("job_types", type_=ARRAY(Text))
_ADMITS = text("SELECT lodestone_admits(:user_id, :job_types)").bindparams(_TYPES)
_CAP = text("SELECT (lodestone_plan_caps(:user_id) ->> :name)::bigint")
_RECOUNT = text("SELECT lodestone_recount_stored()")
_CAPS = text("SELECT * FROM lodestone_job_caps(:user_id, :job_types)").bindparams(_TYPES)


async def cap_of(session: AsyncSession, user_id: UUID, name: str) -> int | None:
    """One cap of the user's plan; None is no cap."""
    found: int | None = await session.scalar(_CAP, {"user_id": user_id, "name": name})
    return found


async def recount_stored(session: AsyncSession) -> None:
    """Counts what the session's user stores, if that was not done just now."""
    await session.execute(_RECOUNT)


async def admits(session: AsyncSession, user_id: UUID, job_types: Sequence[str]) -> bool:
    """Whether the user may have one more job of each of these types.

    Others who ask for this user wait for this transaction's end, unless their plan has no caps.
    """
    return bool(await session.scalar(_ADMITS, {"user_id": user_id, "job_types": job_types}))


async def job_caps(session: AsyncSession, user_id: UUID, job_types: Sequence[str]) -> list[JobCap]:
    """The caps of the user's plan, as if they asked for one job of each of these types."""
    found = await session.execute(_CAPS, {"user_id": user_id, "job_types": job_types})
    return [JobCap(**row._mapping) for row in found]
