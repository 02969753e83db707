"""The bus over TLS, with a server certificate signed by our own authority."""

import asyncio
import os
import shutil
import signal
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lodestone.bus.connection import FAREWELL_SECONDS, connect, connect_once, trust_of
from lodestone.errors import Misconfigured
from lodestone.settings import BusSettings
from lodestone_local.nats_server import find_server
from nats.errors import Error
from support.certificates import certify
from support.waiting import eventually, eventually_sync

Start = Callable[[str], int]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a server with these lines of configuration; returns its port."""
    started: list[subprocess.Popen[bytes]] = []

    def run(configuration: str) -> int:
        config = tmp_path / "nats.conf"
        config.write_text(f'listen: "127.0.0.1:-1"\nports_file_dir: "{tmp_path}"\n{configuration}')
        log = (tmp_path / "nats.log").open("wb")
        server = subprocess.Popen([str(find_server()), "-c", str(config)], stderr=log)
        started.append(server)
        ports = tmp_path / f"nats-server_{server.pid}.ports"
        told = eventually_sync(lambda: ports.exists() and ports.read_text(), within=10, told="it listens")
        return int(str(told).split("127.0.0.1:")[1].split('"')[0])

    yield run
    for server in started:
        server.terminate()
        server.wait(10)


def server_in(folder: Path) -> int:
    (told,) = folder.glob("nats-server_*.ports")
    return int(told.stem.rpartition("_")[2])


def with_tls(folder: Path) -> str:
    return f'tls {{ cert_file: "{folder}/server.pem", key_file: "{folder}/server.key" }}\n'


async def test_server_of_the_authority_that_is_set_is_connected_to_encrypted(
    start: Start, tmp_path: Path
) -> None:
    authority = certify(tmp_path)
    port = start(with_tls(tmp_path))

    for scheme in ("tls", "nats"):  # the server requires TLS for both
        settings = BusSettings(nats_url=f"{scheme}://127.0.0.1:{port}", nats_ca=authority)
        client = await connect(settings, "polish")
        try:
            await client.flush(5)
            transport: Any = client._transport
            assert transport._io_writer.get_extra_info("cipher")
        finally:
            await client.disconnect()


async def test_the_end_of_an_encrypted_connection_leaves_no_warning(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    authority = certify(tmp_path)
    settings = BusSettings(nats_url=f"tls://127.0.0.1:{start(with_tls(tmp_path))}", nats_ca=authority)
    client = await connect(settings, "polish")

    os.kill(server_in(tmp_path), signal.SIGTERM)
    await eventually(lambda: not client.is_connected, told="the connection is lost")
    await client.disconnect()

    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


async def test_a_connection_is_ended_although_its_server_dies_in_the_middle_of_a_greeting(
    start: Start, tmp_path: Path
) -> None:
    authority, hung_up = certify(tmp_path), asyncio.Event()
    port = start(with_tls(tmp_path))
    client = await connect(BusSettings(nats_url=f"tls://127.0.0.1:{port}", nats_ca=authority), "polish")

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'INFO {"tls_required": true}\r\n')
        await reader.read(1)
        writer.transport.abort()
        hung_up.set()

    os.kill(server_in(tmp_path), signal.SIGKILL)
    await eventually(lambda: not client.is_connected, told="the connection is lost")
    server = await asyncio.start_server(hang_up, "127.0.0.1", port)
    await asyncio.wait_for(hung_up.wait(), 10)
    server.close()

    await asyncio.wait_for(client.disconnect(), 2 * FAREWELL_SECONDS)
    await eventually(lambda: not reconnecting(), told="it has given up")


def reconnecting() -> list[asyncio.Task[Any]]:
    return [task for task in asyncio.all_tasks() if "_attempt_reconnect" in repr(task)]


async def test_a_connection_that_broke_with_something_unsent_is_ended(start: Start, tmp_path: Path) -> None:
    authority = certify(tmp_path)
    port = start(with_tls(tmp_path))
    client = await connect(BusSettings(nats_url=f"tls://127.0.0.1:{port}", nats_ca=authority), "polish")
    os.kill(server_in(tmp_path), signal.SIGKILL)
    await eventually(lambda: client.is_reconnecting, told="the connection is lost")
    await client.publish("jobs.polish.ack", b"unsent")

    await asyncio.wait_for(client.disconnect(), 2 * FAREWELL_SECONDS)

    assert not client.is_connected


async def test_server_that_the_authority_did_not_sign_or_of_another_name_is_refused(
    start: Start, tmp_path: Path
) -> None:
    authority = certify(tmp_path)
    port = start(with_tls(tmp_path))
    trust = trust_of(BusSettings(nats_url="nats://unused", nats_ca=authority))

    with pytest.raises(ssl.SSLCertVerificationError, match=r"self-signed|unable to get local issuer"):
        await connect_once([f"tls://127.0.0.1:{port}"], "polish")
    with pytest.raises(ssl.SSLCertVerificationError, match="localhost"):
        await connect_once([f"tls://localhost:{port}"], "polish", trust)


async def test_password_is_not_sent_to_a_server_without_tls_where_the_url_asks_for_it(
    start: Start,
) -> None:
    port = start('authorization { user: "polish", password: "right" }\n')

    with pytest.raises(Error, match="does not speak TLS"):
        await connect_once([f"tls://polish:right@127.0.0.1:{port}"], "polish")


def test_authority_that_is_no_file_of_certificates_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")

    for file in ("empty.pem", "missing.pem"):
        with pytest.raises(Misconfigured, match=f"LODESTONE_NATS_CA names .*{file}"):
            trust_of(BusSettings(nats_url="nats://unused", nats_ca=tmp_path / file))


async def test_certificate_and_authority_are_changed_while_clients_stay_connected(
    start: Start, tmp_path: Path
) -> None:
    old, new = certify(tmp_path), certify(tmp_path / "new")
    both = tmp_path / "both.pem"
    both.write_bytes(old.read_bytes() + new.read_bytes())
    only_old, only_new, trusts_both = (
        trust_of(BusSettings(nats_url="nats://unused", nats_ca=file)) for file in (old, new, both)
    )
    port = start(with_tls(tmp_path))
    servers = [f"tls://127.0.0.1:{port}"]
    client = await connect_once(servers, "polish", trusts_both)

    for name in ("server.pem", "server.key"):
        shutil.copy(tmp_path / "new" / name, tmp_path / name)
    os.kill(server_in(tmp_path), signal.SIGHUP)

    async def shows_the_new_one() -> bool:
        try:
            await (await connect_once(servers, "polish", only_new)).disconnect()
        except ssl.SSLCertVerificationError:
            return False
        return True

    await eventually(shows_the_new_one, within=10, told="the server has its new certificate")
    with pytest.raises(ssl.SSLCertVerificationError):
        await connect_once(servers, "polish", only_old)
    await (await connect_once(servers, "polish", trusts_both)).disconnect()
    await client.flush(5)
    assert client.stats["reconnects"] == 0
    await client.disconnect()
