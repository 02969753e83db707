"""How far the stream is folded: one row, which each fold compares and sets."""

from dataclasses import dataclass

from lodestone.bus.place import Place, Seen
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from lodestone_gateway.store.cursor_table import ProjectorCursor
from lodestone_gateway.store.session import transaction

MOVE_CURSOR = """
    UPDATE projector_cursor SET sequence = $3::bigint,
        seen_sequence = coalesce($4::bigint, seen_sequence), seen_at = coalesce($5::timestamptz, seen_at)
    WHERE version = $1::bigint AND sequence = $2::bigint"""
NO_OBJECTS = {"synchronize_session": False}  # no ORM object holds what an UPDATE changes


class CursorMoved(Exception):
    """Another process folded, or restores a log: what was read from the stream may be out of date."""


@dataclass(frozen=True)
class Cursor:
    """How far the stream is folded; restoring a log raises `version`."""

    version: int
    sequence: int
    seen: Seen | None = None  # a folded message that identifies the stream

    @property
    def place(self) -> Place:
        """Where the next reading begins."""
        return Place(self.sequence, self.seen)


async def read_cursor(engine: AsyncEngine) -> Cursor:
    """Where the next batch begins."""
    async with transaction(engine) as session:
        row = (await session.execute(select(ProjectorCursor))).scalar_one()
        seen = Seen(row.seen_sequence, row.seen_at) if row.seen_sequence and row.seen_at else None
        return Cursor(row.version, row.sequence, seen)


async def turn_back(engine: AsyncEngine, cursor: Cursor) -> None:
    """Lets the next reading begin at the stream's start; what is folded already is known by its id."""
    async with transaction(engine) as session:
        await session.execute(
            update(ProjectorCursor)
            .where(col(ProjectorCursor.version) == cursor.version)
            .where(col(ProjectorCursor.sequence) == cursor.sequence)
            .values(
                version=col(ProjectorCursor.version) + 1,
                sequence=0,
                seen_sequence=None,
                seen_at=None,
                turned_back_at=func.now(),
            ),
            execution_options=NO_OBJECTS,
        )


def cursor_values(before: "Cursor", after: "Cursor") -> tuple[str | None, ...]:
    """The values of `MOVE_CURSOR`."""
    seen = (str(after.seen.sequence), after.seen.stored_at.isoformat()) if after.seen else (None, None)
    return (str(before.version), str(before.sequence), str(after.sequence), *seen)
