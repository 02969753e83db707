"""The bus's clock, by which services set theirs."""

import json

import structlog
from nats.aio.client import Client
from nats.errors import ConnectionClosedError, Error

from lodestone import clock, subjects
from lodestone.rhythm import sleep_to_next

LOOK_SECONDS = 10.0
ANSWER_SECONDS = 2.0

log = structlog.get_logger(__name__)


async def follow_bus(client: Client) -> None:
    """Sets this process's clock by the bus's, once. Raises what the bus raises."""
    asked = clock.own()
    answer = await client.request(subjects.STREAM_INFO, timeout=ANSWER_SECONDS)
    answered = clock.own()
    if told := json.loads(answer.data).get("ts"):
        clock.follow(clock.parse_time(told), asked=asked, answered=answered)


async def keep_following(client: Client) -> None:
    """Follows the bus's clock until it is cancelled; while the bus is down, the last offset holds."""
    while True:
        await sleep_to_next(LOOK_SECONDS)
        try:
            await follow_bus(client)
        except ConnectionClosedError:
            return
        except (Error, TimeoutError, ValueError) as error:
            log.info("could not ask the bus for the time", error=repr(error))
