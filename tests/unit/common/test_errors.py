"""The error tree: what a caller gets, what a job's owner reads, what only operators see."""

from collections.abc import Iterator

import pytest
from lodestone import errors
from lodestone.errors import (
    AttemptFailed,
    ErrorCode,
    LodestoneError,
    PermanentFailure,
    ProviderLimited,
    ProviderUnavailable,
    Rejected,
    TransientFailure,
    UsageLimitExceeded,
)


def descendants(parent: type[LodestoneError]) -> Iterator[type[LodestoneError]]:
    """The classes of the error module below `parent`."""
    for child in parent.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child
            yield from descendants(child)


ALL = sorted(descendants(LodestoneError), key=lambda error: error.__name__)
REJECTED = {
    "Unauthorized": (401, "UNAUTHORIZED"),
    "Forbidden": (403, "FORBIDDEN"),
    "UsageLimitExceeded": (403, "USAGE_LIMIT_EXCEEDED"),
    "NotFound": (404, "NOT_FOUND"),
    "Conflict": (409, "CONFLICT"),
    "PayloadTooLarge": (413, "PAYLOAD_TOO_LARGE"),
    "InvalidRequest": (422, "VALIDATION_ERROR"),
    "CapReached": (403, "USAGE_LIMIT_EXCEEDED"),
    "RateLimited": (429, "RATE_LIMITED"),
    "Unavailable": (503, "UNAVAILABLE"),
}


def test_every_refusal_has_the_status_and_the_code_of_the_contract() -> None:
    found = {
        error.__name__: (error.status, error.code)
        for error in descendants(Rejected)
        if issubclass(error, Rejected)
    }

    assert found == REJECTED


def test_the_codes_of_a_failed_job_are_a_closed_set() -> None:
    assert {code.value for code in ErrorCode} == {
        "AI_REFUSED",
        "AI_INVALID_OUTPUT",
        "AI_ERROR",
        "AI_UNAVAILABLE",
        "DEADLINE_EXCEEDED",
        "ATTEMPTS_EXHAUSTED",
        "BUDGET_EXCEEDED",
        "INVALID_INPUT",
        "INTERNAL_ERROR",
    }


def test_every_failure_of_an_attempt_may_help_by_trying_again_or_not_and_never_both() -> None:
    for failure in descendants(AttemptFailed):
        assert issubclass(failure, TransientFailure) != issubclass(failure, PermanentFailure), failure


def test_every_failure_of_an_attempt_has_a_code_of_the_set() -> None:
    codes = [failure.code for failure in descendants(AttemptFailed) if issubclass(failure, AttemptFailed)]

    assert codes
    assert all(isinstance(code, ErrorCode) for code in codes)


def test_only_a_provider_that_cannot_be_asked_uses_no_attempt_up() -> None:
    uncounted = [
        failure
        for failure in descendants(TransientFailure)
        if issubclass(failure, TransientFailure) and not failure.counted
    ]

    assert set(uncounted) == {ProviderLimited, ProviderUnavailable}


@pytest.mark.parametrize("error", ALL, ids=lambda error: error.__name__)
def test_the_message_for_a_reader_is_the_docstring_a_whole_sentence(error: type[LodestoneError]) -> None:
    message = error().message

    assert message == (error.__doc__ or "").strip()
    assert message.endswith(".")
    assert message[0].isupper()


def test_details_for_operators_are_not_part_of_the_message() -> None:
    error = ProviderUnavailable(detail="key sk-1 of pool b")

    assert "sk-1" not in error.message
    assert "sk-1" in str(error)


def test_an_own_message_replaces_the_default() -> None:
    assert LodestoneError("There is no such thing.").message == "There is no such thing."


def test_a_refusal_carries_its_extension_members() -> None:
    assert UsageLimitExceeded(limit=3, used=3).members == {"limit": 3, "used": 3}


def test_a_transient_failure_carries_the_delay_that_was_asked_for() -> None:
    assert ProviderUnavailable(retry_after_seconds=7.5).retry_after_seconds == 7.5
    assert ProviderUnavailable().retry_after_seconds is None
