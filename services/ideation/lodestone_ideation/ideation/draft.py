"""Turns what a model writes into a strict concept: the shape it is asked for, and the slips we tolerate.

Tolerant only here: null or one text where a list belongs, a list or an object where a text
belongs, missing marks. A concept with a missing text is not tolerated; it is asked for again.
"""

import re

from lodestone.jobs.ideation import IdeationAdvice
from lodestone.jobs.lead_magnet import ARCHETYPE_NAMES, Archetype, Concept
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import flag_of, object_of, text_of, texts_of
from lodestone.wire import WireModel

_MARKS = ("highValue", "urgentPain", "actionableUnder1h", "simple", "authorityBoosting")
_TEXTS = (
    "title",
    "painSolved",
    "whyNowHook",
    "contents",
    "deliveryFormat",
    "creationTimeEstimate",
    "groundedIn",
)


class ConceptDraft(Concept):
    """A concept as the model is asked for it: each field is required."""

    grounded_in: str


class Drafts(WireModel):
    """The reply of one batch."""

    concepts: list[ConceptDraft]


def archetype_of(draft: dict[str, JsonValue]) -> Archetype | None:
    """The archetype a draft is for, however it is spelled; None when it names none."""
    spelled = re.sub(r"[^a-z]+", "-", text_of(draft.get("archetype")).lower()).strip("-")
    try:
        return Archetype(spelled.removeprefix("the-"))
    except ValueError:
        return None


def concept_of(draft: dict[str, JsonValue], archetype: Archetype) -> Concept:
    """The strict concept. Raises pydantic's ValidationError when a text is missing."""
    return Concept.model_validate(
        {
            "archetype": archetype,
            "archetypeName": ARCHETYPE_NAMES[archetype],
            **{name: text_of(draft.get(name)) for name in _TEXTS},
            "viralCheck": _marks(draft.get("viralCheck")),
            "bundlePotential": texts_of(draft.get("bundlePotential")),
        }
    )


def advice_of(data: JsonValue) -> IdeationAdvice:
    """The advice in a reply, with indices as numbers or as text. Raises pydantic's ValidationError."""
    bundle = data.get("suggestedBundle") if isinstance(data, dict) else None
    if isinstance(data, dict) and isinstance(bundle, dict):
        components: list[JsonValue] = [*texts_of(bundle.get("components"))]
        data = {**data, "suggestedBundle": {**bundle, "components": components}}
    return IdeationAdvice.model_validate(data)


def _marks(value: JsonValue) -> dict[str, bool]:
    return {mark: flag_of(object_of(value).get(mark)) for mark in _MARKS}
