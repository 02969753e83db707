"""What the five emails are.

An item says whether the template wrote it and why, so that another attempt knows too: once the template has
stood in for one day, it stands in for all missing days.
"""

from collections.abc import Collection

from lodestone.errors import ErrorCode
from lodestone.jobs.emails import Email
from lodestone.worker.collector import Collector, Draft
from lodestone.worker.handler import JobContext

from lodestone_content.emails.draft import EmailsDraft, day_of, email_of

DAYS = range(5)


class SequenceItem(Email):
    """A finished email as it is published."""

    from_template: bool = False
    fallback_reason: ErrorCode | None = None  # why the template wrote it; None even when it was asked for


class Sequence(Collector[int, SequenceItem]):
    """One email for each day."""

    list_key = "emails"
    shape = EmailsDraft
    item = SequenceItem
    name = "day {key}"
    finished = "emails written"
    stray = "an email was for none of the days 0 to 4"

    def __init__(self, context: JobContext, addresses: Collection[str], days: Collection[int] = DAYS) -> None:
        self._addresses = addresses
        super().__init__(context, {str(day): day for day in days})

    @property
    def emails(self) -> list[Email]:
        """The finished emails as the result has them."""
        return [Email.model_validate(item.to_wire()) for item in self.items]

    @property
    def stand_in(self) -> SequenceItem | None:
        """An email that the template wrote, if there is one."""
        return next((item for item in self.items if item.from_template), None)

    def key_of(self, draft: Draft) -> str | None:
        """See Collector."""
        return next((str(day) for day in DAYS if day == day_of(draft)), None)

    def read(self, draft: Draft, wanted: int) -> SequenceItem:
        """See Collector."""
        return SequenceItem(**email_of(draft, wanted, self._addresses).model_dump())
