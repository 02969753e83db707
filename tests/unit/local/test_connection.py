"""What a gateway answers when it does not do what was asked, as a sentence; whatever it is that answers."""

from typing import Any

import httpx2
import pytest
from lodestone_local.connection import GatewayFailed, TokenRefused, check


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"detail": "No.", "errors": [{"field": "limit", "message": "Too many."}]}, "No. limit: Too many."),
        ({"errors": [{"loc": 1}, "x"]}, "The gateway answered 404. : "),
        ({"errors": "no list"}, "The gateway answered 404."),
        (["a list"], "The gateway answered 404."),
    ],
    ids=str,
)
def test_a_failure_is_a_sentence(body: Any, told: str) -> None:
    with pytest.raises(GatewayFailed) as failed:
        check(httpx2.Response(404, json=body))

    assert str(failed.value) == told.strip()


def test_a_token_that_is_not_taken_is_told_apart() -> None:
    with pytest.raises(TokenRefused, match="Sign in again"):
        check(httpx2.Response(401, json={"detail": "Sign in again."}))
