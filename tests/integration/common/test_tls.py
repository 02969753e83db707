"""The bus over TLS, with a server certificate signed by our own authority."""

import os
import signal
import ssl
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lodestone.bus.connection import connect, connect_once, trust_of
from lodestone.clock import now
from lodestone.errors import Misconfigured
from lodestone.settings import BusSettings
from lodestone_local.nats_server import find_server
from nats.errors import Error
from support.waiting import eventually, eventually_sync

Start = Callable[[str], int]


def certify(folder: Path) -> Path:
    """Writes an authority (returned), and a server certificate with its key for 127.0.0.1 only."""
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of our own")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nats")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    root = _signed(issuer, authority, issuer, authority, x509.BasicConstraints(ca=True, path_length=0))
    (folder / "ca.pem").write_bytes(root)
    (folder / "server.pem").write_bytes(_signed(subject, key, issuer, authority, here))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.key").write_bytes(key.private_bytes(*private))
    return folder / "ca.pem"


def _signed(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    authority: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> bytes:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).add_extension(extension, critical=False)
    builder = builder.not_valid_before(now() - timedelta(days=1)).not_valid_after(now() + timedelta(days=1))
    return builder.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


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
