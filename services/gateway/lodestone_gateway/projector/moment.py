"""A moment of waiting after events that another one follows at once, so that one fold takes both."""

import asyncio
from collections.abc import Sequence

from lodestone.bus.reading import BATCH, Reading
from lodestone.subjects import parse_subject
from nats.aio.msg import Msg

MOMENT_SECONDS = 0.01  # nobody sees a start later by so little
# A worker that gets a request starts it, and calls; after a call it ends the job, goes on or tries again.
FOLLOWED = frozenset({"requested", "started", "call_started", "call_finished"})


async def with_what_follows(reading: Reading, messages: Sequence[Msg]) -> list[Msg]:
    """The messages, and those that follow them within a moment as long as all are of this kind.

    Raises as `Reading.next_batch`.
    """
    taken, until = list(messages), asyncio.get_running_loop().time() + MOMENT_SECONDS
    while len(taken) < BATCH and all(map(_is_followed, taken)) and await reading.comes_by(until):
        taken += await reading.next_batch()
    return taken


def _is_followed(message: Msg) -> bool:
    subject = parse_subject(message.subject)
    return subject is not None and subject.event in FOLLOWED
