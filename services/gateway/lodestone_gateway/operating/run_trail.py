"""How a run's events travelled, and which runs it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.store import run_queries
from lodestone_gateway.store.run_queries import Relative, Track
from lodestone_gateway.store.session import transaction


@dataclass(frozen=True)
class Trail:
    """The tracks of the events by their number in the job; what is not known is None or missing."""

    tracks: Mapping[int, Track] = field(default_factory=dict)
    published_at: datetime | None = None  # of the request
    parent: Relative | None = None
    runs_again: Sequence[Relative] = ()

    @property
    def trace_id(self) -> str | None:
        """Of the request that made the job, in W3C trace context."""
        first = self.tracks.get(1)
        parts = (first.traceparent or "").split("-") if first else []
        return parts[1] if len(parts) == 4 else None


async def read_trail(reader: AsyncEngine, job_id: UUID, parent_job_id: UUID | None) -> Trail:
    """The trail of a job that exists. It has no content of its user."""
    async with transaction(reader) as session:
        return Trail(
            tracks={track.seq: track for track in await run_queries.tracks(session, job_id)},
            published_at=await run_queries.published_at(session, job_id),
            parent=await run_queries.parent_of(session, parent_job_id) if parent_job_id else None,
            runs_again=await run_queries.runs_again(session, job_id),
        )
