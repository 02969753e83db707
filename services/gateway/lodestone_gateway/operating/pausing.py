"""An operator pauses a job type, a user, or everything, and resumes it at once or gradually.

What is paused gets no attempt until it is resumed; what runs goes on, and what a user submits is accepted and
waits. A gradual resumption lets so many requests a minute through, until nothing waits any more.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import NotFound
from lodestone.wire import UtcTime, WireModel
from sqlalchemy import Executable, delete, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from lodestone_gateway.live.hub import CHANNEL, Hub
from lodestone_gateway.operating.audit import (
    AS_OPERATOR,
    NOTHING,
    Action,
    Actor,
    Entry,
    Kind,
    Outcome,
    record,
)
from lodestone_gateway.store import operations_queries as queries
from lodestone_gateway.store.holds import Scope
from lodestone_gateway.store.operations_tables import EVERYTHING, PauseColumns, PausedJobType, PausedUser
from lodestone_gateway.store.outbox import wake_relay
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import User

MOST_PER_MINUTE = 60_000  # requests


class Pause(WireModel):
    """What is paused, or resumed gradually: a job type, a user, or everything.

    `perMinute` is null while it is paused; else so many requests are let through in a minute, until nothing
    waits any more. `resumedBy` and `resumedAt` say who set that, and when.
    """

    kind: Literal["job_type", "user", "everything"]
    job_type: str | None
    user_id: UUID | None
    paused_by: UUID
    paused_at: UtcTime
    per_minute: int | None
    resumed_by: UUID | None
    resumed_at: UtcTime | None

    @classmethod
    def of(cls, row: PausedJobType | PausedUser) -> Self:
        """The view of a row."""
        scope = scope_of(row)
        return cls.model_validate({**row.model_dump(), **scope._asdict(), "kind": kind_of(scope).value})


async def pause(engine: AsyncEngine, actor: Actor, scope: Scope, hub: Hub | None = None) -> None:
    """From now on the relay holds its requests back; idempotent. Ends a gradual resumption.

    Of a job type or everything the reconciler pauses the consumers too. This process shows it at once by its
    hub, if it has one. Raises NotFound for an unknown user.
    """
    table = _table(scope)
    paused = {"paused_by": actor.id, "paused_at": now(), "per_minute": None}
    new = insert(table).values({**_named(scope), **paused, "resumed_by": None, "resumed_at": None})
    again = {name: new.excluded[name] for name in PauseColumns.model_fields}
    statement = new.on_conflict_do_update(
        index_elements=list(_named(scope)), set_=again, where=col(table.per_minute).is_not(None)
    ).returning(col(table.paused_at))
    await _change(engine, actor, _entry(Action.PAUSE, scope), statement)
    if hub:
        hub.holds = hub.holds.with_pause(scope, is_paused=True)


async def resume(engine: AsyncEngine, actor: Actor, scope: Scope, hub: Hub | None = None) -> None:
    """Lets all waiting jobs continue; idempotent. Raises NotFound for an unknown user."""
    table = _table(scope)
    statement = delete(table).filter_by(**_named(scope)).returning(col(table.paused_at))
    await _change(engine, actor, _entry(Action.RESUME, scope), statement)
    if hub:
        hub.holds = hub.holds.with_pause(scope, is_paused=False)


async def resume_gradually(
    engine: AsyncEngine, actor: Actor, scope: Scope, per_minute: int, hub: Hub | None = None
) -> bool:
    """Lets so many waiting jobs continue in a minute, until none waits; another call changes the pace.

    Returns whether it was paused; if not, nothing changes. Raises NotFound for an unknown user.
    """
    pace = {"per_minute": per_minute, "resumed_by": actor.id, "resumed_at": now()}
    table = _table(scope)
    statement = update(table).filter_by(**_named(scope)).values(pace).returning(col(table.paused_at))
    entry = _entry(Action.RESUME, scope, {"perMinute": per_minute})
    is_gradual = await _change(engine, actor, entry, statement)
    if hub:
        hub.holds = hub.holds.with_pause(scope, is_paused=False, is_gradual=is_gradual)
    return is_gradual


async def read_pauses(reader: AsyncEngine) -> list[Pause]:
    """Everything that is paused or resumed gradually, the newest first."""
    async with transaction(reader) as session:
        rows: Iterable[PausedJobType | PausedUser] = [
            *(await queries.paused_job_types(session)).values(),
            *(await queries.paused_users(session)).values(),
        ]
    return sorted(map(Pause.of, rows), key=lambda each: each.paused_at, reverse=True)


def scope_of(row: PausedJobType | PausedUser) -> Scope:
    """What the row is about."""
    if isinstance(row, PausedUser):
        return Scope(user_id=row.user_id)
    return Scope() if row.job_type == EVERYTHING else Scope(job_type=row.job_type)


def kind_of(scope: Scope) -> Kind:
    """The same in one word."""
    if scope.user_id:
        return Kind.USER
    return Kind.JOB_TYPE if scope.job_type else Kind.EVERYTHING


async def _change(engine: AsyncEngine, actor: Actor, entry: Entry, statement: Executable) -> bool:
    """Whether the statement returns a row; it is in the audit, and told to the relay and the gateways."""
    async with transaction(engine, entry.user_id) as session:
        if entry.user_id and await session.get(User, entry.user_id) is None:
            raise NotFound("No user with this id has signed in yet.")
        await session.execute(AS_OPERATOR)
        is_changed = (await session.execute(statement)).first() is not None
        await record(session, actor, entry, Outcome.DONE if is_changed else Outcome.UNCHANGED)
        await session.execute(TELL_GATEWAYS)
        await wake_relay(session)
    return is_changed


def _table(scope: Scope) -> type[PausedJobType] | type[PausedUser]:
    return PausedUser if scope.user_id else PausedJobType


def _named(scope: Scope) -> dict[str, Any]:
    """The column that says what is paused, and its value."""
    return {"user_id": scope.user_id} if scope.user_id else {"job_type": scope.key}


def _entry(action: Action, scope: Scope, details: Mapping[str, Any] = NOTHING) -> Entry:
    kind = kind_of(scope)
    return Entry(action, kind, None if kind is Kind.EVERYTHING else scope.key, scope.user_id, details)


TELL_GATEWAYS = text(f"NOTIFY {CHANNEL}")  # with the commit
