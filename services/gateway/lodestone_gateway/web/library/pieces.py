"""The pieces of a lead magnet: which ones it has, what exists of each, and what its newest job is doing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import Any
from uuid import UUID

from lodestone.jobs.lead_magnet import ARCHETYPES
from lodestone.jobs.questions import questions_for
from lodestone.languages import language_of_all
from lodestone.status import LIVE, Status
from lodestone.wire import JsonObject

from lodestone_gateway.entity_tags import ABSENT, content_tag
from lodestone_gateway.exports.labels import Labels, labels_in
from lodestone_gateway.job_types.product import Look, Piece, Stored
from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.job_types.versions import EMAILS, edited_at
from lodestone_gateway.store.lead_magnet_queries import AskedAgain, ListedVersion
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.web.library.remakes import Remakes, remakes_of
from lodestone_gateway.web.places import DETAILS
from lodestone_gateway.web.spoken import opening_of
from lodestone_gateway.web.words import KINDS, label, state


@dataclass(frozen=True)
class ShownPiece:
    """One piece; its name is the job type that makes it."""

    name: str
    look: Look
    job: BackgroundJob | None  # the newest job that was asked to make it
    finished: list[JsonObject]  # by that job
    versions: list[ListedVersion]  # what it was before, and what is offered; newest first
    asks: bool  # whether it is made of the answers to the questions
    is_older: bool  # than what it is made of, which was made again since
    is_edited: bool  # by its owner, after the job that made it
    again: Remakes  # its parts, and those that are being written again

    @property
    def title(self) -> str:
        """What it is called."""
        return self.look.title or label(self.name)

    @property
    def is_there(self) -> bool:
        """Whether it was made."""
        return self.look.is_there

    @property
    def is_live(self) -> bool:
        """Whether it is being made."""
        return self.job is not None and self.job.status in LIVE

    @property
    def has_failed(self) -> bool:
        """Whether the newest job ended without a result."""
        return self.job is not None and self.job.status in (Status.FAILED, Status.CANCELLED)

    @property
    def items(self) -> list[JsonObject]:
        """What the newest job has finished, in order; shown while it runs or ends without a result."""
        if self.job is None or self.job.status == Status.COMPLETED:
            return []
        return [entry["item"] for entry in self.finished]

    @property
    def offered(self) -> ListedVersion | None:
        """The newest version that waits for its owner's choice; none once a later result was put in place."""
        since = takewhile(lambda version: version.replaced_by is None, self.versions)
        return next((version for version in since if version.is_offered), None)

    @property
    def shows_items(self) -> bool:
        """Whether finished items are shown instead of the piece."""
        return bool(self.items) and (self.is_live or not self.is_there)


@dataclass(frozen=True)
class Entry:
    """A line of a table of contents."""

    title: str
    is_there: bool = True


