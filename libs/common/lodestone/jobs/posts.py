"""Posts: three variations of the post that offers a lead magnet."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from lodestone.deadlines import TimeLimits
from lodestone.jobs.job_type import JobType
from lodestone.jobs.parts import InParts, Parts
from lodestone.jobs.voice import VOICE, Voice
from lodestone.wire import RequiredText, Text, WireModel

DM_PLACEHOLDERS = ("{first_name}", "[LINK]")


class AudienceStyle(StrEnum):
    """How to address the readers."""

    CASUAL_DIRECT = "casual-direct"
    PROFESSIONAL_POLISHED = "professional-polished"
    TECHNICAL = "technical"
    WARM_RELATABLE = "warm-relatable"


class PostsInput(InParts):
    """What the posts offer and to whom."""

    lead_magnet_title: RequiredText = Field(description="What the posts offer.")
    contents: RequiredText = Field(description="What is in it, so that posts can name pieces.")
    problem_solved: RequiredText = Field(description="The pain that it solves for a reader.")
    format: Text = Field(default="", description="How a reader gets it, such as a PDF or a spreadsheet.")
    credibility: Text = Field(default="", description="Facts that speak for the owner.")
    audience: Text = Field(default="", description="Who the readers are.")
    audience_style: AudienceStyle = Field(
        default=AudienceStyle.CASUAL_DIRECT, description="How to address the readers."
    )
    proof: Text = Field(
        default="", description="Numbers and results; with some, one post begins with a result."
    )
    cta_word: RequiredText = Field(default="LINK", description="The word that readers comment to get it.")
    urgency_angle: Text | None = Field(
        default=None, description="Why readers should act now; null when there is no reason."
    )
    voice: Voice | None = VOICE


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
    """How much the first lines hold a reader; medium when the model does not say."""
    credibility_clear: bool
    """The post says why to believe the owner; false when the model does not say."""
    problem_resonance: Resonance
    """How much readers find their own problem; medium when the model does not say."""
    contents_specific: bool
    """The post names pieces of the lead magnet; false when the model does not say."""
    tone_match: ToneMatch
    """How well the tone meets the audience style; partial when the model does not say."""
    ai_cliche_free: bool
    """The post has no stock phrase of AI texts; false when the model does not say."""


class PostVariation(WireModel):
    """One post; no two have the same kind of hook."""

    hook_type: RequiredText = Field(
        description="How the post begins; the key of the item, chosen by us from the input."
    )
    post: RequiredText = Field(description="The text to publish, with the word that readers comment.")
    why_this_angle: RequiredText = Field(description="Why this beginning suits the readers, for the owner.")
    evaluation: Evaluation = Field(description="The model's own view of the post.")


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
    ] = Field(description="Three posts with different hooks, in the order in which they were asked for.")
    recommendation: RequiredText = Field(description="Which post to publish first, and why.")
    dm_template: DmTemplate = Field(
        description="The message to people who comment; has `{first_name}` and `[LINK]` in it."
    )
    cta_word: RequiredText = Field(description="The word that readers comment: the one of the input.")


POST_PARTS = Parts(
    unit="post",
    path=("variations",),
    keys=lambda posts: [str(post.get("hookType")) for post in posts],
    name=lambda post: str(post.get("hookType")).replace("-", " "),
    withheld=("leadMagnetTitle",),
)

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
    parts=POST_PARTS,
    unit="posts",
)
