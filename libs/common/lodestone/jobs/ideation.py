"""Ideation: ten concepts from a business context."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from lodestone.deadlines import TimeLimits
from lodestone.jobs.job_type import JobType
from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype, BusinessContext, Concept
from lodestone.jobs.voice import VOICE, Voice
from lodestone.wire import MAX_ENTRIES, RequiredText, Text, TextList, WireModel


class Frequency(StrEnum):
    """How often callers spoke of a pain; recurring means two or three times."""

    MENTIONED_ONCE = "mentioned-once"
    RECURRING = "recurring"
    DOMINANT = "dominant"


class PainPoint(WireModel):
    """A pain in a caller's own words."""

    quote: Text = Field(description="What a caller said, word for word.")
    theme: Text = Field(description="The pain in a few words, for grouping.")
    frequency: Frequency = Field(description="How often callers spoke of it, as the analysis counted.")


class CallerQuestion(WireModel):
    """A question that callers ask, and when."""

    question: Text = Field(description="The question as callers ask it.")
    context: Text = Field(
        default="", description="When in a call it comes up; empty when the analysis does not say."
    )


class TransformationOutcome(WireModel):
    """Where callers are and where they want to be."""

    current_state: Text = Field(description="Where callers are before they buy, in their words.")
    desired_state: Text = Field(description="Where they want to be, in their words.")


class Objection(WireModel):
    """A caller's objection to buying, and what is behind it."""

    objection: Text = Field(description="What callers say against buying.")
    underlying_concern: Text = Field(
        default="", description="What worries them behind it; empty when the analysis does not say."
    )


class CallTranscriptInsights(WireModel):
    """What an analysis found in the owner's sales calls."""

    pain_points: Annotated[list[PainPoint], Field(max_length=MAX_ENTRIES)] = Field(
        default=[], description="What callers suffer from."
    )
    frequent_questions: Annotated[list[CallerQuestion], Field(max_length=MAX_ENTRIES)] = Field(
        default=[], description="What callers ask."
    )
    transformation_outcomes: Annotated[list[TransformationOutcome], Field(max_length=MAX_ENTRIES)] = Field(
        default=[], description="What callers hope for."
    )
    objections: Annotated[list[Objection], Field(max_length=MAX_ENTRIES)] = Field(
        default=[], description="What keeps callers from buying."
    )
    language_patterns: TextList = Field(default=[], description="Phrases that callers use, word for word.")


class CompetitorAnalysis(WireModel):
    """What an analysis found in a competitor's lead magnet."""

    detected_archetype: Archetype | None = Field(
        default=None, description="The archetype it resembles, which one idea adapts; null when unclear."
    )
    format: Text = Field(default="", description="How it is delivered, such as a PDF or a video.")
    pain_point_addressed: Text = Field(default="", description="The pain that it solves.")
    effectiveness_factors: TextList = Field(default=[], description="Why it works; usually three to five.")
    adaptation_suggestions: TextList = Field(
        default=[], description="How the owner could adapt it; usually two to four."
    )
    original_title: Text = Field(default="", description="Its title; no idea may reuse it.")


class IdeationSources(WireModel):
    """Analyses that ideation may draw on."""

    call_transcript_insights: CallTranscriptInsights | None = Field(
        default=None, description="What the owner's sales calls show; null without an analysis of calls."
    )
    competitor_analysis: CompetitorAnalysis | None = Field(
        default=None, description="What a competitor's lead magnet shows; null without one."
    )


class IdeationInput(BusinessContext):
    """The business context at the top level, and optional sources beside it."""

    sources: IdeationSources | None = Field(
        default=None, description="Analyses that the ideas may draw on; null when there are none."
    )
    voice: Voice | None = VOICE


class Pick(WireModel):
    """One recommended concept and why."""

    concept_index: Annotated[int, Field(ge=0, le=9)]
    """The place of the concept in the result, from 0."""
    reason: RequiredText
    """Why this one, in a sentence for the owner."""


class Recommendations(WireModel):
    """Three picks from the ten."""

    ship_this_week: Pick
    """The concept that is made fastest."""
    highest_engagement: Pick
    """The concept that most readers will answer."""
    best_authority_builder: Pick
    """The concept that shows the owner's skill best."""


Index = Annotated[str, Field(max_length=1)]
"""A concept's index as text, "0" to "9"."""


class SuggestedBundle(WireModel):
    """Two or three concepts that are worth more together."""

    name: RequiredText
    """What the bundle is called."""
    components: Annotated[list[Index], Field(max_length=3)]
    """The indices of its two or three concepts, as text and all different."""
    combined_value: RequiredText
    """Why they are worth more together."""
    release_strategy: RequiredText
    """In which order, and when, to publish them."""

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
    """Three picks from the ten."""
    suggested_bundle: SuggestedBundle
    """Concepts that belong together."""


class IdeationResult(IdeationAdvice):
    """Ten concepts in archetype order, three picks and a bundle."""

    concepts: Annotated[list[Concept], Field(max_length=len(ARCHETYPES))] = Field(
        description="Ten concepts, one for each archetype, in archetype order; titles differ."
    )

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
    output_tokens=12000,
    limits=TimeLimits(deadline=600, attempt=270, call=240),
    model="claude-sonnet-5-5",
    saves_to="brand_kit",
    label="Ten ideas",
    unit="ideas",
    uses_quota=True,
    estimate_usd=Decimal("0.5"),
    budget_usd=Decimal(10),  # five long prompts at once, each perhaps with a repair, in three attempts
)