@dataclass(frozen=True)
class Workspace(Stored):
    """A lead magnet with everything that its page shows."""

    jobs: Sequence[BackgroundJob]  # on it, newest first, without their texts
    items: Mapping[UUID, list[JsonObject]]  # finished by the newest job of each type, and by all for posts
    versions: Sequence[ListedVersion]  # of all pieces, newest first
    unreadable: Sequence[str]  # pieces whose stored texts have a shape that cannot be shown
    answers_tag: str = ABSENT  # of the draft that keeps the answers
    asked_again: Sequence[AskedAgain] = ()  # those of the jobs that make one part of a piece
    views: int | None = None  # of what is published of it; None while nothing is

    def answered(self, given: Mapping[str, str]) -> "Workspace":
        """A copy with these answers, each by the id of its question."""
        answers = {question.id: given.get(question.id, "") for question in questions_for(self.archetype)}
        return replace(self, answers=answers)

    @cached_property
    def newest(self) -> Mapping[str, BackgroundJob]:
        """The newest job of each type that makes a whole piece."""
        return newest_of_each_type(self.jobs, self.asked_again)

    def contents(self, piece: ShownPiece, plan: Sequence[str]) -> list[Entry]:
        """What the piece consists of; while it is written, what is planned."""
        if not piece.is_live:
            return [Entry(title) for title in map(_title, self._parts(piece)) if title]
        written = {entry["itemIndex"]: _title(entry["item"]) for entry in piece.finished}
        labels = labels_in(language_of_all([piece.finished, self.row.extracted_content]))
        titles = [written.get(place) or _in_words(title, labels) for place, title in enumerate(plan)]
        return [Entry(title, place in written) for place, title in enumerate(titles)]

    def _parts(self, piece: ShownPiece) -> Sequence[JsonObject]:
        if piece.shows_items:
            return piece.items
        for stored in (getattr(self.row, name) for name in PIECES[piece.name].columns):
            if isinstance(stored, list):
                return [part for part in stored if isinstance(part, dict)]
            if isinstance(stored, dict):
                return stored.get("structure") or stored.get("sections") or []
        return []

    def version_of(self, piece: str) -> str:
        """What a form of this piece is made from: the version of its row, and a digest of its texts."""
        of_emails = self.emails.version if self.emails else 0
        return f"{of_emails if piece == EMAILS else self.row.version}-{self._digests.get(piece, '')}"

    def overwritten_by(self, piece: str, made_from: str) -> str:
        """The version of the row that a form overwrites, as an entity tag.

        It is the one of this workspace if the piece still says what the form was made from: then the newer
        version has changed something else.
        """
        version, _, texts = made_from.partition("-")
        present, _, present_texts = self.version_of(piece).partition("-")
        return f'"{present if texts == present_texts else version}"'

    @cached_property
    def _digests(self) -> Mapping[str, str]:
        """Of the texts of each piece, and of what is beside them."""
        texts = {name: [getattr(self.row, each) for each in piece.columns] for name, piece in PIECES.items()}
        texts[EMAILS] = self.emails.emails if self.emails else []
        texts[DETAILS] = _details(self.row)
        return {name: _digest(each) for name, each in texts.items()}

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return KINDS[self.archetype]

    @property
    def place(self) -> int:
        """The place of its kind among the ten."""
        return ARCHETYPES.index(self.archetype)

    @cached_property
    def pieces(self) -> list[ShownPiece]:
        """In the order of the page."""
        looks = {name: piece.look(self) for name, piece in PIECES.items()}
        return [self._shown(PIECES[name], look) for name, look in looks.items() if look]

    def piece(self, name: str) -> ShownPiece | None:
        """The piece that jobs of this type make, if this lead magnet has one."""
        return next((piece for piece in self.pieces if piece.name == name), None)

    def is_as_written(self, name: str, part: JsonObject) -> bool:
        """Whether a job wrote this part of the piece just so: its owner has not changed it since."""
        jobs = [job.id for job in self.jobs if job.job_type == name]
        return any(entry["item"] == part for id in jobs for entry in self.items.get(id, []))

    @property
    def missing(self) -> list[ShownPiece]:
        """The pieces that could be made now, all at once."""
        return [
            piece
            for piece in self.pieces[1:]
            if not piece.is_there and not piece.is_live and not piece.look.blocked and not piece.has_failed
        ]

    @property
    def sentence(self) -> str:
        """What a screen reader says when something changed."""
        asked = [(piece.title, piece.job) for piece in self.pieces if piece.job is not None]
        again = [
            (f"{piece.title}, {each.name}", each.job)
            for piece in self.pieces
            for each in piece.again.of.values()
        ]
        return " ".join(f"{title}: {_state(job)}." for title, job in (*asked, *again))

    def _shown(self, piece: Piece, look: Look) -> ShownPiece:
        job = self.newest.get(piece.name)
        finished = self.items.get(job.id, []) if job else []
        return ShownPiece(
            piece.name,
            look,
            job,
            finished,
            [version for version in self.versions if version.piece == piece.name],
            piece.asks,
            is_older=_is_older(job, self.newest.get(piece.made_of)),
            is_edited=self._is_edited(piece),
            again=remakes_of(piece.name, piece.whole(self), self.asked_again, job),
        )

    def _is_edited(self, piece: Piece) -> bool:
        of_emails = self.emails.edited_at if self.emails else None
        edited = of_emails if piece.name == EMAILS else edited_at(self.row, piece.name)
        made_by = getattr(self.row, piece.job_column)
        shown = next((job for job in self.jobs if job.id == made_by), None)
        ended = shown.completed_at if shown else None
        return edited is not None and (ended is None or edited > ended)


def details_version(row: LeadMagnetRow) -> str:
    """What a form of the details is made from, where there is no workspace; as `Workspace.version_of`."""
    return f"{row.version}-{_digest(_details(row))}"


def _details(row: LeadMagnetRow) -> list[str | None]:
    return [row.title, row.external_url]


def _digest(texts: Sequence[Any]) -> str:
    return content_tag(*texts).strip('"')


def _title(part: JsonObject) -> str:
    return opening_of(part) if "hookType" in part else str(part.get("sectionName") or "")


def _in_words(name: str, labels: Labels) -> str:
    """A title as it is, and the kind of a post's opening as one reads it."""
    return labels.of_opening(name) if name.islower() and " " not in name else name


def _is_older(job: BackgroundJob | None, source: BackgroundJob | None) -> bool:
    if job is None or source is None or source.completed_at is None:
        return False
    return source.status == Status.COMPLETED and source.completed_at > job.created_at


def newest_of_each_type(
    jobs: Sequence[BackgroundJob], again: Sequence[AskedAgain] = ()
) -> dict[str, BackgroundJob]:
    """The first of each type among jobs in order, newest first; those for one part do not count."""
    of_parts = {each.job.id for each in again}
    newest: dict[str, BackgroundJob] = {}
    for job in jobs:
        if job.id not in of_parts:
            newest.setdefault(job.job_type, job)
    return newest


def _state(job: BackgroundJob) -> str:
    word = state(job).word.lower()
    return f"{word}, {job.progress_done} of {job.progress_total}" if job.progress_total else word


def shown_jobs(workspace: Workspace) -> list[UUID]:
    """The jobs that the page shows, so that no notice repeats them."""
    return [job.id for job in (*workspace.newest.values(), *(each.job for each in workspace.asked_again))]
