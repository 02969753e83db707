#!/usr/bin/env python3
"""Makes the secrets of deploy/compose.yaml in deploy/secrets: one file for each that a container gets.

    ANTHROPIC_API_KEY=sk-ant-… deploy/docker/make_secrets.py

It keeps what is there. Needs no more than Python.
"""

import base64
import hmac
import json
import os
import re
import secrets
import sys
import time
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[1]
FOLDER = DEPLOY / "secrets"
USED = re.compile(r"\$(LODESTONE_NATS_PASSWORD_\w+)")
GIVEN = re.compile(r"^(LODESTONE_NATS_PASSWORD_\w+): \"(\w+)\"$", re.MULTILINE)
FEW = "NOINHERIT NOBYPASSRLS"  # of a process; `migrate` adds what it may do
RIGHTS = {"owner": "CREATEROLE", "gateway": FEW, "relay": FEW, "projector": FEW, "reconciler": FEW}
DEMO = "01900000-0000-7000-8000-000000000001"
CLAIMS = {"aud": "lodestone", "iss": "compose"}  # as in compose.yaml
DAYS = 30  # for which the example's token is valid
READABLE = 0o444  # containers run as other users; the folder itself is closed


def main() -> None:
    """Exit status 1, with what to do, where a key is missing."""
    key = os.environ.get("ANTHROPIC_API_KEY", "").strip()
    if not key and not (FOLDER / "anthropic_api_key").exists():
        sys.exit("Set ANTHROPIC_API_KEY: the services call the provider, and the image has no simulator.")
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    made = _bus() | ({"anthropic_api_key": key} if key else {})
    if not (FOLDER / "jwt_secret").exists():
        made |= {**_database(), "jwt_secret": secrets.token_hex(32)}
    for name, text in made.items():
        _write(name, text)
    _write("token", _token((FOLDER / "jwt_secret").read_text()))
    sys.stdout.write(f"The secrets are in {FOLDER}, and a token for {DAYS} days in its file `token`.\n")


def _bus() -> dict[str, str]:
    """What the server includes, and the URL of each user with its password: kept, or made for a new user."""
    accounts = (DEPLOY / "nats" / "accounts.conf").read_text()
    kept = dict(GIVEN.findall(_kept("nats_users.conf")))
    passwords = {
        name: kept.get(name) or "p" + secrets.token_hex(16) for name in sorted(set(USED.findall(accounts)))
    }
    given = "".join(f'{name}: "{password}"\n' for name, password in passwords.items())
    made = {"nats_users.conf": given + accounts}  # one file: an included one does not see others' variables
    for name, password in passwords.items():
        user = name.removeprefix("LODESTONE_NATS_PASSWORD_").lower()
        if not user.endswith("_2"):  # the second login of each is for a change of passwords
            made[f"{user}_nats_url"] = f"nats://{user}:{password}@nats:4222"
    made["projector_nats_urls"] = json.dumps({"reconciler": made.pop("reconciler_nats_url")})
    del made["subscriber_nats_url"]
    return made


def _database() -> dict[str, str]:
    """The owner's password and the logins' for the server's first start, and the URL of each."""
    passwords = {name: secrets.token_hex(16) for name in RIGHTS}
    made = {
        f"{name}_database_url": f"postgresql://lodestone_{name}:{password}@postgres:5432/lodestone"
        for name, password in passwords.items()
    }
    made["projector_database_urls"] = json.dumps({"reconciler": made.pop("reconciler_database_url")})
    roles = [
        f"CREATE ROLE lodestone_{name} LOGIN {rights} PASSWORD '{passwords[name]}';"
        for name, rights in RIGHTS.items()
    ]
    made["logins.sql"] = "\n".join([*roles, "CREATE DATABASE lodestone OWNER lodestone_owner;", ""])
    return made | {"postgres_password": secrets.token_hex(16)}


def _token(secret: str) -> str:
    """A token of the example's user, signed as a login would."""
    now = int(time.time())
    claims = {"sub": DEMO, "iat": now, "exp": now + DAYS * 86_400, **CLAIMS}
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    signed = b".".join(_encoded(json.dumps(part).encode()) for part in parts)
    return (signed + b"." + _encoded(hmac.digest(secret.encode(), signed, "sha256"))).decode()


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _kept(name: str) -> str:
    return (FOLDER / name).read_text() if (FOLDER / name).exists() else ""


def _write(name: str, text: str) -> None:
    draft = FOLDER / f".{name}"
    draft.write_text(text)
    draft.chmod(READABLE)
    draft.replace(FOLDER / name)


if __name__ == "__main__":
    main()
