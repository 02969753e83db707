"""What a job type declares to the product: which rows it needs, where its result goes, what pages show."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

from lodestone.jobs.interactive import INTERACTIVE_CONFIGS
from lodestone.jobs.lead_magnet import Archetype
from lodestone.jobs.questions import questions_for
from lodestone.wire import JsonObject, WireModel
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.brand_kit import BrandKit
from lodestone_gateway.fields import Form
from lodestone_gateway.store.lead_magnet_tables import EmailSequenceRow, LeadMagnetRow
from lodestone_gateway.store.tables import BackgroundJob

NEEDS_CONTENT = "Make the content first."
OF_A_SECTION = {"sectionName": "Section name", "introduction": "Introduction", "keyTakeaway": "Takeaway"}
"""Labels of what a section of the content has, and of the page made of it."""

Columns = dict[str, Any]
Helpers = Mapping[str, Callable[..., Any]]
Texts = Mapping[str, Sequence[str]]
"""The texts in the fields of a form, by the name of the field."""


class EndedJob(Protocol):
    """The job that a result belongs to."""

    @property
    def id(self) -> UUID:
        """The job."""

    @property
    def user_id(self) -> UUID:
        """Its owner."""

    @property
    def job_type(self) -> str:
        """Its type."""


Save = Callable[[AsyncSession, EndedJob, JsonObject, datetime], Awaitable[None]]
"""Writes a result, which has the shape that the job type declares, in the fold's own transaction."""

PlainStatement = tuple[str, tuple[str | bytes, ...]]
"""Plain SQL, and its values."""

SavedPlainly = Callable[[EndedJob, JsonObject, datetime], PlainStatement]
"""The statement that does what `save` does where nothing is there yet: it returns a row only if it did."""

Resolve = Callable[[AsyncSession, JsonObject, LeadMagnetRow], Awaitable[JsonObject]]
"""Adds to the input what it needs from a lead magnet. Raises InvalidRequest when that is missing."""


@dataclass(frozen=True)
class Stored:
    """A lead magnet with its emails and the answers of its owner, each by the id of its question."""

    row: LeadMagnetRow
    emails: EmailSequenceRow | None
    answers: Mapping[str, str]

    @property
    def archetype(self) -> Archetype:
        """Its kind."""
        return Archetype(self.row.archetype)

    @property
    def is_tool(self) -> bool:
        """Whether readers use it interactively: its content is a configuration."""
        return self.archetype in INTERACTIVE_CONFIGS

    @cached_property
    def content(self) -> JsonObject | None:
        """What the extraction made of the answers."""
        return self.row.interactive_config if self.is_tool else self.row.extracted_content

    @property
    def unanswered(self) -> int:
        """How many required questions have no answer yet."""
        return sum(
            question.required and not self.answers.get(question.id, "").strip()
            for question in questions_for(self.archetype)
        )

    @property
    def without_content(self) -> str:
        """Why the pieces made from the content cannot be made yet; empty when they can."""
        return "" if self.content else NEEDS_CONTENT


@dataclass(frozen=True)
class Look:
    """How the workspace shows a piece."""

    icon: str
    template: str  # with a macro `show(piece)`
    is_there: bool
    about: str  # a description, shown until it exists
    blocked: str = ""  # why it cannot be made yet; empty when it can
    title: str = ""  # the job type's label without one


@dataclass(frozen=True)
class Edit:
    """A form of the workspace. `changed` raises Conflict when what the form names no longer exists."""

    labels: Mapping[str, str]  # of its fields
    present: Callable[[Stored, Form], Texts]  # what is in the fields now
    changed: Callable[[Stored, Form], JsonObject]  # by wire name, as `Piece.changes` takes it


def as_it_is(_row: LeadMagnetRow, columns: Columns) -> Columns:
    """`fitted` of a piece whose columns depend on nothing else."""
    return columns


def nothing(_stored: Stored) -> JsonObject | None:
    """`whole` of a piece that is made as a whole only."""
    return None


@dataclass(frozen=True)
class Piece:
    """A part of a lead magnet that jobs of one type make: columns of its row, or a table of its own."""

    name: str  # the job type; `<name>_job_id` holds the job whose result it is
    word: str  # what the library says is there
    look: Callable[[Stored], Look | None]  # None where a lead magnet of this kind has no such piece
    asked: Callable[[Stored, BrandKit, BackgroundJob | None], JsonObject]  # the input of its job
    edits: Mapping[str, Edit]  # by the last part of the path that receives them
    columns: tuple[str, ...] = ()  # its texts
    filled: tuple[str, ...] = ()  # columns; a value in one of them means that the piece exists
    of_result: Callable[[JsonObject], Columns] = lambda result: {}
    whole: Callable[[Stored], JsonObject | None] = nothing  # as a result has it, for its parts
    unkept: JsonObject = field(default_factory=dict)  # what only results have; for when the job's is deleted
    changes: type[WireModel] = WireModel  # what its owner may change, by name of the column
    fitted: Callable[[LeadMagnetRow, Columns], Columns] = as_it_is  # changes as they are written
    shapes: Mapping[str, TypeAdapter[Any]] = field(default_factory=dict)  # that pages can show, by column
    made_of: str = ""  # the job type whose result it is made of: a newer one is pointed out
    helpers: Helpers = field(default_factory=dict)  # for its template, as `of.<name>.<helper>`
    asks: bool = False  # its input is what the owner answers to the questions
    parts: str = ""  # the column with a list of what has versions of its own; empty: only the piece has
    of_parts: Callable[[list[JsonObject]], Columns] = lambda parts: {}  # the columns that they make

    @property
    def job_column(self) -> str:
        """The column that holds the job whose result the piece is."""
        return f"{self.name}_job_id"


def not_plainly(_job: EndedJob, _result: JsonObject, _time: datetime) -> PlainStatement:
    """`saved_plainly` of a product that is saved with the models alone."""
    raise NotImplementedError


@dataclass(frozen=True)
class Product:
    """What the product knows of one job type."""

    save: Save
    saved_plainly: SavedPlainly = not_plainly
    piece: Piece | None = None
    resolve: Resolve | None = None  # None: the input travels as it was sent
    second_refused: str = ""  # why a second living job on a lead magnet is refused; empty: it is allowed


def lead_magnet_alone(stored: Stored, _kit: BrandKit, _ideation: BackgroundJob | None) -> JsonObject:
    """The input of a job type that needs nothing except what the gateway has stored."""
    return {"leadMagnetId": str(stored.row.id)}


def named(given: JsonObject, names: Sequence[str]) -> dict[str, list[str]]:
    """These fields of a form as they are in a stored object."""
    return {name: [str(given.get(name) or "")] for name in names}


def typed(form: Form, names: Sequence[str]) -> JsonObject:
    """These fields of a form as they were sent."""
    return {name: form.text(name) for name in names}


def chosen(entries: Sequence[JsonObject], form: Form, name: str) -> JsonObject:
    """The entry whose place the form names; empty when there is none."""
    place = form.place(name, len(entries))
    return entries[place] if place is not None else {}
