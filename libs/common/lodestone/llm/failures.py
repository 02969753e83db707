"""What a provider's failure means for an attempt: one table, by error type first, then by status.

A failure inside a stream has status 200, so only its type counts; before the stream, both do.
    busy or down          ProviderUnavailable, after its retry-after; does not count as an attempt
    rate limit            ProviderLimited, likewise
    spend limit, billing  BudgetExceeded: only an operator can help, so waiting is pointless
    too much text         InputTooLarge
    our request or key    ProviderRejected
    the reply broke off   IncompleteReply: a clean end without the closing event, or no end in time
"""

import math
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx2
from anthropic import AnthropicError, APIConnectionError, APIStatusError, EnforcedSpendLimitReachedError

from lodestone.clock import now
from lodestone.errors import (
    AttemptFailed,
    BudgetExceeded,
    IncompleteReply,
    InputTooLarge,
    ProviderLimited,
    ProviderRejected,
    ProviderUnavailable,
    TransientFailure,
)
from lodestone.llm.accumulator import BrokenFrame
from lodestone.llm.bounded import EndlessReply

PROVIDER_ERRORS = (
    AnthropicError,
    httpx2.HTTPError,  # inside a stream the SDK lets them through
    TimeoutError,
    BrokenFrame,
    EndlessReply,
)
"""All that a call may raise."""

_BY_TYPE: dict[str, type[AttemptFailed]] = {
    "overloaded_error": ProviderUnavailable,
    "rate_limit_error": ProviderLimited,
    "api_error": ProviderUnavailable,
    "timeout_error": ProviderUnavailable,
    "billing_error": BudgetExceeded,
    "request_too_large": InputTooLarge,
    "invalid_request_error": ProviderRejected,
    "authentication_error": ProviderRejected,
    "permission_error": ProviderRejected,
    "not_found_error": ProviderRejected,
}

_BY_STATUS: dict[int, type[AttemptFailed]] = {
    402: BudgetExceeded,
    408: ProviderUnavailable,
    409: ProviderUnavailable,
    413: InputTooLarge,
    429: ProviderLimited,
}


def explain(error: Exception) -> AttemptFailed:
    """The AttemptFailed for an error of the SDK, of its HTTP library, or of a time limit."""
    if isinstance(error, APIStatusError):
        return _of_answer(error)
    if isinstance(error, APIConnectionError | httpx2.TransportError):
        return ProviderUnavailable(detail=f"{type(error).__name__}: {error}")
    return IncompleteReply(detail=f"{type(error).__name__}: {error}")


def headers_of(error: Exception) -> Mapping[str, str]:
    """The headers of the provider's answer; none where it did not answer, or had begun to."""
    return error.response.headers if isinstance(error, APIStatusError) else {}


def costs_nothing(error: Exception) -> bool:
    """True when the provider never worked on the call: it refused it, or nothing could be sent."""
    if isinstance(error, APIStatusError):
        return error.status_code != 200  # 200: the error came inside the stream
    return isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)


def _of_answer(error: APIStatusError) -> AttemptFailed:
    meaning = _meaning(error)
    # Without the error's text, which may repeat what was sent. The provider can find it by the request id.
    detail = f"{error.status_code} {error.type} (request {error.request_id})"
    if issubclass(meaning, TransientFailure):
        wait = retry_after_seconds(error.response.headers, now())
        return meaning(detail=detail, retry_after_seconds=wait)
    return meaning(detail=detail)


def _meaning(error: APIStatusError) -> type[AttemptFailed]:
    if isinstance(error, EnforcedSpendLimitReachedError):
        return BudgetExceeded
    status = error.status_code
    if status == 413:  # its type is that of any invalid request
        return InputTooLarge
    if error.type in _BY_TYPE:
        return _BY_TYPE[error.type]
    return _BY_STATUS.get(status, ProviderRejected if 400 <= status < 500 else ProviderUnavailable)


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """The wait that the headers ask for in milliseconds, seconds or as an HTTP date; None if they do not."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after")
    seconds = _number(text)
    return seconds if seconds is not None or text is None else _seconds_until(text, now)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return max(number, 0.0) if math.isfinite(number) else None


def _seconds_until(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
    return max(moment - now.timestamp(), 0.0)
