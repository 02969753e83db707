"""Messages of the stream → committed folds; what is no event, or is refused, is put aside alone."""

import re
from collections.abc import AsyncIterator, Sequence

import structlog
from lodestone.bus.envelope import InvalidMessage, decode
from lodestone.job_log import Entry
from nats.aio.msg import Msg
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.projector import metrics
from lodestone_gateway.projector.batch import Cursor, commit_batch
from lodestone_gateway.projector.dead_events import REASON, refused, unreadable
from lodestone_gateway.projector.fold import Folded
from lodestone_gateway.store.operations_tables import DeadEvent

log = structlog.get_logger(__name__)


async def fold_messages(
    engine: AsyncEngine, cursor: Cursor, messages: Sequence[Msg]
) -> AsyncIterator[tuple[Cursor, Folded]]:
    """Each commit, with the cursor after it: one for all messages, or one for each where one is refused.

    Raises CursorMoved.
    """
    entries, dead = _sorted(messages)
    last = messages[-1].metadata.sequence.stream
    try:
        folds = [await commit_batch(engine, cursor, entries, last, dead)]
    except (DataError, IntegrityError) as error:
        folds = [await _put_aside(engine, cursor, messages[0], error)] if len(messages) == 1 else []
    for after, folded in folds:
        yield after, folded
    if not folds:
        for message in messages:
            async for after, folded in fold_messages(engine, cursor, [message]):
                cursor = after
                yield after, folded


async def _put_aside(
    engine: AsyncEngine, cursor: Cursor, message: Msg, error: Exception
) -> tuple[Cursor, Folded]:
    """Only the one event that the tables refuse, so that it does not hold up all others."""
    metrics.refused.inc()
    log.error("put aside a refused event", subject=message.subject, error=str(error)[:REASON])
    last, dead = message.metadata.sequence.stream, [refused(message, str(error))]
    return await commit_batch(engine, cursor, [], last, dead)


def _sorted(messages: Sequence[Msg]) -> tuple[list[Entry], list[DeadEvent]]:
    """The events, and what is none."""
    entries, dead = [], []
    for message in messages:
        try:
            entries.append(_decoded(message))
        except InvalidMessage as error:
            metrics.invalid.inc()
            log.warning("put aside a message that is no event", error=str(error)[:REASON])
            dead.append(unreadable(message, str(error)))
    return entries, dead


def _decoded(message: Msg) -> Entry:
    # Postgres keeps no U+0000, in whatever field a model wrote it.
    body = re.sub(rb"(?<!\\)((?:\\\\)*)\\u0000", rb"\1\\ufffd", message.data)
    return decode(message.subject, message.headers, body, message.metadata.sequence.stream)
