"""Words that several job types share: the business, the ten archetypes, the concept."""

from enum import StrEnum

from pydantic import Field

from lodestone.wire import RequiredText, Text, TextList, WireModel


class BusinessType(StrEnum):
    """The six kinds of business."""

    COACH_CONSULTANT = "coach-consultant"
    AGENCY_OWNER = "agency-owner"
    COURSE_CREATOR = "course-creator"
    FREELANCER = "freelancer"
    SAAS_TECH = "saas-tech"
    B2B_SERVICE = "b2b-service"


class Archetype(StrEnum):
    """The ten kinds of lead magnet, in the order in which concepts come back."""

    SINGLE_BREAKDOWN = "single-breakdown"
    SINGLE_SYSTEM = "single-system"
    FOCUSED_TOOLKIT = "focused-toolkit"
    SINGLE_CALCULATOR = "single-calculator"
    FOCUSED_DIRECTORY = "focused-directory"
    MINI_TRAINING = "mini-training"
    ONE_STORY = "one-story"
    PROMPT = "prompt"
    ASSESSMENT = "assessment"
    WORKFLOW = "workflow"


ARCHETYPES: tuple[Archetype, ...] = tuple(Archetype)

ARCHETYPE_NAMES: dict[Archetype, str] = {
    Archetype.SINGLE_BREAKDOWN: "The Single Breakdown",
    Archetype.SINGLE_SYSTEM: "The Single System",
    Archetype.FOCUSED_TOOLKIT: "The Focused Toolkit",
    Archetype.SINGLE_CALCULATOR: "The Single Calculator",
    Archetype.FOCUSED_DIRECTORY: "The Focused Directory",
    Archetype.MINI_TRAINING: "The Mini Training",
    Archetype.ONE_STORY: "The One Story",
    Archetype.PROMPT: "The Prompt",
    Archetype.ASSESSMENT: "The Assessment",
    Archetype.WORKFLOW: "The Workflow",
}


class BusinessContext(WireModel):
    """What the owner says about their business; the brand kit keeps it too."""

    business_description: RequiredText = Field(
        description="What the business does and for whom, in the owner's words."
    )
    business_type: BusinessType = Field(description="One of the six kinds of business.")
    credibility_markers: TextList = Field(
        default=[], description="Facts that speak for the owner; numbers work best."
    )
    urgent_pains: TextList = Field(
        default=[], description="What the owner's customers suffer from now; pages ask for three."
    )
    templates: TextList = Field(default=[], description="Templates that the owner already has.")
    processes: TextList = Field(
        default=[], description="Ways of working that the owner has named or repeated."
    )
    tools: TextList = Field(default=[], description="Tools that the owner works with.")
    frequent_questions: TextList = Field(default=[], description="What customers ask again and again.")
    results: TextList = Field(default=[], description="Results that customers reached with the owner.")
    success_example: Text | None = Field(
        default=None, description="One success told in some sentences; null when the owner has none to tell."
    )
    audience_tools: TextList = Field(default=[], description="Tools that the readers use.")


class ViralCheck(WireModel):
    """Five yes-or-no marks; the score of a concept is the number of true ones."""

    high_value: bool
    """A reader would pay about 50 US dollars for it."""
    urgent_pain: bool
    """It solves a pain that hurts now."""
    actionable_under1h: bool = Field(alias="actionableUnder1h")
    """A reader can use it within an hour."""
    simple: bool
    """A reader understands it within two minutes."""
    authority_boosting: bool
    """It shows that the owner can solve the bigger problem."""


class Concept(WireModel):
    """One idea for a lead magnet."""

    archetype: Archetype
    """Which of the ten kinds it is; also the key of the item."""
    archetype_name: RequiredText
    """The archetype's name for readers; set by us, not by the model."""
    title: RequiredText
    """Its title; no two concepts of a job have the same."""
    pain_solved: RequiredText
    """The moment in which a reader notices the pain, in the reader's words."""
    why_now_hook: RequiredText
    """Why a reader wants it today."""
    contents: RequiredText
    """What is in it, piece by piece."""
    delivery_format: RequiredText
    """How a reader gets it, such as a PDF or a spreadsheet."""
    viral_check: ViralCheck
    """Five marks; one that the model leaves out is false."""
    creation_time_estimate: RequiredText
    """How long the owner needs to make it, in words, such as "3 hours"."""
    bundle_potential: TextList
    """What it goes well with; empty when the model names nothing."""
    grounded_in: Text = ""
    """The fact of the business context that it rests on; empty when the model names none."""
