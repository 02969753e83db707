"""Lesson 3: another service that acts on finished jobs. It subscribes to the bus; nobody has to know it.

python docs/examples/03_subscribe.py [HOW_MANY]
"""

import asyncio
import json
import os
import sys

import nats
from nats.js.api import AckPolicy, ConsumerConfig
from system import ready


async def main(how_many: int) -> None:
    client = await nats.connect(os.environ.get("LODESTONE_EXAMPLE_NATS") or ready()["nats"])
    # A durable remembers how far we came: after a restart we go on there. Filters choose what we see.
    subscription = await client.jetstream().pull_subscribe(
        "job.completed.>",
        durable="newsletter",
        stream="JOBS",
        config=ConsumerConfig(ack_policy=AckPolicy.EXPLICIT, ack_wait=30),
    )
    seen: set[str] = set()  # a real service keeps them with what it writes
    while len(seen) < how_many:
        try:
            (message,) = await subscription.fetch(1, timeout=5)
        except TimeoutError:
            continue
        event_id = (message.headers or {})["ce-id"]
        if event_id not in seen:  # an event may come twice; its id does not change
            seen.add(event_id)
            body = json.loads(message.data)
            print(f"{body['jobType']} {body['jobId']} cost ${body['usage']['costUsd']}", flush=True)
        await message.ack()
    await client.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
