"""The bus's message files, checked from outside: the server skips damage silently."""

import struct
from collections.abc import Iterator
from pathlib import Path

LENGTHS = struct.Struct("<IQqH")  # of the record with a bit for headers; its sequence, time, subject's length
RECORD_OVERHEAD = LENGTHS.size + 8  # and a checksum at the end
HEADERS_BIT = 1 << 31
LONGEST_RECORD = 64 * 1024 * 1024


def damaged_blocks(store: Path) -> list[Path]:
    """The blocks that hold something else where a record must begin."""
    return [block for block in sorted(store.rglob("*.blk")) if not all(_records(block))]


def _records(block: Path) -> Iterator[bool]:
    """For each record, whether it can be valid; the last may be cut off, as after a power failure."""
    size = block.stat().st_size
    with block.open("rb") as file:
        place = 0
        while place + LENGTHS.size <= size:
            file.seek(place)
            length, _sequence, _time, subject = LENGTHS.unpack(file.read(LENGTHS.size))
            length &= ~HEADERS_BIT
            fits = RECORD_OVERHEAD + subject <= length <= LONGEST_RECORD
            yield fits
            if not fits:
                return
            place += length
