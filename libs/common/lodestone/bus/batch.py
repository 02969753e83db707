"""Publishing in groups: what comes while the answers to one group are awaited is the next group.

A large group goes out as an atomic batch (NATS ADR-50): the server writes it to its disk at once, and stores
all of it or nothing. It checks each fence against the stream as it was before the batch, so no group has two
messages of a log. If a batch is refused, its messages are published one by one: each gets its own answer.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error
from nats.errors import TimeoutError as NoAnswer
from nats.js.api import PubAck

from lodestone import subjects
from lodestone.deadlines import PUBLISH_TIMEOUT_SECONDS
from lodestone.ids import new_id

LEAST = 16  # messages of a batch; the server makes files for it, so that fewer cost less one by one
MOST = 256  # messages of a group; the server takes batches of 1,000
PATIENCE_SECONDS = 0.1  # for the answers to a group, after which the next is sent all the same
NOT_TAKEN = (10174, 10177)  # the stream takes no batches; this server takes none with message ids
SERVER_FAILED = 500  # errors from this code on do not say whether anything was stored

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Message:
    """A message whose fence covers a log."""

    subject: str
    body: bytes
    headers: dict[str, str]

    @property
    def log(self) -> str:
        """The filter of that log."""
        return self.headers[subjects.EXPECTED_SEQUENCE_SUBJECT]


class GroupPublisher:
    """Publishes the messages of one connection, group after group."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._jetstream = client.jetstream(timeout=PUBLISH_TIMEOUT_SECONDS)
        self._waiting: list[_Waiting] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._last: asyncio.Task[None] | None = None  # the group whose answers the next one waits for
        self._without: int | None = None  # the connection, by its number, on which no batch is taken

    async def publish(self, message: Message) -> PubAck:
        """Stores the message. Raises as the library's `publish` does: on a timeout it may be stored."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._go_on)
        waiting = _Waiting(message, loop.create_future())
        self._waiting.append(waiting)
        return await waiting.answer

    def _go_on(self) -> None:
        """Sends the next group, unless the last one's answers are still to come."""
        if self._last is None and (group := self._next_group()):
            self._last = task = asyncio.create_task(self._send(group))
            self._sending.add(task)
            timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._let_pass, task)
            task.add_done_callback(lambda _: timer.cancel())
            task.add_done_callback(self._sending.discard)
            task.add_done_callback(self._let_pass)

    def _let_pass(self, task: "asyncio.Task[None]") -> None:
        if self._last is task:
            self._last = None
            self._go_on()

    def _next_group(self) -> list["_Waiting"]:
        group: dict[str, _Waiting] = {}
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if each.answer.done():  # nobody waits for it any more
                continue
            if each.message.log in group or len(group) == MOST:
                self._waiting.append(each)
            else:
                group[each.message.log] = each
        return list(group.values())

    async def _send(self, group: list["_Waiting"]) -> None:
        answers: list[_Answer]
        try:
            answers = await self._publish_batch([each.message for each in group])
        except Exception as error:  # whoever waits must hear of it
            answers = [error] * len(group)
        for waiting, answer in zip(group, answers, strict=False):
            waiting.tell(answer)
        if answers:
            return
        if len(group) == 1:
            await self._send_alone(group[0])
        else:
            await asyncio.gather(*map(self._send_alone, group))

    async def _send_alone(self, waiting: "_Waiting") -> None:
        message = waiting.message
        try:
            ack = await self._jetstream.publish(
                message.subject, message.body, stream=subjects.STREAM, headers=message.headers
            )
        except Exception as error:
            waiting.tell(error)
        else:
            waiting.tell(ack)

    async def _publish_batch(self, messages: list[Message]) -> "list[_Answer]":
        """An answer for each message; none if no batch was made, or nothing of it is stored."""
        if len(messages) < LEAST or self._without == self._client.stats["reconnects"]:
            return []
        try:
            told = json.loads((await self._commit(messages)).data)
        except NoAnswer:
            return [NoAnswer() for _ in messages]
        except Error as error:  # there is no stream, or the last message was not sent
            told = {"error": {"description": repr(error)}}
        if refusal := told.get("error"):
            log.info("a batch was refused", messages=len(messages), error=refusal)
            return self._refused(refusal, len(messages))
        first = told["seq"] - len(messages) + 1
        return [PubAck(told["stream"], first + nth) for nth in range(len(messages))]

    async def _commit(self, messages: list[Message]) -> Msg:
        batch = {subjects.BATCH_ID: str(new_id())}
        *others, last = messages
        for number, message in enumerate(others, 1):
            headers = message.headers | batch | {subjects.BATCH_SEQUENCE: str(number)}
            await self._client.publish(message.subject, message.body, headers=headers)
        batch |= {subjects.BATCH_SEQUENCE: str(len(messages)), subjects.BATCH_COMMIT: "1"}
        return await self._client.request(
            last.subject, last.body, timeout=PUBLISH_TIMEOUT_SECONDS, headers=last.headers | batch
        )

    def _refused(self, refusal: dict[str, Any], count: int) -> "list[_Answer]":
        if refusal.get("code", 0) >= SERVER_FAILED:
            return [NoAnswer() for _ in range(count)]
        if refusal.get("err_code") in NOT_TAKEN:
            self._without = self._client.stats["reconnects"]
        return []


_Answer = PubAck | Exception


@dataclass(frozen=True, eq=False)
class _Waiting:
    message: Message
    answer: asyncio.Future[PubAck]

    def tell(self, answer: _Answer) -> None:
        """Tells whoever still waits."""
        if self.answer.done():
            return
        if isinstance(answer, Exception):
            self.answer.set_exception(answer)
        else:
            self.answer.set_result(answer)
