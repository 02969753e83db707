"""nats-py's client with shorter ways in and out: fewer tasks, fewer writes, the same messages.

What is sent in one turn of the event loop is one write to the socket. An answer or a delivery is handed over
as it is read, without a queue and a task in between.
"""

import asyncio
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.aio.transport import TcpTransport

log = structlog.get_logger(__name__)

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

Take = Callable[[Msg], None]
Overhear = Callable[[str], None]


class FastClient(Client):
    """Does less for each message."""

    def __init__(self) -> None:
        super().__init__()
        self._is_write_due = False
        self._takers: dict[int, Take] = {}  # by subscription
        self._overhearers: dict[int, Overhear] = {}  # likewise
        self._answers = ""  # the inbox of answers to requests
        self._asked = 0  # requests so far

    @property
    def pongs(self) -> int:
        """How many pings were answered so far."""
        return self._pongs_received

    async def listen(self, subject: str, take: Take) -> Subscription:
        """Subscribes; `take` gets each message as it is read, so it must not take long."""
        subscription = await self.subscribe(subject)
        self._takers[subscription._id] = take
        return subscription

    async def overhear(self, subject: str, take: Overhear) -> Subscription:
        """Subscribes; `take` gets no more of each message than its subject, which costs little."""
        subscription = await self.subscribe(subject)
        self._overhearers[subscription._id] = take
        return subscription

    def _remove_sub(self, sid: int, max_msgs: int = 0) -> None:
        super()._remove_sub(sid, max_msgs)
        if sid not in self._subs:
            self._takers.pop(sid, None)
            self._overhearers.pop(sid, None)

    async def _process_msg(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        take, overhear = self._takers.get(sid), self._overhearers.get(sid)
        if take is None and overhear is None:
            return await super()._process_msg(sid, subject, reply, data, headers)
        self.stats["in_msgs"] += 1
        self.stats["in_bytes"] += len(data)
        try:
            if overhear:
                overhear(subject.decode(errors="replace"))
            elif take:
                take(self._build_message(sid, subject, reply, data, await self._process_headers(headers)))
        except Exception:  # the client would read nothing more
            log.exception("could not take a message", subject=subject.decode(errors="replace"))

    @staticmethod
    def _parse_header_lines(raw: bytes) -> dict[str, str]:
        # The library's own looks at each character of each name, for each message.
        headers = {}
        for line in raw.split(b"\r\n"):
            name, colon, value = line.partition(b":")
            if colon and (known := _header_name(name)) is not None:
                headers[known] = value.strip().decode("utf-8", "replace")
        return headers

    async def _send_publish(
        self, subject: str, reply: str, payload: bytes, payload_size: int, headers: dict[str, Any] | None
    ) -> None:
        # The library's own looks at each character of each name and value, for each message.
        if not (subject and headers):
            return await super()._send_publish(subject, reply, payload, payload_size, headers)
        head = _head(headers)
        sizes = f"{len(head)} {len(head) + payload_size}"
        self.stats["out_msgs"] += 1
        self.stats["out_bytes"] += payload_size
        command = f"HPUB {subject} {reply} {sizes}\r\n".encode()
        await self._send_command(b"%b%b%b\r\n" % (command, head, payload))
        if self._flush_queue is not None and self._flush_queue.empty():
            await self._flush_pending()

    async def _send_ping(self, future: "asyncio.Future[bool] | None" = None) -> None:
        # The library's own overtakes what waits to be written, so its answer would say nothing about that.
        self._write()
        await super()._send_ping(future)

    async def _process_pong(self) -> None:
        # The library's own would raise, and read nothing more, if whoever waited has given up.
        if self._pongs and self._pongs[0].done():
            self._pongs[0] = asyncio.get_running_loop().create_future()
        await super()._process_pong()

    async def _init_request_sub(self) -> None:
        self._resp_map = {}
        self._answers = self.new_inbox()
        self._resp_sub_prefix = bytearray(self._answers.encode())
        await self.listen(f"{self._answers}.*", self._take_answer)

    def _take_answer(self, answer: Msg) -> None:
        waiting = self._resp_map.get(answer.subject.rpartition(".")[2])
        if waiting and not waiting.done():
            waiting.set_result(answer)

    async def _request_new_style(
        self, subject: str, payload: bytes, timeout: float = 1, headers: dict[str, Any] | None = None
    ) -> Msg:
        if not self._resp_sub_prefix:
            await self._init_request_sub()
        self._asked += 1
        token, loop = f"{self._asked:x}", asyncio.get_running_loop()
        answer: asyncio.Future[Msg] = loop.create_future()
        self._resp_map[token] = answer
        timer = loop.call_later(timeout, _expire, answer)
        try:
            await self.publish(subject, payload, reply=f"{self._answers}.{token}", headers=headers)
            return await answer
        finally:
            timer.cancel()
            del self._resp_map[token]

    async def _flush_pending(self, force_flush: bool = False) -> Any:
        if force_flush or not self._may_write():
            return await super()._flush_pending(force_flush)
        if not self._is_write_due:
            self._is_write_due = True
            asyncio.get_running_loop().call_soon(self._write)

    def _may_write(self) -> bool:
        """Whether the socket takes more at once; else the client's own flusher waits until it does."""
        writer = self._transport._io_writer if isinstance(self._transport, TcpTransport) else None
        return self.is_connected and writer is not None and not writer.transport.get_write_buffer_size()

    def _write(self) -> None:
        self._is_write_due = False
        if self.is_connected and self._transport and self._pending_data_size:  # else a reconnect sends it
            pending, self._pending, self._pending_data_size = self._pending, [], 0
            self._transport.writelines(pending)


@lru_cache(maxsize=1_000)
def _header_name(raw: bytes) -> str | None:
    """The name of a header; None where it is not one."""
    name = raw.strip()
    if not name.isascii() or any(character.isspace() for character in name.decode()):
        return None
    return name.decode()


def _head(headers: dict[str, Any]) -> bytes:
    """Headers as they are sent: no value ends its line. Raises BadHeaderError for what is no name."""
    lines = [f"{_name_sent(name)}{value.strip()}" for name, value in headers.items() if name.strip()]
    if any("\r" in line or "\n" in line for line in lines):
        lines = [line.replace("\r", " ").replace("\n", " ") for line in lines]
    return "\r\n".join(["NATS/1.0", *lines, "\r\n"]).encode()


@lru_cache(maxsize=1_000)
def _name_sent(name: str) -> str:
    """The beginning of a header's line."""
    if not _NAME.fullmatch(name.strip()):
        raise nats.errors.BadHeaderError(name.strip())
    return f"{name.strip()}: "


def _expire(answer: "asyncio.Future[Msg]") -> None:
    if not answer.done():
        answer.set_exception(nats.errors.TimeoutError())
