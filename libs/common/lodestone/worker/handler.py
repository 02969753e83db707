"""What a handler is, and what the runtime offers it. A handler sees no message and no broker."""

from collections.abc import Mapping
from typing import Protocol, TypeVar
from uuid import UUID

from lodestone.errors import ErrorCode
from lodestone.events import RequestedPart
from lodestone.llm.client import Llm
from lodestone.llm.ledger import CallLedger
from lodestone.wire import JsonObject, WireModel


class JobContext(CallLedger, Protocol):
    """One attempt at one job, as its handler sees it. Everything goes out through one queue, in order."""

    @property
    def user_id(self) -> UUID:
        """The owner of the job."""

    @property
    def model(self) -> str:
        """The model for the main call: the one in the settings, or else the job type's."""

    @property
    def finished_items(self) -> Mapping[str, JsonObject]:
        """Finished items by itemKey, from earlier attempts and this one; do not ask for them again."""

    def expect(self, total: int) -> None:
        """Says how many items the result has, kept ones included; once, before the first progress."""

    def item(self, key: str, index: int, item: JsonObject, message: str) -> None:
        """Publishes a finished, valid item; does not wait, so that the stream is read meanwhile."""

    async def progress(self, message: str, plan: list[str] | None = None) -> None:
        """Publishes a message without an item, and what the items to come are called once that is known."""


Work = TypeVar("Work", bound=WireModel, contravariant=True)
Result = TypeVar("Result", bound=WireModel, covariant=True)


class Handler(Protocol[Work, Result]):
    """`run` of a job's module: from the job type's work to its result, or an AttemptFailed."""

    async def __call__(self, work: Work, context: JobContext, llm: Llm) -> Result:
        """Runs one attempt."""


class StandIn(Protocol[Work, Result]):
    """The optional `stand_in` of a job's module: a result when no attempt will give one."""

    async def __call__(self, work: Work, context: JobContext, reason: ErrorCode) -> Result:
        """Makes the result from the finished items, without the provider; it must state `reason`."""


class MakePart(Protocol[Work, Result]):
    """The `make_part` of a job's module, where the job type has parts: one part, as the result has it."""

    async def __call__(self, work: Work, part: RequestedPart, context: JobContext, llm: Llm) -> Result:
        """Runs one attempt; only that part is asked of the provider."""
