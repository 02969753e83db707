"""A client that sends no request, or never finishes one, is cut off; everybody else is served meanwhile."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx2
import pytest
from lodestone_gateway import app, connections, door
from lodestone_gateway.door import Door, Phase, Verdict
from support.api import RunningGateway, User, running_gateway
from support.waiting import eventually, let_pass

HEAD = b"POST /api/jobs HTTP/1.1\r\nHost: x\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
KIB = b"x" * 1024


class Wire:
    """A connection on which a test writes raw bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer
        self.sent = 0

    async def send(self, data: bytes) -> bool:
        """Sends bytes; False if the other side has closed."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError:
            return False
        self.sent += len(data)
        return not self.reader.at_eof()

    async def send_on(self, chunk: bytes, pause: float = 0.0, most: int = 64 * 1024 * 1024) -> None:
        """Sends the same bytes repeatedly, until the other side closes."""
        while self.sent < most and await self.send(chunk):
            await let_pass(pause)

    async def rest(self, within: float = 20) -> bytes:
        """Everything received until the other side closes."""
        async with asyncio.timeout(within):
            with contextlib.suppress(ConnectionError):
                return await self.reader.read()
        return b""

    def close(self) -> None:
        """Closes the connection."""
        self._writer.close()


@contextlib.asynccontextmanager
async def wire(gateway: RunningGateway) -> AsyncIterator[Wire]:
    at = urlsplit(gateway.url)
    opened = Wire(*await asyncio.open_connection(at.hostname, at.port))
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines short enough for a test."""
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.5)
    monkeypatch.setattr(connections, "BODY_SECONDS", 0.5)


def signed(user: User, extra: bytes = b"") -> bytes:
    token = f"Authorization: Bearer {user.token}\r\nContent-Type: application/json\r\n".encode()
    return HEAD + token + extra + b"\r\n"


ENDLESS = {
    "headers": (HEAD, b"X-More: " + KIB + b"\r\n"),
    "one header": (HEAD + b"X-More: ", KIB),
    "an address": (b"GET /", KIB),
    "small headers": (HEAD, b"a:\r\n" * 256),
    "a name": (HEAD, KIB),
}


@pytest.mark.parametrize("what", ENDLESS)
async def test_headers_without_an_end_are_cut_off(gateway: RunningGateway, user: User, what: str) -> None:
    begin, more = ENDLESS[what]
    async with wire(gateway) as endless:
        await endless.send(begin)
        await endless.send_on(more)

        assert (await user.get("/api/usage")).status_code == 200
        assert endless.sent < 8 * 1024 * 1024  # what the two kernels buffer
        answer = await endless.rest()
    assert not answer or b" 431 " in answer


@pytest.mark.parametrize(
    "headers",
    [
        b"X-More: " + b"x" * 40_000 + b"\r\n",
        b"a: b\r\n" * 101,
        b"X: " + b"y" * 20_000 + b"\r\n" + b"Z: " + b"y" * 20_000 + b"\r\n",
    ],
)
async def test_headers_that_are_too_much_are_431_with_a_sentence(
    gateway: RunningGateway, headers: bytes
) -> None:
    async with wire(gateway) as large:
        await large.send(b"GET /api/jobs HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n")

        answer = await large.rest()

    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b"application/problem+json" in answer
    assert b"at most 32 KiB and 100 headers" in answer


async def test_usual_large_headers_are_taken(gateway: RunningGateway, user: User) -> None:
    headers = {"Cookie": "x=" + "y" * 8_000, **{f"X-{number}": "z" * 200 for number in range(60)}}

    assert (await user.get("/api/usage", **headers)).status_code == 200


async def test_headers_after_a_body_neither_count_nor_grow(gateway: RunningGateway, user: User) -> None:
    async with wire(gateway) as endless:
        await endless.send(signed(user, b"Transfer-Encoding: chunked\r\n") + b"2\r\n{}\r\n0\r\n")
        await endless.send_on(b"X-More: " + KIB + b"\r\n")

        assert endless.sent < 8 * 1024 * 1024


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("part", [b"", b"P", HEAD, HEAD + b"X-Half: "])
async def test_half_a_request_does_not_keep_its_connection(gateway: RunningGateway, part: bytes) -> None:
    async with wire(gateway) as half:
        await half.send(part)

        answer = await half.rest()

    assert (b"HTTP/1.1 408 " in answer) == bool(part)


@pytest.mark.usefixtures("impatient")
async def test_half_a_body_does_not_keep_its_connection(gateway: RunningGateway, user: User) -> None:
    async with wire(gateway) as half:
        await half.send(signed(user, b"Content-Length: 1000\r\n") + b"{")

        assert b"HTTP/1.1 408 " in await half.rest()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("begin", [HEAD, b"Content-Length: 1000\r\n"])
async def test_a_byte_now_and_then_gains_no_time(gateway: RunningGateway, user: User, begin: bytes) -> None:
    async with wire(gateway) as slow:
        await slow.send(begin if begin == HEAD else signed(user, begin))
        async with asyncio.timeout(20):
            await slow.send_on(b"a", pause=0.05)


