"""Messages of the stream that are in no job's history, kept for operators with their start and the reason."""

from collections.abc import Sequence
from dataclasses import replace

from lodestone import subjects
from lodestone.clock import now
from lodestone.erasure import without_texts
from lodestone.ids import new_id
from lodestone.job_log import Entry
from lodestone.subjects import parse_subject
from nats.aio.msg import Msg
from sqlalchemy.dialects.postgresql import insert

from lodestone_gateway.projector.fold import Folded, Kind
from lodestone_gateway.store.operations_tables import DeadEvent
from lodestone_gateway.store.pipeline import Pipeline

EXCERPT = 1000  # characters of a body; the stream has all of it, by its sequence
REASON = 1000
DRIFT = {
    Kind.AFTER_END: "It came after the job's terminal event.",
    Kind.FOREIGN: "There is no such job, or it is of another type or user.",
}


def unreadable(message: Msg, reason: str) -> DeadEvent:
    """A message that is not our event."""
    return _dead(message.metadata.sequence.stream, message.subject, message.data, "invalid", reason)


def refused(message: Msg, reason: str) -> DeadEvent:
    """An event that the tables refuse."""
    return _dead(message.metadata.sequence.stream, message.subject, message.data, "refused", reason)


def drift_in(folded: Folded) -> list[DeadEvent]:
    """What the stream has and the tables must not."""
    found = [(entry, kind) for kind, entry in folded.kinds if kind in DRIFT]
    return [_drifted(entry, kind, is_erased=entry.event.job_id in folded.erased) for entry, kind in found]


def unsaved_in(folded: Folded) -> list[DeadEvent]:
    """Results that could not be saved to their tables."""
    return [_of_entry(entry, "refused", f"Not saved: {reason}") for entry, reason in folded.unsaved]


async def put_aside(fold: Pipeline, events: Sequence[DeadEvent]) -> None:
    """Stores the messages; one stored before changes nothing."""
    if events:
        rows = [event.model_dump() for event in events]
        async with fold.session() as session:
            await session.execute(insert(DeadEvent).values(rows).on_conflict_do_nothing())


def _drifted(entry: Entry, kind: Kind, *, is_erased: bool) -> DeadEvent:
    left = replace(entry, event=without_texts(entry.event)) if is_erased else entry
    return _of_entry(left, kind.value, DRIFT[kind])


def _of_entry(entry: Entry, problem: str, reason: str) -> DeadEvent:
    event = entry.event
    subject = subjects.event_subject(event.name, event.job_type, event.job_id)
    body = event.model_dump_json(by_alias=True).encode()
    return _dead(entry.sequence, subject, body, problem, reason)


def _dead(sequence: int, subject: str, body: bytes, problem: str, reason: str) -> DeadEvent:
    parts = parse_subject(subject)
    return DeadEvent(
        id=new_id(),
        sequence=sequence,
        subject=_storable(subject),
        problem=problem,
        reason=_storable(reason)[:REASON],
        job_id=parts.job_id if parts else None,
        job_type=_storable(parts.job_type) if parts else None,
        size=len(body),
        excerpt=_storable(body[: 4 * EXCERPT].decode(errors="replace"))[:EXCERPT],
        seen_at=now(),
    )


def _storable(text: str) -> str:
    # Postgres stores neither U+0000 nor half of a surrogate pair.
    return text.replace("\x00", "\ufffd").encode(errors="replace").decode()
