"""Turns what a model writes into strict posts: the shapes it is asked for, and the slips we tolerate.

Tolerant only here: a post in parts, marks that are missing or spelled differently, placeholders written in
another way. A post without the word to comment is not tolerated; it is asked for again.
"""

from lodestone.jobs.posts import (
    DmTemplate,
    Evaluation,
    HookStrength,
    PostVariation,
    Resonance,
    ToneMatch,
)
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import choice_of, flag_of, object_of, text_of
from lodestone.wire import RequiredText, WireModel

from lodestone_content.placeholders import FIRST_NAME, LINK
from lodestone_content.posts.hooks import HookType


class VariationDraft(WireModel):
    """A post as the model is asked for it."""

    hook_type: HookType
    post: str
    why_this_angle: str
    evaluation: Evaluation


class VariationsDraft(WireModel):
    """The reply when only posts are missing."""

    variations: list[VariationDraft]


class ClosingDraft(WireModel):
    """The reply when all posts are there."""

    recommendation: str
    dm_template: str


class PostsDraft(ClosingDraft, VariationsDraft):
    """The whole reply: the posts first."""


class Closing(WireModel):
    """What belongs beside the posts, strict."""

    recommendation: RequiredText
    dm_template: DmTemplate


def variation_of(draft: dict[str, JsonValue], hook: HookType, cta_word: str) -> PostVariation:
    """The strict post. Raises ValueError, or pydantic's error, when a text is missing."""
    variation = PostVariation.model_validate(
        {
            "hookType": hook.value,
            "post": text_of(draft.get("post")),
            "whyThisAngle": text_of(draft.get("whyThisAngle")),
            "evaluation": _evaluation(object_of(draft.get("evaluation"))),
        }
    )
    if cta_word.casefold() not in variation.post.casefold():
        raise ValueError(f"the post does not tell readers to comment {cta_word}")
    return variation


def closing_of(data: JsonValue) -> Closing:
    """The strict rest. Raises pydantic's ValidationError when a text or a placeholder is missing."""
    given = object_of(data)
    message = FIRST_NAME.sub("{first_name}", text_of(given.get("dmTemplate")))
    advice = text_of(given.get("recommendation"))
    return Closing.model_validate({"recommendation": advice, "dmTemplate": LINK.sub("[LINK]", message)})


def _evaluation(given: dict[str, JsonValue]) -> Evaluation:
    """A missing rating counts as the middle one, a missing mark as false."""
    return Evaluation(
        hook_strength=choice_of(given.get("hookStrength"), HookStrength, HookStrength.MEDIUM),
        credibility_clear=flag_of(given.get("credibilityClear")),
        problem_resonance=choice_of(given.get("problemResonance"), Resonance, Resonance.MEDIUM),
        contents_specific=flag_of(given.get("contentsSpecific")),
        tone_match=choice_of(given.get("toneMatch"), ToneMatch, ToneMatch.PARTIAL),
        ai_cliche_free=flag_of(given.get("aiClicheFree")),
    )
