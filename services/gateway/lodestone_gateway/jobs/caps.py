"""The caps of a user's plan on jobs, as refusals with a reason. What they are: `lodestone_gateway.caps`."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from lodestone.clock import format_time
from lodestone.errors import CapReached, RateLimited, Rejected
from lodestone.wire import JsonObject
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.store import cap_queries as queries
from lodestone_gateway.store.cap_queries import JobCap

LIVE_JOBS = "liveJobs"
STORED_BYTES = "storedBytes"
RETRY_SECONDS = 10  # after which one of the user's jobs may have ended

_SPEND = (
    "Your plan has too little AI work left {time} for this: {{used}} is used, and {{reserved}} is set aside"
    " for jobs that have not ended. There is more from {{resets}}."
)
_REASONS = {
    "spendADay": _SPEND.format(time="today"),
    "spendAMonth": _SPEND.format(time="this month"),
    "jobsADay": "Your plan allows {most} jobs of the type {job_type} a day, and you have started {used}."
    " You can start more from {resets}.",
    STORED_BYTES: "Your plan allows {most} bytes of stored work, and yours takes up {used}. Delete for"
    " good a lead magnet that you no longer need; the bin counts.",
    LIVE_JOBS: "Your plan allows {most} jobs at a time, and {used} of yours have not ended. Wait until one"
    " ends, or stop one.",
}


async def check_caps(session: AsyncSession, user_id: UUID, job_type: str) -> None:
    """Raises CapReached or RateLimited if the plan's caps do not admit one more job of this type.

    Until this transaction ends, nothing else can use the room for the user.
    """
    if await queries.admits(session, user_id, [job_type]):
        return
    if refused := await refusal(session, user_id, [job_type]):
        raise refused


async def refusal(session: AsyncSession, user_id: UUID, job_types: Sequence[str]) -> Rejected | None:
    """Why the caps do not admit these jobs now; None if they do."""
    return next(map(_refused, await _refusing(session, user_id, job_types)), None)


async def check_room_to_store(session: AsyncSession, user_id: UUID) -> None:
    """Raises CapReached if what the user stores takes up all that the plan allows."""
    for cap in await _refusing(session, user_id, []):
        if cap.cap == STORED_BYTES:
            raise _refused(cap)


async def _refusing(session: AsyncSession, user_id: UUID, job_types: Sequence[str]) -> list[JobCap]:
    """All caps that refuse; what is stored is counted again before it does."""
    refusing = await _reached(session, user_id, job_types)
    if any(cap.cap == STORED_BYTES for cap in refusing):
        await queries.recount_stored(session)
        refusing = await _reached(session, user_id, job_types)
    return refusing


async def _reached(session: AsyncSession, user_id: UUID, job_types: Sequence[str]) -> list[JobCap]:
    return [cap for cap in await queries.job_caps(session, user_id, job_types) if cap.refuses]


def _refused(cap: JobCap) -> Rejected:
    is_money = cap.cap.startswith("spend")
    reason = _REASONS[cap.cap].format(
        most=_number(cap.most),
        used=share(cap.used, cap.most) if is_money else _number(cap.used),
        reserved=share(cap.reserved, cap.most),
        job_type=cap.job_type,
        resets=_moment(cap.resets_at),
    )
    if cap.cap == LIVE_JOBS:
        return RateLimited(reason, retryAfterSeconds=RETRY_SECONDS, **_members(cap))
    return CapReached(reason, **_members(cap))


def _members(cap: JobCap) -> JsonObject:
    """What a program reads of it: money as text, as everywhere."""
    as_told = (lambda amount: format(amount, "f")) if cap.cap.startswith("spend") else int
    return {
        "cap": cap.cap,
        "limit": as_told(cap.most),
        "used": as_told(cap.used),
        "reserved": as_told(cap.reserved),
        "resetsAt": format_time(cap.resets_at) if cap.resets_at else None,
    }


def share(part: Decimal, allowed: Decimal) -> str:
    """Money as owners are told it: a percentage of what their plan allows. Dollars are for operators."""
    percent = 100 * part / allowed if allowed else Decimal(100)
    return "under 1%" if 0 < percent < 1 else f"{percent:,.0f}%"


def _number(amount: Decimal) -> str:
    return f"{amount:,.0f}"


def _moment(time: datetime | None) -> str:
    return f"{time.day} {time:%B, %H:%M} UTC" if time else ""
