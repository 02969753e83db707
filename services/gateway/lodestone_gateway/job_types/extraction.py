"""Extraction: the content of a lead magnet, or the configuration of a tool, from its owner's answers."""

from functools import cache, partial

from lodestone.errors import Conflict, InvalidRequest
from lodestone.jobs.content import ExtractedContent
from lodestone.jobs.interactive import INTERACTIVE_CONFIGS
from lodestone.jobs.lead_magnet import Archetype, BusinessContext
from lodestone.wire import JsonObject, WireModel
from pydantic import TypeAdapter, ValidationError, create_model

from lodestone_gateway.brand_kit import BrandKit
from lodestone_gateway.fields import Form
from lodestone_gateway.job_types.leaf_texts import leaf_texts, texts_by_name, with_texts
from lodestone_gateway.job_types.plain_saving import plainly_to_lead_magnet
from lodestone_gateway.job_types.product import (
    OF_A_SECTION,
    Columns,
    Edit,
    Look,
    Piece,
    Product,
    Stored,
    Texts,
    chosen,
    named,
    typed,
)
from lodestone_gateway.job_types.saving import to_lead_magnet
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.store.tables import BackgroundJob

_TOOLS = {
    Archetype.SINGLE_CALCULATOR: "Calculator",
    Archetype.ASSESSMENT: "Assessment",
    Archetype.PROMPT: "Prompt",
}
_ONLY_THE_OWNERS = {
    "nonObviousInsight": "What others miss",
    "personalExperience": "Your own experience",
    "proof": "Proof",
    "differentiation": "What makes you different",
}
_OF_AN_ITEM = {"headline": "In short", "summary": "In a sentence", "detail": "In detail"}
_MISTAKES = "commonMistakes"
_OF_A_TOOL = {
    "headline": "Headline",
    "name": "Headline",
    "description": "Description",
    "inputs.label": "Figure",
    "inputs.unit": "Unit of figure",
    "inputs.options.label": "Choice",
    "inputs.placeholder": "Hint in the empty field",
    "resultLabel": "Name of the result",
    "resultInterpretation.label": "Verdict",
    "resultInterpretation.description": "What it means, verdict",
    "questions.text": "Question",
    "questions.options.label": "Answer",
    "questions.scaleLabels.min": "Lowest step of question",
    "questions.scaleLabels.max": "Highest step of question",
    "scoring.ranges.label": "Result",
    "scoring.ranges.description": "What it means, result",
    "scoring.ranges.recommendations": "Advice",
    "systemPrompt": "Prompt text",
    "welcomeMessage": "First message",
    "suggestedPrompts": "Suggested prompt",
}


class ContentChanges(WireModel):
    """The content of a text, or the configuration of a tool."""

    extracted_content: ExtractedContent | None = None
    interactive_config: JsonObject | None = None


def _of_result(result: JsonObject) -> Columns:
    both = {
        "extracted_content": result.get("extractedContent"),
        "interactive_config": result.get("interactiveConfig"),
    }
    return {column: value for column, value in both.items() if value is not None}


def _whole(stored: Stored) -> JsonObject | None:
    content = stored.row.extracted_content
    return {"extractedContent": content, "interactiveConfig": None} if content else None


def _fitted(row: LeadMagnetRow, columns: Columns) -> Columns:
    """A configuration in the shape of the archetype. Raises InvalidRequest, ValidationError."""
    config: JsonObject | None = columns.get("interactive_config")
    if config is None:
        return columns
    archetype = Archetype(columns.get("archetype", row.archetype))
    if archetype not in INTERACTIVE_CONFIGS:
        message = f"A lead magnet of type {archetype} has no interactive configuration."
        raise InvalidRequest(errors=[{"field": "interactiveConfig", "message": message}])
    fitting = _body_of(archetype).model_validate({"interactiveConfig": config})
    return {**columns, "interactive_config": fitting.to_wire()["interactiveConfig"]}


@cache
def _body_of(archetype: Archetype) -> type[WireModel]:
    """A body with the configuration of the archetype, so that errors name their whole path."""
    return create_model("Body", __base__=WireModel, interactive_config=(INTERACTIVE_CONFIGS[archetype], ...))


