"""Ten ideas, one of each kind, as an ideation job has finished them so far."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from lodestone.jobs.ideation import IDEATION
from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype
from lodestone.status import LIVE
from lodestone.wire import JsonObject

from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.web.words import HAS, KINDS, LACKS, VERDICTS

PICKS = {
    "shipThisWeek": ("ship", "Ship this week"),
    "highestEngagement": ("talk", "Most engagement"),
    "bestAuthorityBuilder": ("star", "Builds authority"),
}
MOST_BULLETS = 3
_PIECES = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_]|\d)|;\s+")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Idea:
    """One of the ten places; without a concept it is not written yet."""

    place: int
    archetype: Archetype
    concept: JsonObject | None
    badges: list[tuple[str, str]]  # icon, label
    lead_magnet_id: UUID | None  # the lead magnet made from it

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return KINDS[self.archetype]

    @property
    def marks(self) -> list[bool]:
        """The five needles of the score."""
        given = (self.concept or {}).get("viralCheck") or {}
        return [bool(given.get(name)) for name in LACKS]

    @property
    def verdict(self) -> str:
        """The score in words, with what is missing for five of five."""
        missing = [text for text, mark in zip(LACKS.values(), self.marks, strict=True) if not mark]
        verdict = VERDICTS[sum(self.marks)]
        return (
            f"{verdict}, but {_row(missing)}"
            if missing and sum(self.marks) > 2
            else _row([verdict, *missing])
        )

    @property
    def reasons(self) -> list[tuple[bool, str]]:
        """Each mark and what it means, in the order of the needles."""
        return [
            (mark, has if mark else lack)
            for mark, has, lack in zip(self.marks, HAS.values(), LACKS.values(), strict=True)
        ]

    @property
    def bullets(self) -> list[str]:
        """The first three pieces of its contents, as the model lists them: in lines or in sentences."""
        contents = str((self.concept or {}).get("contents", ""))
        lines = [line.strip(" -•*\t") for line in contents.splitlines() if line.strip(" -•*\t")]
        pieces = lines if len(lines) > 1 else _PIECES.split(contents)
        return [piece.strip().rstrip(".;") for piece in pieces if piece.strip()][:MOST_BULLETS]


@dataclass(frozen=True)
class Pick:
    """One of the three recommended ideas, and why."""

    icon: str
    label: str
    idea: Idea
    reason: str


@dataclass(frozen=True)
class Ideas:
    """What the page shows of an ideation job."""

    job: BackgroundJob
    made: Mapping[str, UUID]  # lead magnets of this job by kind

    @property
    def is_live(self) -> bool:
        """Whether more may come."""
        return self.job.status in LIVE

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is being written right now: the job has not started, or will be tried again."""
        waits = self.job.status == "pending" or self.job.retry_at or self.job.waiting_for
        return self.is_live and bool(waits)

    @cached_property
    def all(self) -> list[Idea]:
        """The ten places in their order."""
        concepts = self._concepts()
        return [
            Idea(
                place,
                archetype,
                concepts.get(archetype),
                self._badges(place),
                self.made.get(archetype.value),
            )
            for place, archetype in enumerate(ARCHETYPES)
        ]

    def ordered(self, *, by_score: bool) -> list[Idea]:
        """The ten places, the best first if wanted."""
        return sorted(self.all, key=lambda idea: -sum(idea.marks)) if by_score else self.all

    @property
    def done(self) -> int:
        """How many are written."""
        return sum(idea.concept is not None for idea in self.all)

    @property
    def segments(self) -> list[str]:
        """The dial: done, in progress, lost or not started."""
        rest = "t" if self.is_waiting else {"processing": "w", "failed": "f"}.get(self.job.status, "t")
        return ["d" if idea.concept else rest for idea in self.all]

    @property
    def headline(self) -> str:
        """What is being written."""
        missing = [idea.kind for idea in self.all if idea.concept is None]
        if self.job.status == "pending":
            return "Your ten ideas are waiting"
        if self.is_waiting:
            return "Waiting to continue"
        if not missing:
            return "Choosing three picks and a bundle"
        if len(missing) == len(ARCHETYPES):
            return "Reading what you wrote"
        others = _NUMBERS[len(missing) - 1]
        return f"Writing the {missing[0].lower()}" + (
            f" and {others} {'other' if others == 'one' else 'others'}" if len(missing) > 1 else ""
        )

    @property
    def missing_in_words(self) -> str:
        """How many are missing, as a word."""
        return _NUMBERS[len(ARCHETYPES) - self.done]

    @property
    def picks(self) -> list[Pick]:
        """The three picks of a completed job."""
        given = (self.job.result or {}).get("recommendations", {})
        return [
            Pick(icon, label, self.all[given[name]["conceptIndex"]], given[name]["reason"])
            for name, (icon, label) in PICKS.items()
            if name in given
        ]

    @property
    def bundle(self) -> JsonObject | None:
        """The suggested bundle of a completed job."""
        bundle: JsonObject | None = (self.job.result or {}).get("suggestedBundle")
        return bundle

    @property
    def bundled(self) -> list[Idea]:
        """The ideas of the bundle."""
        return [self.all[int(place)] for place in (self.bundle or {}).get("components", [])]

    def _concepts(self) -> dict[str, JsonObject]:
        """Includes a job that is still running or ended early: finished ideas stay."""
        finished = [entry["item"] for entry in self.job.items] or (self.job.result or {}).get("concepts", [])
        return {concept["archetype"]: concept for concept in finished}

    def _badges(self, place: int) -> list[tuple[str, str]]:
        given = (self.job.result or {}).get("recommendations", {})
        return [
            PICKS[name] for name, pick in given.items() if name in PICKS and pick.get("conceptIndex") == place
        ]


def _row(texts: list[str]) -> str:
    """A row in words: "one", "one and two", "one, two and three"."""
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def is_ideas(job: BackgroundJob) -> bool:
    """Whether this page is the one for a job."""
    return job.job_type == IDEATION.name
