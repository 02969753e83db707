"""What clients and the collector need of a system."""

from typing import Any, Protocol


class Watched(Protocol):
    """A system that clients use over HTTP, and whose backends its owner reads."""

    @property
    def gateway(self) -> str:
        """The gateway's URL."""

    @property
    def told(self) -> dict[str, Any]:
        """The owner's URLs: `nats` and `postgres`."""

    def token(self, user: str = "demo") -> str:
        """The token of a user, by name."""

    def calls(self, job_id: str | None = None) -> list[dict[str, Any]]:
        """The provider's ledger."""
