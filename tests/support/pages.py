"""Page requests as a browser sends them."""

from typing import Any
from urllib.parse import urlencode

import httpx2
from lodestone_gateway.cookies import session_cookie
from support.api import RunningGateway, User


async def send(
    gateway: RunningGateway, user: User | None, method: str, path: str, form: Any = None, **headers: str
) -> httpx2.Response:
    """Sends a user's cookie and our own origin; a form is a mapping, a list in it becomes repeated fields."""
    own = {"Origin": gateway.url, "Content-Type": "application/x-www-form-urlencoded"}
    name = session_cookie(gateway.settings.local)
    cookie = {"Cookie": f"{name}={user.token}"} if user else {}
    content = urlencode(form, doseq=True) if isinstance(form, dict) else form
    sent = {**own, **cookie, **headers}
    return await gateway.client.request(method, path, content=content, headers=sent)
