"""Headers of every answer; those that an answer sets itself stay."""

import pytest
from lodestone_gateway.headers import ALWAYS, TLS, SafeHeaders
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send


async def answered(*, is_local: bool, **own: str) -> dict[str, str]:
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Response("x", headers={name.replace("_", "-"): value for name, value in own.items()})(
            scope, receive, send
        )

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    async def send(message: Message) -> None:
        sent.append(message)

    await SafeHeaders(app, is_local=is_local)({"type": "http"}, receive, send)
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize("is_local", [True, False])
async def test_every_answer_has_them_and_browsers_stay_with_tls_where_there_is_some(is_local: bool) -> None:
    headers = await answered(is_local=is_local)

    assert {name.lower(): value for name, value in ALWAYS.items()}.items() <= headers.items()
    assert ("strict-transport-security" in headers) is not is_local
    assert len(headers) == len(ALWAYS) + (0 if is_local else len(TLS)) + 1, "and the length of the body"


async def test_what_an_answer_says_itself_stays() -> None:
    headers = await answered(is_local=False, Cache_Control="max-age=1", content_security_policy="mine")

    assert (headers["cache-control"], headers["content-security-policy"]) == ("max-age=1", "mine")
