"""Ideation: ten concepts from a business context."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from lodestone.deadlines import TimeLimits
from lodestone.jobs.job_type import JobType
from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype, BusinessContext, Concept
from lodestone.wire import MAX_ENTRIES, RequiredText, Text, TextList, WireModel


class Frequency(StrEnum):
    """How often callers spoke of a pain; recurring means two or three times."""

    MENTIONED_ONCE = "mentioned-once"
    RECURRING = "recurring"
    DOMINANT = "dominant"


class PainPoint(WireModel):
    """A pain in a caller's own words."""

    quote: Text
    theme: Text
    frequency: Frequency


class CallerQuestion(WireModel):
    """A question that callers ask, and when."""

    question: Text
    context: Text = ""


class TransformationOutcome(WireModel):
    """Where callers are and where they want to be."""

    current_state: Text
    desired_state: Text


class Objection(WireModel):
    """A caller's objection to buying, and what is behind it."""

    objection: Text
    underlying_concern: Text = ""


class CallTranscriptInsights(WireModel):
    """What an analysis found in the owner's sales calls."""

    pain_points: Annotated[list[PainPoint], Field(max_length=MAX_ENTRIES)] = []
    frequent_questions: Annotated[list[CallerQuestion], Field(max_length=MAX_ENTRIES)] = []
    transformation_outcomes: Annotated[list[TransformationOutcome], Field(max_length=MAX_ENTRIES)] = []
    objections: Annotated[list[Objection], Field(max_length=MAX_ENTRIES)] = []
    language_patterns: TextList = []


class CompetitorAnalysis(WireModel):
    """What an analysis found in a competitor's lead magnet."""

    detected_archetype: Archetype | None = None
    format: Text = ""
    pain_point_addressed: Text = ""
    effectiveness_factors: TextList = []
    adaptation_suggestions: TextList = []
    original_title: Text = ""


class IdeationSources(WireModel):
    """Analyses that ideation may draw on."""

    call_transcript_insights: CallTranscriptInsights | None = None
    competitor_analysis: CompetitorAnalysis | None = None


class IdeationInput(BusinessContext):
    """The business context at the top level, and optional sources beside it."""

    sources: IdeationSources | None = None


class Pick(WireModel):
    """One recommended concept and why."""

    concept_index: Annotated[int, Field(ge=0, le=9)]
    reason: RequiredText


class Recommendations(WireModel):
    """Three picks from the ten."""

    ship_this_week: Pick
    highest_engagement: Pick
    best_authority_builder: Pick


Index = Annotated[str, Field(max_length=1)]
"""A concept's index as text, "0" to "9"."""


class SuggestedBundle(WireModel):
    """Two or three concepts that are worth more together."""

    name: RequiredText
    components: Annotated[list[Index], Field(max_length=3)]  # all different
    combined_value: RequiredText
    release_strategy: RequiredText

    @model_validator(mode="after")
    def _two_or_three_distinct(self) -> "SuggestedBundle":
        distinct = set(self.components)
        if not 2 <= len(self.components) <= 3 or len(distinct) != len(self.components):
            raise ValueError("components must be two or three different indices")
        if not distinct <= set("0123456789"):
            raise ValueError('components must be indices as text, "0" to "9"')
        return self


class IdeationAdvice(WireModel):
    """The small model's advice on the ten concepts: the part of the result beside them."""

    recommendations: Recommendations
    suggested_bundle: SuggestedBundle


class IdeationResult(IdeationAdvice):
    """Ten concepts in archetype order, three picks and a bundle."""

    concepts: Annotated[list[Concept], Field(max_length=len(ARCHETYPES))]

    @model_validator(mode="after")
    def _one_for_each_archetype(self) -> "IdeationResult":
        if tuple(concept.archetype for concept in self.concepts) != ARCHETYPES:
            raise ValueError("concepts must be ten, one for each archetype, in their order")
        if len({concept.title for concept in self.concepts}) != len(self.concepts):
            raise ValueError("titles must differ")
        return self


IDEATION = JobType(
    name="ideation",
    service="ideation",
    path="ideate",
    input=IdeationInput,
    work=IdeationInput,
    result=IdeationResult,
    item=Concept,
    limits=TimeLimits(deadline=600, attempt=270, call=240),
    model="claude-sonnet-5-5",
    saves_to="brand_kit",
    label="Ten ideas",
    unit="ideas",
    uses_quota=True,
    budget_usd=Decimal(10),  # five long prompts at once, each perhaps with a repair, in three attempts
)
