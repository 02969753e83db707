"""The one error tree.

    LodestoneError
    ├── Rejected                 the caller can act on it: an HTTP status and a code (RFC 9457)
    │   ├── Unauthorized         401 UNAUTHORIZED
    │   ├── Forbidden            403 FORBIDDEN
    │   ├── UsageLimitExceeded   403 USAGE_LIMIT_EXCEEDED
    │   │   └── CapReached            likewise, for a cap of the plan other than its lead magnets
    │   ├── NotFound             404 NOT_FOUND
    │   ├── Conflict             409 CONFLICT
    │   ├── PayloadTooLarge      413 PAYLOAD_TOO_LARGE
    │   ├── InvalidRequest       422 VALIDATION_ERROR
    │   ├── RateLimited          429 RATE_LIMITED
    │   └── Unavailable          503 UNAVAILABLE
    ├── AttemptFailed            an attempt at a job ended without a result
    │   ├── TransientFailure     another attempt may succeed: retried
    │   │   ├── ProviderUnavailable   overload or outage: does not count as an attempt
    │   │   ├── ProviderLimited       the provider's rate limits: likewise
    │   │   ├── IncompleteReply       the reply broke off
    │   │   ├── TooSlow               the attempt reached its time limit
    │   │   └── Unexpected            a fault of ours
    │   └── PermanentFailure     no attempt will succeed: the job fails
    │       ├── Refused               the model declined
    │       ├── InvalidOutput         still wrong after the repair
    │       ├── ProviderRejected      our request or key is wrong
    │       ├── InputTooLarge         the provider does not accept so much text
    │       ├── BudgetExceeded        a spend limit is reached: the provider's for us, or ours for a job
    │       ├── WrongInput            the job was accepted by a release that takes other input
    │       ├── NoSuchPart            the part to make again is not there
    │       └── TooLarge              the result does not fit into a message
    ├── Misconfigured            a process cannot start; the message says what to set
    ├── NotPermitted             the bus refuses this process's user that event
    ├── StartFailed              `lodestone up`: a process did not start
    ├── GatewayFailed            `lodestone submit`, `ops`, `mcp`: the gateway did not do what it was asked
    │   └── TokenRefused         it does not take the token
    ├── NotOffered               `lodestone mcp`: an assistant called a tool as it cannot be called
    ├── NotWorking               `lodestone doctor`: a part of the running system does not work
    ├── Wrong                    `lodestone doctor`: the system cannot start before something is done
    └── Doubtful                 `lodestone doctor`: the system starts, but probably not as intended

Signals between two functions are not part of the tree. They reach neither caller nor operator:

    Exception
    ├── InvalidMessage           a message that is not our event, or an event too large for a message
    ├── ReadingBroken            the consumer lost its place: read again from the cursor
    │   └── ConsumerGone         and perhaps the stream: check whether it is the same
    ├── StreamIsOlder            the stream went back to an older state: read it again from its start
    ├── OtherwiseThanPresumed    what a fold presumed is not so: fold onto what is read
    ├── CursorMoved              somebody else folded or restores: discard the batch
    ├── RowsLocked               another transaction holds these jobs' rows: they wait, the others go on
    ├── BatchFailed              nothing of a bulk action's batch was done: tried again, or job by job
    ├── Unreadable               a job's rows were written by another release
    ├── Fenced                   the log does not let this attempt append
    ├── BrokenFrame              an event of the provider's stream lacks what makes it one
    ├── EndlessReply             the provider sends more than it was asked for
    ├── ClientLeft               the client went away in the middle of its request
    ├── Invalid                  a form cannot be taken as it is: shown again
    ├── CannotShow               no font of a PDF has some letters of the text
    ├── CannotRead               a file has no text that can be taken
    ├── ClientGone               the simulator's client closed its connection
    └── RefusedRequest           the simulator answers with an error

The docstring of a class is its default message, fit for a user; `detail` is for operators only.
"""

from enum import StrEnum
from typing import Any, ClassVar


