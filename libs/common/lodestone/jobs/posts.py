"""Posts: three variations of the post that offers a lead magnet."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from lodestone.deadlines import TimeLimits
from lodestone.jobs.job_type import JobType
from lodestone.wire import RequiredText, Text, WireModel

DM_PLACEHOLDERS = ("{first_name}", "[LINK]")


class AudienceStyle(StrEnum):
    """How to address the readers."""

    CASUAL_DIRECT = "casual-direct"
    PROFESSIONAL_POLISHED = "professional-polished"
    TECHNICAL = "technical"
    WARM_RELATABLE = "warm-relatable"


class PostsInput(WireModel):
    """What the posts offer and to whom."""

    lead_magnet_title: RequiredText
    contents: RequiredText
    problem_solved: RequiredText
    format: Text = ""
    credibility: Text = ""
    audience: Text = ""
    audience_style: AudienceStyle = AudienceStyle.CASUAL_DIRECT
    proof: Text = ""
    cta_word: RequiredText = "LINK"  # the word that readers comment to get it
    urgency_angle: Text | None = None


class HookStrength(StrEnum):
    """How much the first lines hold a reader."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"


class Resonance(StrEnum):
    """How much readers find their own problem."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ToneMatch(StrEnum):
    """How well the tone meets the audience style."""

    ALIGNED = "aligned"
    PARTIAL = "partial"
    OFF = "off"


class Evaluation(WireModel):
    """The model's own view of a variation."""

    hook_strength: HookStrength
    credibility_clear: bool
    problem_resonance: Resonance
    contents_specific: bool
    tone_match: ToneMatch
    ai_cliche_free: bool


class PostVariation(WireModel):
    """One post; no two have the same kind of hook."""

    hook_type: RequiredText
    post: RequiredText
    why_this_angle: RequiredText
    evaluation: Evaluation


def _different_hooks(variations: list[PostVariation]) -> list[PostVariation]:
    hooks = {variation.hook_type.strip().casefold() for variation in variations}
    if len(hooks) != len(variations):
        raise ValueError("the variations must have different hook types")
    return variations


def _with_placeholders(template: str) -> str:
    missing = [placeholder for placeholder in DM_PLACEHOLDERS if placeholder not in template]
    if missing:
        raise ValueError(f"must hold {' and '.join(missing)}")
    return template


DmTemplate = Annotated[RequiredText, AfterValidator(_with_placeholders)]
"""A message with both placeholders in it."""


class PostsResult(WireModel):
    """Three posts, which to use, and the message for people who comment."""

    variations: Annotated[
        list[PostVariation], Field(min_length=3, max_length=3), AfterValidator(_different_hooks)
    ]
    recommendation: RequiredText
    dm_template: DmTemplate
    cta_word: RequiredText  # the word of the input


POSTS = JobType(
    name="posts",
    service="content",
    path="posts",
    input=PostsInput,
    work=PostsInput,
    result=PostsResult,
    item=PostVariation,
    limits=TimeLimits(deadline=300, attempt=150, call=120),
    model="claude-sonnet-5-5",
    saves_to="lead_magnet",
    label="Posts",
    unit="posts",
)
