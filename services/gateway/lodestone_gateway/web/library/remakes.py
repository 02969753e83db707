"""Parts of a piece that are being written again, each in its own place, while the rest stays as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lodestone.jobs import JOB_TYPES
from lodestone.status import LIVE, Status
from lodestone.wire import JsonObject

from lodestone_gateway.store.lead_magnet_queries import AskedAgain
from lodestone_gateway.store.tables import BackgroundJob


@dataclass(frozen=True)
class Remake:
    """The newest job for one part, while that runs or after it failed."""

    job: BackgroundJob
    name: str  # of the part
    made: JsonObject | None  # finished by that job

    @property
    def is_live(self) -> bool:
        """Whether it is being written."""
        return self.job.status in LIVE


@dataclass(frozen=True)
class Remakes:
    """The parts of a piece, and what becomes of each."""

    keys: Sequence[str]  # of all parts, in order
    of: Mapping[str, Remake]  # by key

    def newest(self, parts: Sequence[JsonObject]) -> list[JsonObject]:
        """The parts in order; one that was just finished is shown before its job has ended."""
        if not any(each.made for each in self.of.values()):
            return list(parts)
        return [self._made(key) or part for key, part in zip(self.keys, parts, strict=True)]

    def _made(self, key: str) -> JsonObject | None:
        remake = self.of.get(key)
        return remake.made if remake and remake.is_live else None


NONE = Remakes((), {})


def remakes_of(
    kind: str, whole: JsonObject | None, asked: Sequence[AskedAgain], since: BackgroundJob | None
) -> Remakes:
    """Of the newest first; what was asked before `since`, the newest job for everything, is over."""
    parts = JOB_TYPES[kind].parts
    if parts is None or whole is None:
        return NONE
    names = {part.key: part.name for part in parts.of(whole)}
    found: dict[str, Remake] = {}
    for each in asked:
        is_newer, key = since is None or each.job.created_at > since.created_at, parts.outer(each.part)
        if each.job.job_type == kind and key in names and is_newer:
            found.setdefault(key, Remake(each.job, names[key], _item(each)))
    shown = {key: each for key, each in found.items() if each.job.status != Status.COMPLETED}
    return Remakes(list(names), shown)


def _item(asked: AskedAgain) -> JsonObject | None:
    return next((entry["item"] for entry in asked.items), None)
