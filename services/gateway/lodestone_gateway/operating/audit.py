"""The audit: every operator's action and every look at a user's content, written where it is done.

An entry is part of the transaction of its action: without the entry the action does not happen. A look has
no transaction of its own; nothing is shown before its entry is committed. Details hold ids, names and
numbers, never content.
"""

import os
import pwd
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self
from uuid import NAMESPACE_OID, UUID, uuid5

from lodestone.clock import now
from lodestone.errors import Rejected
from lodestone.ids import new_id
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.store.audit_table import OperatorAudit
from lodestone_gateway.store.session import transaction

THROUGH: ContextVar[str | None] = ContextVar("through", default=None)
"""Which of our programs sent the request, where one did: the details of its entries say so."""

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Action(StrEnum):
    """What operators do."""

    INSPECT_JOB = "inspect_job"  # a look at everything of a job
    SEARCH_TEXTS = "search_texts"  # a look for a text in jobs of one user or of all
    READ_DEAD_EVENTS = "read_dead_events"  # a look at the beginnings of messages, which may have users' texts
    CANCEL_JOB = "cancel_job"
    REPLAY_JOB = "replay_job"
    REPLAY_DEAD_LETTERS = "replay_dead_letters"  # many, each of which has an entry of its own besides
    START_BULK_ACTION = "start_bulk_action"
    ABORT_BULK_ACTION = "abort_bulk_action"
    END_BULK_ACTION = "end_bulk_action"  # by itself, in the name of whoever looked at it
    SUBMIT_JOB = "submit_job"  # for a user
    PAUSE = "pause"
    RESUME = "resume"
    WAIVE_SPEND_CAP = "waive_spend_cap"
    ENFORCE_SPEND_CAP = "enforce_spend_cap"
    SET_PLAN = "set_plan"
    SET_CAPS = "set_caps"
    TAKE_PAGE_DOWN = "take_page_down"
    PUT_PAGE_BACK = "put_page_back"


class Kind(StrEnum):
    """What they do it to."""

    JOB = "job"
    JOBS = "jobs"  # those of one user, or all
    JOB_TYPE = "job_type"
    USER = "user"
    EVERYTHING = "everything"
    DEAD_LETTERS = "dead_letters"  # those of a filter
    BULK_ACTION = "bulk_action"
    SPEND_CAP = "spend_cap"
    PUBLIC_PAGE = "public_page"  # by its lead magnet


class Outcome(StrEnum):
    """What came of it."""

    DONE = "done"
    UNCHANGED = "unchanged"  # it was so already
    REFUSED = "refused"


@dataclass(frozen=True)
class Actor:
    """Whoever acts: the subject of an operator's token, or a user of the operating system."""

    id: UUID | None = None
    login_name: str | None = None

    @classmethod
    def at_command_line(cls) -> Self:
        """The user whose process this is, as the operating system knows them."""
        uid = os.getuid()
        try:
            return cls(login_name=pwd.getpwuid(uid).pw_name)
        except KeyError:  # as in a container with any user
            return cls(login_name=f"uid {uid}")


@dataclass(frozen=True)
class Entry:
    """What is written of an action; who does it is said apart."""

    action: Action
    kind: Kind
    target_id: str | None = None  # None where there is one only
    user_id: UUID | None = None  # whom it concerns, where it concerns one user
    details: Mapping[str, Any] = field(default_factory=dict)  # as JSON has them


async def record(session: AsyncSession, actor: Actor, entry: Entry, outcome: Outcome = Outcome.DONE) -> None:
    """Adds the entry to the transaction, which may be of any user. Raises SQLAlchemyError."""
    await session.execute(AS_OPERATOR)
    await session.execute(insert(OperatorAudit).values(_row(new_id(), actor, entry, outcome)))


async def record_refusal(engine: AsyncEngine, actor: Actor, entry: Entry, refusal: Rejected) -> None:
    """Writes that the action was refused, and with which code: its own transaction is rolled back."""
    refused = Entry(
        entry.action, entry.kind, entry.target_id, entry.user_id, {**entry.details, "code": refusal.code}
    )
    async with transaction(engine) as session:
        await record(session, actor, refused, Outcome.REFUSED)


async def record_look(engine: AsyncEngine, actor: Actor, entry: Entry) -> None:
    """Writes the look before anything is shown. The same look within a minute of the clock is one entry."""
    row = _row(_id_of_look(actor, entry, now()), actor, entry, Outcome.DONE)
    async with transaction(engine) as session:
        await session.execute(AS_OPERATOR)
        await session.execute(insert(OperatorAudit).values(row).on_conflict_do_nothing())


async def record_search(engine: AsyncEngine, actor: Actor, user_id: UUID | None) -> None:
    """Writes that jobs of a user, or of all, are searched for a text: that tells whose jobs have it."""
    whose = str(user_id) if user_id else None
    await record_look(engine, actor, Entry(Action.SEARCH_TEXTS, Kind.JOBS, whose, user_id))


def _id_of_look(actor: Actor, entry: Entry, at: datetime) -> UUID:
    whoever = (actor.id or actor.login_name, THROUGH.get())
    parts = [*whoever, entry.action, entry.kind, entry.target_id, f"{at:%Y-%m-%d %H:%M}"]
    return uuid5(NAMESPACE_OID, " ".join(map(str, parts)))


def _row(id: UUID, actor: Actor, entry: Entry, outcome: Outcome) -> dict[str, Any]:
    return {
        "id": id,
        "operator_id": actor.id,
        "login_name": actor.login_name,
        "action": entry.action.value,
        "target_kind": entry.kind.value,
        "target_id": entry.target_id,
        "user_id": entry.user_id,
        "details": {**entry.details, **({"through": through} if (through := THROUGH.get()) else {})},
        "outcome": outcome.value,
    }


AS_OPERATOR = select(func.set_config("app.is_operator", "true", True))