def _asked(stored: Stored, kit: BrandKit, ideation: BackgroundJob | None) -> JsonObject:
    sources = (ideation.input.get("sources") if ideation else None) or {}
    return {
        "archetype": stored.row.archetype,
        "concept": stored.row.concept,
        "answers": {id: answer for id, answer in stored.answers.items() if answer.strip()},
        "transcriptInsights": sources.get("callTranscriptInsights"),
        "businessContext": _business(kit),
    }


def _business(kit: BrandKit) -> JsonObject | None:
    try:
        return BusinessContext.model_validate(kit.to_wire()).to_wire()
    except ValidationError:  # an empty kit
        return None


def _look(stored: Stored) -> Look:
    return Look(
        icon="calc" if stored.is_tool else "doc",
        template=f"library/{'tool' if stored.is_tool else 'content'}.html",
        is_there=stored.content is not None,
        about="Written from your answers.",
        blocked=f"{stored.unanswered} required answers are missing." if stored.unanswered else "",
        title=_TOOLS.get(stored.archetype, ""),
    )


def _present_content(stored: Stored, form: Form) -> Texts:
    given = stored.row.extracted_content or {}
    if not form.text("section"):
        return {**named(given, [*_ONLY_THE_OWNERS]), _MISTAKES: ["\n".join(given.get(_MISTAKES, []))]}
    section = chosen(given.get("structure", []), form, "section")
    items = section.get("contents", [])
    of_items = {name: [str(item.get(name) or "") for item in items] for name in _OF_AN_ITEM}
    return {**named(section, [*OF_A_SECTION]), **of_items}


def _changed_content(stored: Stored, form: Form) -> JsonObject:
    content = dict(stored.row.extracted_content or {})
    structure = list(content.get("structure", []))
    place = form.place("section", len(structure))
    if place is not None:
        structure[place] = _section(form)
        content["structure"] = structure
    elif form.text("section"):
        raise Conflict
    else:
        content |= typed(form, [*_ONLY_THE_OWNERS])
        content[_MISTAKES] = [line.strip() for line in form.text(_MISTAKES).splitlines() if line.strip()]
    return {"extractedContent": content}


def _section(form: Form) -> JsonObject:
    items = zip(*(form.fields.get(name, []) for name in _OF_AN_ITEM), strict=False)
    contents = [
        {"headline": headline.strip(), "summary": summary.strip(), "detail": detail.strip()}
        for headline, summary, detail in items
        if headline.strip() or summary.strip()
    ]
    return {**typed(form, [*OF_A_SECTION]), "contents": contents}


def _present_tool(stored: Stored, _form: Form) -> Texts:
    return texts_by_name(stored.row.interactive_config or {}, _OF_A_TOOL)


def _changed_tool(stored: Stored, form: Form) -> JsonObject:
    return {"interactiveConfig": with_texts(stored.row.interactive_config or {}, _OF_A_TOOL, form.fields)}


_LABELS = OF_A_SECTION | _OF_AN_ITEM | _ONLY_THE_OWNERS | {_MISTAKES: "Common mistakes, one per line"}
_PIECE = Piece(
    name="extraction",
    word="content",
    look=_look,
    asked=_asked,
    edits={
        "content": Edit(_LABELS, _present_content, _changed_content),
        "tool": Edit(_OF_A_TOOL, _present_tool, _changed_tool),
    },
    columns=("extracted_content", "interactive_config"),
    filled=("extracted_content", "interactive_config"),
    of_result=_of_result,
    whole=_whole,
    changes=ContentChanges,
    fitted=_fitted,
    shapes={"extracted_content": TypeAdapter(ExtractedContent)},
    helpers={"texts": lambda config: leaf_texts(config, _OF_A_TOOL)},
    asks=True,
)
PRODUCT = Product(
    save=partial(to_lead_magnet, _PIECE),
    saved_plainly=partial(plainly_to_lead_magnet, _PIECE),
    piece=_PIECE,
)
