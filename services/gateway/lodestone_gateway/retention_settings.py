"""For how long what jobs and users leave behind is kept."""

from dataclasses import dataclass
from datetime import timedelta

from lodestone.settings import Settings
from pydantic import Field

MOST_KEPT = 1_000_000_000  # unreadable events
MOST_DAYS = 36_500  # for which something is kept


@dataclass(frozen=True)
class Retention:
    """For how long things are kept; None is for ever."""

    texts: timedelta | None  # of ended jobs
    jobs: timedelta | None  # ended ones, with history and ledger
    drafts: timedelta | None  # since they were saved last
    binned: timedelta  # since they were put into the bin
    dead_events: timedelta
    dead_events_count: int


class BinSettings(Settings):
    """For how long what was deleted on a page can be restored."""

    keep_bin_days: int = Field(
        default=30,
        ge=1,
        le=MOST_DAYS,
        description="Deletes for good what was put into the bin longer ago. The gateway says so on its pages,"
        " the projector does it.",
        examples=["7"],
        json_schema_extra={"unit": "days"},
    )


class RetentionSettings(BinSettings):
    """What the process that removes it reads from LODESTONE_* at its start."""

    keep_texts_days: int | None = Field(
        default=None,
        ge=1,
        le=MOST_DAYS,
        description="Erases the texts of jobs that ended longer ago; unset, never.",
        examples=["90"],
        json_schema_extra={"unit": "days"},
    )
    keep_jobs_days: int | None = Field(
        default=None,
        ge=32,  # a month's usage counts its jobs
        le=MOST_DAYS,
        description="Removes whole jobs that ended longer ago, with history and ledger; unset, never.",
        examples=["400"],
        json_schema_extra={"unit": "days"},
    )
    keep_drafts_days: int | None = Field(
        default=None,
        ge=1,
        le=MOST_DAYS,
        description="Removes wizard drafts last saved longer ago; unset, never.",
        examples=["365"],
        json_schema_extra={"unit": "days"},
    )
    keep_dead_events_days: int = Field(
        default=30,
        ge=1,
        le=MOST_DAYS,
        description="Removes older events that are in no history.",
        examples=["7"],
        json_schema_extra={"unit": "days"},
    )
    keep_dead_events: int = Field(
        default=10_000,
        ge=0,
        le=MOST_KEPT,
        description="Removes all such events except this many of the newest.",
        examples=["1000"],
        json_schema_extra={"unit": "events"},
    )

    @property
    def retention(self) -> Retention:
        """The retention settings, parsed."""
        return Retention(
            texts=_days(self.keep_texts_days),
            jobs=_days(self.keep_jobs_days),
            drafts=_days(self.keep_drafts_days),
            binned=timedelta(days=self.keep_bin_days),
            dead_events=timedelta(days=self.keep_dead_events_days),
            dead_events_count=self.keep_dead_events,
        )


def _days(count: int | None) -> timedelta | None:
    return None if count is None else timedelta(days=count)
