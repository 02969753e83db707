"""Lesson 3: another service that acts on finished jobs. It subscribes to the bus; nobody has to know it.

.venv/bin/lodestone subscriber add newsletter --events completed
python docs/examples/03_subscribe.py [HOW_MANY]
"""

import asyncio
import json
import os
import sys

import nats
import nats.errors
from nats.errors import TimeoutError as NothingYet
from system import READY_FILE, ready

USER = "subscriber-newsletter"  # sees what it was given, and may write nothing


def url() -> str:
    """Where the bus is and who we are, with our password."""
    if given := os.environ.get("LODESTONE_EXAMPLE_NATS"):
        return given
    password = (READY_FILE.parent / "nats" / f"{USER}.password").read_text()
    return f"nats://{USER}:{password}@{ready()['nats'].rpartition('@')[2]}"


async def main(how_many: int) -> None:
    seen: set[str] = set()  # a real service keeps them with what it writes
    while len(seen) < how_many:
        try:
            await listen(how_many, seen)
        except nats.errors.Error as error:  # the bus was restarted, or refused us: it may take us in again
            await tell(error)
            await asyncio.sleep(1)


async def listen(how_many: int, seen: set[str]) -> None:
    # Answers come below an inbox prefix of our own; with another one we would hear nothing.
    client = await nats.connect(
        url(), inbox_prefix=f"_INBOX_{USER}", max_reconnect_attempts=-1, error_cb=tell
    )
    try:
        # The durable remembers how far we came: after a restart we go on there. It was made with the user.
        subscription = await client.jetstream().pull_subscribe_bind(USER, stream="JOBS")
        while len(seen) < how_many:
            try:
                (message,) = await subscription.fetch(1, timeout=5)
            except NothingYet:
                continue
            event_id = (message.headers or {})["ce-id"]
            if event_id not in seen:  # an event may come twice; its id does not change
                seen.add(event_id)
                body = json.loads(message.data)
                print(f"{body['jobType']} {body['jobId']} cost ${body['usage']['costUsd']}", flush=True)
            await message.ack()
    finally:
        await client.close()


async def tell(error: Exception) -> None:
    print(f"The bus: {error}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
