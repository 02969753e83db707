"""An authority of our own, and a server's certificate that it signed."""

from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from lodestone.clock import now
from lodestone.ids import new_id


def certify(folder: Path) -> Path:
    """Writes an authority (returned), and a server certificate with its key for 127.0.0.1 only."""
    folder.mkdir(exist_ok=True)
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Authority {new_id()}")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    root = _signed(issuer, authority, issuer, authority, x509.BasicConstraints(ca=True, path_length=0))
    (folder / "ca.pem").write_bytes(root)
    (folder / "server.pem").write_bytes(_signed(subject, key, issuer, authority, here))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.key").write_bytes(key.private_bytes(*private))
    (folder / "server.key").chmod(0o600)  # Postgres takes no other
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
