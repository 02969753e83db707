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

    business_description: RequiredText
    business_type: BusinessType
    credibility_markers: TextList = []
    urgent_pains: TextList = []
    templates: TextList = []
    processes: TextList = []
    tools: TextList = []
    frequent_questions: TextList = []
    results: TextList = []
    success_example: Text | None = None
    audience_tools: TextList = []


class ViralCheck(WireModel):
    """Five yes-or-no marks; the score of a concept is the number of true ones."""

    high_value: bool
    urgent_pain: bool
    actionable_under1h: bool = Field(alias="actionableUnder1h")
    simple: bool
    authority_boosting: bool


class Concept(WireModel):
    """One idea for a lead magnet."""

    archetype: Archetype
    archetype_name: RequiredText
    title: RequiredText
    pain_solved: RequiredText
    why_now_hook: RequiredText
    contents: RequiredText
    delivery_format: RequiredText
    viral_check: ViralCheck
    creation_time_estimate: RequiredText
    bundle_potential: TextList
    grounded_in: Text = ""  # the owner's fact that the idea is based on
