"""What the provider answers when it refuses a request."""

from typing import Any

from starlette.responses import JSONResponse

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}

ORGANIZATION_ID = "00000000-0000-4000-8000-000000000000"

_MESSAGES = {
    401: "invalid x-api-key",
    429: "This request would exceed your organization's rate limit. Please try again later.",
    500: "Internal server error",
    529: "Overloaded",
}


class RefusedRequest(Exception):
    """A request that the provider would not serve, with the status and the sentence it would send."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def error_type(status: int) -> str:
    """The provider's word for this status."""
    return ERROR_TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")


def error_body(status: int, request_id: str, message: str | None = None) -> dict[str, Any]:
    """The provider's error envelope; without a message, its usual one for this status."""
    text = message or _MESSAGES.get(status, f"The request failed with status {status}.")
    return {"type": "error", "error": {"type": error_type(status), "message": text}, "request_id": request_id}


def error_response(status: int, request_id: str, message: str | None = None) -> JSONResponse:
    """An error as the provider sends it."""
    return JSONResponse(error_body(status, request_id, message), status_code=status)
