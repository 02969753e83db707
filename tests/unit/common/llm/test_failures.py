"""Each failure of the provider has one meaning, as a status or inside a stream."""

from datetime import UTC, datetime

import anthropic
import httpx2
import pytest
from anthropic import APIStatusError, AsyncAnthropic
from lodestone.errors import (
    AttemptFailed,
    BudgetExceeded,
    ErrorCode,
    IncompleteReply,
    InputTooLarge,
    ProviderLimited,
    ProviderRejected,
    ProviderUnavailable,
    TransientFailure,
)
from lodestone.llm.failures import costs_nothing, explain, retry_after_seconds

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def answer(status: int, type: str | None = None, headers: dict[str, str] | None = None) -> APIStatusError:
    request = httpx2.Request("POST", "http://provider/v1/messages")
    response = httpx2.Response(status, headers=headers, request=request)
    body = {"type": "error", "error": {"type": type, "message": "secret words"}} if type else None
    client = AsyncAnthropic(api_key="k")
    return client._make_status_error("failed", body=body, response=response)


@pytest.mark.parametrize(
    ("status", "type", "meaning"),
    [
        (400, "invalid_request_error", ProviderRejected),
        (401, "authentication_error", ProviderRejected),
        (403, "permission_error", ProviderRejected),
        (404, "not_found_error", ProviderRejected),
        (402, "billing_error", BudgetExceeded),
        (413, "request_too_large", InputTooLarge),
        (413, "invalid_request_error", InputTooLarge),
        (429, "rate_limit_error", ProviderLimited),
        (500, "api_error", ProviderUnavailable),
        (504, "timeout_error", ProviderUnavailable),
        (529, "overloaded_error", ProviderUnavailable),
        (503, None, ProviderUnavailable),
        (418, None, ProviderRejected),
        (200, "overloaded_error", ProviderUnavailable),
        (200, "api_error", ProviderUnavailable),
        (200, "invalid_request_error", ProviderRejected),
    ],
)
def test_each_answer_has_one_meaning(status: int, type: str | None, meaning: type[AttemptFailed]) -> None:
    assert isinstance(explain(answer(status, type)), meaning)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (httpx2.ReadTimeout("idle"), ProviderUnavailable),
        (httpx2.RemoteProtocolError("gone"), ProviderUnavailable),
        (
            anthropic.APIConnectionError(request=httpx2.Request("POST", "http://provider")),
            ProviderUnavailable,
        ),
        (TimeoutError(), IncompleteReply),
    ],
)
def test_a_lost_connection_counts_no_attempt_and_a_reply_without_end_does(
    error: Exception, meaning: type[TransientFailure]
) -> None:
    failure = explain(error)

    assert isinstance(failure, meaning)
    assert failure.counted is (meaning is IncompleteReply)


def test_a_spend_limit_is_the_operators_and_not_waited_for() -> None:
    request = httpx2.Request("POST", "http://provider/v1/messages")
    response = httpx2.Response(429, headers={"retry-after": "3600"}, request=request)
    body = {
        "type": "error",
        "error": {
            "type": "rate_limit_error",
            "message": "limit",
            "details": {"error_code": "enforced_spend_limit_reached"},
        },
    }

    failure = explain(AsyncAnthropic(api_key="k")._make_status_error("x", body=body, response=response))

    assert isinstance(failure, BudgetExceeded)
    assert failure.code is ErrorCode.BUDGET_EXCEEDED


def test_the_providers_words_are_for_nobody_and_what_kind_they_were_for_operators() -> None:
    failure = explain(answer(400, "invalid_request_error"))

    assert "secret" not in repr(failure)
    assert failure.detail.startswith("400 invalid_request_error (request ")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Thu, 01 Jan 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "999999999999"}, 999_999_999_999),
        ({"retry-after-ms": "nan", "retry-after": "7"}, 7),
        ({"retry-after": "Thu, 01 Jan 99999 12:00:00 GMT"}, None),
        ({"retry-after": "Thu, 99999999999999999999 Jan 2026 12:00:00 GMT"}, None),
        ({"retry-after": "Thu, 01 Jan 0001 00:00:00 -0000"}, 0),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 +99999999999999"}, None),
        ({"retry-after": "Thu, 01 Jan 9999 00:00:00 GMT"}, 251_603_496_000),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_the_wait_that_the_provider_asks_for_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers, NOON) == seconds


def test_the_wait_travels_with_the_failure() -> None:
    limited = explain(answer(429, "rate_limit_error", {"retry-after": "7"}))
    down = explain(answer(503, "api_error", {"retry-after": "8"}))

    assert isinstance(limited, ProviderLimited)
    assert isinstance(down, ProviderUnavailable)
    assert (limited.retry_after_seconds, down.retry_after_seconds) == (7, 8)


def test_a_call_that_was_turned_away_costs_nothing_and_one_that_broke_may() -> None:
    assert costs_nothing(answer(529, "overloaded_error"))
    assert not costs_nothing(answer(200, "overloaded_error"))
    assert not costs_nothing(httpx2.ReadTimeout("idle"))
