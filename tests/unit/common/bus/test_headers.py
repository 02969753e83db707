"""The headers of a message are read as the library reads them."""

from hypothesis import example, given
from hypothesis import strategies as some
from lodestone.bus.fast_client import FastClient
from nats.aio.client import Client

PIECES = [
    b"a",
    b"Nats-Sequence",
    b":",
    b": ",
    b" ",
    b"\t",
    b"\x1c",
    b"\r\n",
    b"\r",
    b"\n",
    b"\xff",
    "ü".encode(),
    b"1",
]


@given(some.lists(some.sampled_from(PIECES), max_size=30).map(b"".join))
@example(b"Status: 408\r\nDescription: Request Timeout\r\n\r\n")
@example(b"")
def test_as_the_library_reads_them(raw: bytes) -> None:
    assert FastClient._parse_header_lines(raw) == Client._parse_header_lines(raw)
