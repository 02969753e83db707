"""A person in the soak test: a token and a loopback address of their own."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import jwt
from support.running_system import RunningSystem

ANSWER_SECONDS = 60.0


@dataclass(frozen=True)
class Person:
    """A user and their address; all of 127.0.0.0/8 is this machine."""

    id: uuid.UUID
    address: str
    token: str

    def http(self) -> httpx2.AsyncClient:
        """A client that signs in as this person and connects from their address."""
        any_number = httpx2.Limits(max_connections=None, max_keepalive_connections=20)
        return httpx2.AsyncClient(
            transport=httpx2.AsyncHTTPTransport(
                local_address=self.address, limits=any_number, trust_env=False
            ),
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=ANSWER_SECONDS,
            trust_env=False,
        )


def person(system: RunningSystem, number: int) -> Person:
    """Person number `number`, from 1; on the free plan, like every new user."""
    id = uuid.UUID(f"01900000-0000-7000-8000-{number:012d}")
    secret = (system.data_dir / "jwt-secret").read_text().strip()
    claims: Mapping[str, Any] = {"sub": str(id), "iat": int(time.time()), "exp": int(time.time()) + 24 * 3600}
    return Person(id, f"127.0.1.{number}", jwt.encode(dict(claims), secret, algorithm="HS256"))