@pytest.mark.usefixtures("impatient")
async def test_a_kept_connection_has_as_little_time_for_its_next_request(gateway: RunningGateway) -> None:
    async with wire(gateway) as kept:
        await kept.send(GET)
        assert (await kept.reader.readuntil(b'ok"}')).startswith(b"HTTP/1.1 200")
        await kept.send(GET)
        assert (await kept.reader.readuntil(b'ok"}')).startswith(b"HTTP/1.1 200")
        await kept.send(GET[:20])

        assert b"HTTP/1.1 408 " in await kept.rest()


@pytest.mark.usefixtures("impatient")
async def test_an_answer_before_the_body_ends_the_connection_in_time(gateway: RunningGateway) -> None:
    async with wire(gateway) as unsigned:
        await unsigned.send(HEAD + b"Content-Length: 1000\r\n\r\n{")

        answer = await unsigned.rest()

    assert answer.count(b"HTTP/1.1") == 1
    assert b"HTTP/1.1 401 " in answer


async def test_requests_in_one_packet_are_answered_in_order(gateway: RunningGateway) -> None:
    async with wire(gateway) as eager:
        await eager.send(GET * 3 + b"GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = await eager.rest()

    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"200", b"200", b"200", b"404"]


async def test_silent_sockets_give_way_to_somebody_who_asks(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "most_connections", lambda: 50)
    async with running_gateway(postgres_url) as gateway, contextlib.AsyncExitStack() as silent:
        watching, honest = gateway.user(), gateway.user()
        async with watching.stream("/api/events") as frames:
            for _ in range(300):
                await silent.enter_async_context(wire(gateway))

            await eventually(lambda: is_served(honest))
            for _ in range(5):
                assert (await honest.get("/api/usage")).status_code == 200
            assert frames.headers["content-type"].startswith("text/event-stream")


async def test_when_all_are_served_others_are_told_and_probes_answered(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "most_connections", lambda: 20)
    async with running_gateway(postgres_url) as gateway, contextlib.AsyncExitStack() as watching:
        user = gateway.user()
        for _ in range(20):
            await watching.enter_async_context(user.stream("/api/events"))

        async with wire(gateway) as late:
            await late.send(b"GET /api/jobs HTTP/1.1\r\nHost: x\r\n\r\n")
            told = await late.rest()
        async with wire(gateway) as probe:
            await probe.send(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            probed = await probe.rest()
        await watching.aclose()

        assert told.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: " in told
        assert b"too many connections" in told
        assert probed.startswith(b"HTTP/1.1 200 ")
        await eventually(lambda: is_served(user))


async def test_one_address_has_so_many_connections(postgres_url: str) -> None:
    async with running_gateway(postgres_url, connections_per_address=3, proxies="192.0.2.1") as gateway:
        async with contextlib.AsyncExitStack() as open_ones:
            for _ in range(3):
                await open_ones.enter_async_context(wire(gateway))
            more = await open_ones.enter_async_context(wire(gateway))
            await more.send(b"GET /api/jobs HTTP/1.1\r\nHost: x\r\n\r\n")
            told = await more.rest()

        assert told.startswith(b"HTTP/1.1 429 ")
        assert b"from your address" in told


async def is_served(user: User) -> bool:
    with contextlib.suppress(httpx2.TransportError):
        return (await user.get("/api/usage")).status_code == 200
    return False


class Stub:
    """A connection that records whether it was closed."""

    is_closed = False

    def give_way(self) -> None:
        """Records it."""
        self.is_closed = True


@pytest.fixture
def stubs() -> list[Stub]:
    return [Stub() for _ in range(100)]


async def test_who_gave_no_request_goes_first_and_who_is_answered_never(
    stubs: list[Stub], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0)
    system = Door(most=16, per_address=1000)
    for stub, phase in zip(
        stubs, [*[Phase.ANSWERING] * 13, Phase.RECEIVING, Phase.IDLE, Phase.SILENT], strict=False
    ):
        assert system.enter(stub, "192.0.2.1") is Verdict.WELCOME
        system.note(stub, phase)

    verdicts = []
    for stub in stubs[16:70]:
        verdicts.append(system.enter(stub, "192.0.2.2"))
        system.note(stub, Phase.ANSWERING)

    assert [stub.is_closed for stub in stubs[13:16]] == [True] * 3
    assert not any(stub.is_closed for stub in stubs[:13])
    assert verdicts == [Verdict.WELCOME] * 3 + [Verdict.FULL] * 32 + [Verdict.SHUT] * 19


async def test_addresses_are_counted_apart_and_proxies_not_at_all(stubs: list[Stub]) -> None:
    system = Door(most=1000, per_address=2, proxies=["10.0.0.0/8"])

    def verdicts(address: str) -> list[Verdict]:
        return [system.enter(stub, address) for stub in stubs[:3]]

    assert verdicts("192.0.2.1") == [Verdict.WELCOME, Verdict.WELCOME, Verdict.CROWD]
    assert verdicts("192.0.2.2") == [Verdict.WELCOME, Verdict.WELCOME, Verdict.CROWD]
    assert verdicts("10.1.2.3") == [Verdict.WELCOME] * 3
    for stub in stubs[:2]:
        system.leave(stub, "192.0.2.1")
    assert system.enter(stubs[3], "192.0.2.1") is Verdict.WELCOME
