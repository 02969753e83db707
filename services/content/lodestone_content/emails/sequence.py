"""The five emails of one job as they come: each is checked, kept and published once.

An item tells whether the template wrote it and why, so that another attempt can tell too: once the template
has stood in for a day, it stands in for all that are missing.
"""

from collections.abc import Collection, Iterable

from lodestone.errors import ErrorCode
from lodestone.jobs.emails import Email
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.structured import problems
from lodestone.worker.handler import JobContext
from pydantic import ValidationError

from lodestone_content.emails.draft import day_of, email_of

DAYS = range(5)


class SequenceItem(Email):
    """A finished email as it is published."""

    from_template: bool = False
    fallback_reason: ErrorCode | None = None  # why the template wrote it; None also when it was asked for


class Sequence:
    """At most one finished email for each day."""

    list_key = "emails"

    def __init__(self, context: JobContext, addresses: Collection[str]) -> None:
        self._context = context
        self._addresses = addresses
        self._finished: dict[int, SequenceItem] = {}
        for day in DAYS:
            if str(day) in context.finished_items:
                self._take_back(day)

    @property
    def emails(self) -> list[Email]:
        """The finished ones, by day."""
        return [Email.model_validate(self._finished[day].to_wire()) for day in DAYS if day in self._finished]

    @property
    def stand_in(self) -> SequenceItem | None:
        """An email that the template wrote, if there is one."""
        return next((item for item in self._finished.values() if item.from_template), None)

    def missing_days(self) -> list[int]:
        """Those that have no email yet."""
        return [day for day in DAYS if day not in self._finished]

    def missing(self) -> list[str]:
        """See Pieces."""
        return [f"day {day}" for day in self.missing_days()]

    def offer(self, drafts: Iterable[dict[str, JsonValue]]) -> list[str]:
        """See Pieces."""
        complaints = []
        for draft in drafts:
            day = next((day for day in DAYS if day == day_of(draft)), None)
            if day is None:
                complaints.append("an email was for none of the days 0 to 4")
            elif day not in self._finished and (problem := self._try(draft, day)):
                complaints.append(f"day {day}: {problem}")
        return complaints

    def finish(self, reply: JsonValue) -> list[str]:
        """See Pieces; nothing stands beside the emails."""
        return []

    def keep(self, item: SequenceItem) -> None:
        """Takes and publishes a finished email."""
        self._finished[item.day] = item
        message = f"{len(self._finished)} of {len(DAYS)} emails written"
        self._context.item(str(item.day), item.day, item.to_wire(), message)

    def _try(self, draft: dict[str, JsonValue], day: int) -> str | None:
        try:
            email = email_of(draft, day, self._addresses)
        except ValueError as error:
            return problems(error)
        self.keep(SequenceItem(**email.model_dump()))
        return None

    def _take_back(self, day: int) -> None:
        try:
            self._finished[day] = SequenceItem.model_validate(self._context.finished_items[str(day)])
        except ValidationError:
            return  # of an older shape: written again
