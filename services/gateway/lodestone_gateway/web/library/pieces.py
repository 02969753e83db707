"""The pieces of a lead magnet: which ones it has, what exists of each, and what its newest job is doing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from lodestone.jobs.interactive import INTERACTIVE_CONFIGS
from lodestone.jobs.lead_magnet import ARCHETYPE_NAMES, ARCHETYPES, Archetype
from lodestone.jobs.questions import questions_for
from lodestone.status import Status
from lodestone.wire import JsonObject

from lodestone_gateway.store.lead_magnet_queries import ListedReplacedText
from lodestone_gateway.store.lead_magnet_tables import EmailSequenceRow, LeadMagnetRow
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.web.words import LIVE, label, state

_TOOLS = {
    Archetype.SINGLE_CALCULATOR: "Calculator",
    Archetype.ASSESSMENT: "Assessment",
    Archetype.PROMPT: "Prompt",
}


@dataclass(frozen=True)
class Piece:
    """One piece; its name is the job type that makes it."""

    name: str
    title: str
    icon: str
    is_there: bool
    blocked: str  # why it cannot be made yet; empty if it can
    about: str  # a description, shown until it exists
    job: BackgroundJob | None  # the newest job that was asked to make it
    finished: list[JsonObject]  # by that job
    earlier: list[BackgroundJob]  # jobs with its earlier versions, newest first
    replaced: list[ListedReplacedText]  # the owner's replaced texts, newest first

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
    def shows_items(self) -> bool:
        """Whether finished items are shown instead of the piece."""
        return bool(self.items) and (self.is_live or not self.is_there)


@dataclass(frozen=True)
class Workspace:
    """A lead magnet with everything that its page shows."""

    row: LeadMagnetRow
    emails: EmailSequenceRow | None
    jobs: Sequence[BackgroundJob]  # on it, newest first, without their texts
    items: Mapping[UUID, list[JsonObject]]  # finished by the newest job of each type
    replaced: Sequence[ListedReplacedText]  # the owner's texts that another write replaced, newest first
    answers: Mapping[str, str]
    unreadable: Sequence[str]  # pieces whose stored texts have a shape that cannot be shown

    def answered(self, given: Mapping[str, str]) -> "Workspace":
        """A copy with these answers, each by the id of its question."""
        answers = {question.id: given.get(question.id, "") for question in questions_for(self.archetype)}
        return replace(self, answers=answers)

    @property
    def unanswered(self) -> int:
        """How many required questions have no answer yet."""
        return sum(
            question.required and not self.answers.get(question.id, "").strip()
            for question in questions_for(self.archetype)
        )

    @cached_property
    def newest(self) -> Mapping[str, BackgroundJob]:
        """The newest job of each type."""
        return newest_of_each_type(self.jobs)

    def version_of(self, piece: str) -> int:
        """The version that a form of this piece is made from; the emails have their own."""
        if piece == "emails":
            return self.emails.version if self.emails else 0
        return self.row.version

    @property
    def archetype(self) -> Archetype:
        """Its kind."""
        return Archetype(self.row.archetype)

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return ARCHETYPE_NAMES[self.archetype]

    @property
    def place(self) -> int:
        """The place of its kind among the ten."""
        return ARCHETYPES.index(self.archetype)

    @property
    def is_tool(self) -> bool:
        """Whether readers use it interactively: its content is a configuration."""
        return self.archetype in INTERACTIVE_CONFIGS

    @property
    def pieces(self) -> list[Piece]:
        """In the order of the page."""
        row = self.row
        content = row.interactive_config if self.is_tool else row.extracted_content
        needs_content = "" if content else "Make the content first."
        first = self._piece(
            "extraction",
            "calc" if self.is_tool else "doc",
            content is not None,
            f"{self.unanswered} required answers are missing." if self.unanswered else "",
            "Written from your answers in about half a minute.",
            title=_TOOLS.get(self.archetype),
        )
        page = self._piece(
            "polish",
            "page",
            row.polished_content is not None,
            needs_content,
            "A page for your readers.",
        )
        posts = self._piece(
            "posts",
            "posts",
            bool(row.post_variations),
            needs_content,
            "Three LinkedIn posts, each with its own hook.",
        )
        emails = self._piece(
            "emails",
            "mail",
            self.emails is not None,
            needs_content,
            "Five emails, one for each of the first five days.",
        )
        return [first, posts, emails] if self.is_tool else [first, page, posts, emails]

    @property
    def missing(self) -> list[Piece]:
        """The pieces that could be made now, all at once."""
        return [
            piece
            for piece in self.pieces[1:]
            if not piece.is_there and not piece.is_live and not piece.blocked and not piece.has_failed
        ]

    @property
    def page_is_older(self) -> bool:
        """Whether the content was written again after the page was made of it."""
        content, page = self.newest.get("extraction"), self.newest.get("polish")
        if content is None or page is None or content.completed_at is None:
            return False
        return content.status == Status.COMPLETED and content.completed_at > page.created_at

    @property
    def sentence(self) -> str:
        """What a screen reader says when something changed."""
        asked = [(piece.title, piece.job) for piece in self.pieces if piece.job is not None]
        return " ".join(f"{title}: {_state(job)}." for title, job in asked)

    def _piece(
        self, name: str, icon: str, is_there: bool, blocked: str, about: str, *, title: str | None = None
    ) -> Piece:
        shown = getattr(self.row, f"{name}_job_id")
        earlier = [
            job
            for job in self.jobs
            if job.job_type == name and job.status == Status.COMPLETED and job.id != shown
        ]
        job = self.newest.get(name)
        finished = self.items.get(job.id, []) if job else []
        own = [text for text in self.replaced if text.piece == name]
        return Piece(name, title or label(name), icon, is_there, blocked, about, job, finished, earlier, own)


def newest_of_each_type(jobs: Sequence[BackgroundJob]) -> dict[str, BackgroundJob]:
    """The first of each type among jobs in order, newest first."""
    newest: dict[str, BackgroundJob] = {}
    for job in jobs:
        newest.setdefault(job.job_type, job)
    return newest


def _state(job: BackgroundJob) -> str:
    word = state(job).word.lower()
    return f"{word}, {job.progress_done} of {job.progress_total}" if job.progress_total else word


def shown_jobs(workspace: Workspace) -> list[UUID]:
    """The jobs that the page shows, so that no notice repeats them."""
    return [job.id for job in workspace.newest.values()]
