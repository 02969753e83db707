"""The fields of the context form: the owner's own words, and two optional sources."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lodestone.jobs.lead_magnet import BusinessContext
from lodestone.wire import JsonObject, WireModel

from lodestone_gateway.fields import Form
from lodestone_gateway.web.words import BUSINESS_TYPES, KINDS, cut_text

CALL = "sources.callTranscriptInsights"
COMPETITOR = "sources.competitorAnalysis"
TITLE_LENGTH = 80  # characters of the text that names a draft


@dataclass(frozen=True)
class Field:
    """One field as the page shows it; its name is its path in the job's input."""

    name: str
    label: str
    hint: str = ""
    kind: Literal["area", "line", "list", "choice", "pick"] = "list"
    placeholder: str = ""
    required: bool = False
    missing: str = ""  # the error if it is required and blank
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its id in the page."""
        return self.name.replace(".", "-")


@dataclass(frozen=True)
class Source:
    """A group of fields beside the form."""

    label: str
    icon: str
    invitation: str
    fields: tuple[Field, ...]


MAIN = (
    Field(
        "businessDescription",
        "What you do",
        "One or two plain sentences: who you help, and what changes for them.",
        kind="area",
        required=True,
        missing="Say in a sentence or two what you do and for whom.",
    ),
    Field(
        "businessType",
        "Kind of business",
        kind="choice",
        required=True,
        missing="Choose the closest kind.",
        choices={kind.value: label for kind, label in BUSINESS_TYPES.items()},
    ),
    Field(
        "urgentPains",
        "Your clients’ most urgent pains",
        "In their words. Three is plenty. Press Enter to add.",
        placeholder="Another pain",
    ),
    Field(
        "credibilityMarkers",
        "Why people believe you",
        "Numbers work best. Press Enter to add.",
        placeholder="For example: 120 audits done",
    ),
    Field(
        "results",
        "Your clients’ results",
        "A name and a number, if you are allowed to use them.",
        placeholder="Another result",
    ),
    Field(
        "successExample",
        "One success story, in short",
        "What you changed, and what happened that week.",
        kind="area",
    ),
)
MORE = (
    Field("templates", "Templates you already have", placeholder="Another template"),
    Field("processes", "Processes you follow", placeholder="Another process"),
    Field("tools", "Tools you work with", placeholder="Another tool"),
    Field("frequentQuestions", "Questions you always get", placeholder="Another question"),
)
SOURCES = (
    Source(
        "A sales call",
        "mic",
        "What clients said, in their words",
        (
            Field(f"{CALL}.painPoints", "What hurts, in their words", placeholder="A sentence"),
            Field(f"{CALL}.frequentQuestions", "What they asked", placeholder="A question"),
            Field(f"{CALL}.objections", "Why they hesitated", placeholder="An objection"),
            Field(f"{CALL}.languagePatterns", "Phrases they use", placeholder="A phrase"),
        ),
    ),
    Source(
        "Someone else’s lead magnet",
        "doc",
        "One idea will answer it",
        (
            Field(f"{COMPETITOR}.originalTitle", "Its title", kind="line"),
            Field(f"{COMPETITOR}.painPointAddressed", "The pain it addresses", kind="line"),
            Field(
                f"{COMPETITOR}.detectedArchetype",
                "Kind",
                kind="pick",
                choices={"": "Not sure", **{kind.value: name for kind, name in KINDS.items()}},
            ),
            Field(f"{COMPETITOR}.effectivenessFactors", "Why it works", placeholder="A reason"),
            Field(f"{COMPETITOR}.adaptationSuggestions", "What you would do instead", placeholder="A change"),
        ),
    ),
)
ALL = (*MAIN, *MORE, *(field for source in SOURCES for field in source.fields))
MISSING = {field.name: field.missing for field in ALL if field.missing}

# Lists in the input whose entries are objects: how a text becomes one.
_ENTRIES = {
    "painPoints": lambda text: {"quote": text, "theme": "", "frequency": "mentioned-once"},
    "frequentQuestions": lambda text: {"question": text},
    "objections": lambda text: {"objection": text},
}


def job_input(form: Form) -> JsonObject:
    """The form as the job's input, not validated; a source without entries is left out."""
    values: JsonObject = {}
    for each in ALL:
        value: Any = form.entries(each.name) if each.kind == "list" else form.text(each.name)
        *path, name = each.name.split(".")
        if path:
            if value:
                convert = _ENTRIES.get(name)
                _inside(values, path)[name] = [convert(text) for text in value] if convert else value
        elif each.name != "successExample" or value:
            values[name] = value
    return values


def kit_form(kit: WireModel) -> Form:
    """The form as a brand kit fills it."""
    known = {field.alias for field in BusinessContext.model_fields.values()}
    fields: dict[str, list[str]] = {}
    for name, value in kit.to_wire().items():
        if name in known and value:
            fields[name] = value if isinstance(value, list) else [value]
    return Form(fields)


def title_of(form: Form) -> str:
    """A draft's name in the list of drafts."""
    return cut_text(" ".join(form.text("businessDescription").split()), TITLE_LENGTH)


def _inside(values: JsonObject, path: list[str]) -> JsonObject:
    for part in path:
        values = values.setdefault(part, {})
    return values