class ErrorCode(StrEnum):
    """Why a job failed; a closed set that clients may rely on."""

    AI_REFUSED = "AI_REFUSED"
    AI_INVALID_OUTPUT = "AI_INVALID_OUTPUT"
    AI_ERROR = "AI_ERROR"
    AI_UNAVAILABLE = "AI_UNAVAILABLE"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    ATTEMPTS_EXHAUSTED = "ATTEMPTS_EXHAUSTED"
    BUDGET_EXCEEDED = "BUDGET_EXCEEDED"
    INVALID_INPUT = "INVALID_INPUT"
    INTERNAL_ERROR = "INTERNAL_ERROR"


class LodestoneError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None, *, detail: str = "") -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.detail = detail
        super().__init__(f"{self.message} ({detail})" if detail else self.message)


class Rejected(LodestoneError):
    """The request cannot be served."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "REJECTED"

    def __init__(self, message: str | None = None, *, detail: str = "", **members: Any) -> None:
        super().__init__(message, detail=detail)
        self.members = members  # extension members of the problem (RFC 9457, 3.2)


class Unauthorized(Rejected):
    """You are not signed in, or your session has ended. Sign in again."""

    status, code = 401, "UNAUTHORIZED"


class Forbidden(Rejected):
    """Your account is not allowed to do this."""

    status, code = 403, "FORBIDDEN"


class UsageLimitExceeded(Rejected):
    """You have used up your plan's lead magnets for this month."""

    status, code = 403, "USAGE_LIMIT_EXCEEDED"


class CapReached(UsageLimitExceeded):
    """You have used up what your plan allows."""


class NotFound(Rejected):
    """This does not exist, or it is not yours."""

    status, code = 404, "NOT_FOUND"


class Conflict(Rejected):
    """This is not possible right now."""

    status, code = 409, "CONFLICT"


class PayloadTooLarge(Rejected):
    """The request body is too large."""

    status, code = 413, "PAYLOAD_TOO_LARGE"


class InvalidRequest(Rejected):
    """Some fields are invalid; see errors for each of them."""

    status, code = 422, "VALIDATION_ERROR"


class RateLimited(Rejected):
    """Too many requests; wait before the next one."""

    status, code = 429, "RATE_LIMITED"


class Unavailable(Rejected):
    """The service is temporarily unavailable; try again in a few seconds."""

    status, code = 503, "UNAVAILABLE"


class AttemptFailed(LodestoneError):
    """The attempt ended without a result."""

    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL_ERROR


class TransientFailure(AttemptFailed):
    """Something went wrong along the way; trying again may help."""

    counted: ClassVar[bool] = True
    waiting_for: ClassVar[str | None] = None  # what the job waits for meanwhile, where its code does not say

    def __init__(
        self, message: str | None = None, *, detail: str = "", retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(message, detail=detail)
        self.retry_after_seconds = retry_after_seconds


class ProviderUnavailable(TransientFailure):
    """The AI provider is overloaded or cannot be reached."""

    code, counted = ErrorCode.AI_UNAVAILABLE, False


class ProviderLimited(TransientFailure):
    """The AI provider takes no more work from us at the moment."""

    code, counted, waiting_for = ErrorCode.AI_UNAVAILABLE, False, "rate_limit"


class IncompleteReply(TransientFailure):
    """The AI provider's answer was cut off."""

    code = ErrorCode.AI_ERROR


class PermanentFailure(AttemptFailed):
    """The job cannot be done."""


class Refused(PermanentFailure):
    """The AI declined to write this. Change the description and try again."""

    code = ErrorCode.AI_REFUSED


class InvalidOutput(PermanentFailure):
    """The AI's answer was not usable, even after we asked it to correct it."""

    code = ErrorCode.AI_INVALID_OUTPUT


class ProviderRejected(PermanentFailure):
    """The AI provider rejected our request. Our operators have to fix this."""

    code = ErrorCode.AI_ERROR


class InputTooLarge(PermanentFailure):
    """This is more text than the AI can read at once. Shorten it and try again."""

    code = ErrorCode.INVALID_INPUT


class BudgetExceeded(PermanentFailure):
    """The budget for AI calls is used up. Our operators have to raise it."""

    code = ErrorCode.BUDGET_EXCEEDED


class Misconfigured(LodestoneError):
    """The process cannot start with its present settings."""
