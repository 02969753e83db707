"""The local secret, the tokens it signs, and the users that exist from the first start."""

import re
import secrets
import time
from pathlib import Path
from uuid import UUID

import jwt
from lodestone.errors import Misconfigured
from lodestone.settings import LOCAL_SECRET

from lodestone_local.private_file import write_private

DEMO = UUID("01900000-0000-7000-8000-000000000001")
SECOND = UUID("01900000-0000-7000-8000-000000000002")
OPERATOR = UUID("01900000-0000-7000-8000-000000000003")
TOKEN_SECONDS = 30 * 24 * 3600
SECRET_FILE = "jwt-secret"  # noqa: S105
SHORTEST_SECRET = 32  # characters after the prefix


def make_secret(data_dir: Path) -> str:
    """The secret of this data folder, created at the first start."""
    if not (data_dir / SECRET_FILE).exists():
        write_private(data_dir / SECRET_FILE, LOCAL_SECRET + secrets.token_urlsafe(48))
    return read_secret(data_dir)


def read_secret(data_dir: Path) -> str:
    """Raises Misconfigured if no system was ever started on this folder, or its secret is damaged."""
    file = data_dir / SECRET_FILE
    try:
        secret = file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        raise Misconfigured(
            f"{data_dir} has no signing secret ({error.strerror}). "
            "The first `lodestone up` creates it; --data-dir names another folder."
        ) from error
    if not re.fullmatch(rf"{LOCAL_SECRET}[\w-]{{{SHORTEST_SECRET},}}", secret, re.ASCII):
        raise Misconfigured(
            f"{file} is empty or damaged. Remove it: the next `lodestone up` creates another, "
            "and earlier tokens then stop working."
        )
    return secret


def sign_token(secret: str, user: UUID, *, operator: bool = False) -> str:
    """A token for this user, valid for 30 days."""
    now = int(time.time())
    claims = {"sub": str(user), "iat": now, "exp": now + TOKEN_SECONDS}
    return jwt.encode(claims | ({"role": "operator"} if operator else {}), secret, algorithm="HS256")
