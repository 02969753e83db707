"""TLS in front of a Postgres without it: `python -m cluster.postgres_door SECRETS SOCKET PORT`."""

import asyncio
import contextlib
import ssl
import sys
from pathlib import Path

ASKS_FOR_TLS = bytes.fromhex("00000008 04d2162f")  # the SSLRequest of Postgres' protocol
CHUNK = 65_536


async def serve(secrets: Path, socket: str, port: int) -> None:
    """Serves for ever."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(secrets / "tls.crt", secrets / "tls.key")

    async def come_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            if await reader.readexactly(len(ASKS_FOR_TLS)) == ASKS_FOR_TLS:
                writer.write(b"S")
                await writer.drain()
                await writer.start_tls(context)
                inside = await asyncio.open_unix_connection(socket)
                await asyncio.gather(_pass_on(reader, inside[1]), _pass_on(inside[0], writer))
        writer.close()

    server = await asyncio.start_server(come_in, "0.0.0.0", port)  # noqa: S104 - in its own namespace
    await server.serve_forever()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
