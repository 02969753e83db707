"""Fills the outbox with jobs of all kinds, at random but the same for the same seed."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from lodestone.clock import now
from lodestone.events import JobCancelRequested, JobEvent, JobRequested, Priority
from lodestone.ids import new_id
from lodestone.status import Status
from lodestone_gateway.store.operations_tables import EVERYTHING, PausedJobType, PausedUser
from lodestone_gateway.store.outbox import row_of
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob, OutboxRow, User
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

TYPES = ("ideation", "polish")


class Filling:
    """Sets up the tables of one test."""

    def __init__(self, engine: AsyncEngine, seed: int) -> None:
        self.engine = engine
        self.owners: list[UUID] = []
        self.random = random.Random(seed)  # noqa: S311

    async def fill(self, jobs: int, users: int, *, pauses: bool = False) -> None:
        """Removes what there is, and adds jobs of these users; a type may be paused, with `pauses` more."""
        async with transaction(self.engine) as session:
            await session.execute(delete(User))
            await session.execute(delete(PausedJobType))
            if self.random.random() < 0.5:
                session.add(PausedJobType(job_type="polish", **self._pause(pauses)))
            if pauses and self.random.random() < 0.2:
                session.add(PausedJobType(job_type=EVERYTHING, **self._pause(pauses)))
            owners = [User(id=new_id(), created_at=now()) for _ in range(users)]
            self.owners = [owner.id for owner in owners]
            session.add_all(owners)
            await session.flush()
            paused = owners[:-1:3] if pauses else []
            session.add_all([PausedUser(user_id=owner.id, **self._pause(pauses)) for owner in paused])
            requests = [self._request(self.random.choice(owners).id) for _ in range(jobs)]
            session.add_all([self._job_row(each) for each in requests])
            await session.flush()
            session.add_all([row for each in requests for row in self._rows(each)])

    async def some(self, share: float) -> list[str]:
        """The event ids of some unpublished rows."""
        query = select(col(OutboxRow.event_id)).where(col(OutboxRow.published_at).is_(None))
        async with transaction(self.engine) as session:
            ids = (await session.scalars(query.order_by(col(OutboxRow.position)))).all()
        return [id for id in ids if self.random.random() < share]

    def _pause(self, may_have_a_pace: bool) -> dict[str, Any]:
        pace = self.random.choice((None, 6)) if may_have_a_pace else None
        return {"paused_by": new_id(), "paused_at": now(), "per_minute": pace}

    def _request(self, user_id: UUID) -> JobRequested:
        return JobRequested(
            job_id=new_id(),
            job_type=self.random.choice(TYPES),
            user_id=user_id,
            attempt=0,
            input={"text": "ä\n\"'", "figures": [1, 2.5, 10**15, None, True]},
            priority=self.random.choice(list(Priority)),
            max_attempts=3,
            deadline_at=now() + timedelta(minutes=10),
        )

    def _job_row(self, requested: JobRequested) -> BackgroundJob:
        return BackgroundJob(
            id=requested.job_id,
            user_id=requested.user_id,
            job_type=requested.job_type,
            input=requested.input,
            priority=requested.priority.value,
            created_at=now(),
            updated_at=now(),
            deadline_at=requested.deadline_at,
            status=self.random.choice([*Status, *[Status.PENDING] * 5]).value,
            seq=self.random.choice((0, 0, 0, 2)),
        )

    def _rows(self, requested: JobRequested) -> Iterator[OutboxRow]:
        yield self._row(requested)
        if self.random.random() < 0.3:
            yield self._row(JobCancelRequested(**requested.of_job(0), requested_by=requested.user_id))

    def _row(self, event: JobEvent) -> OutboxRow:
        is_tried, is_published = self.random.random() < 0.3, self.random.random() < 0.3
        may_be_held = event.name == "requested" and not (is_tried or is_published)
        return OutboxRow(
            **row_of(event, event_id=str(new_id()), time=now())
            | {
                "tried": is_tried,
                "published_at": now() if is_published else None,
                "held_by": new_id() if may_be_held and self.random.random() < 0.2 else None,
                "traceparent": self.random.choice((None, f"00-{'0a' * 16}-{'0b' * 8}-01")),
            }
        )
