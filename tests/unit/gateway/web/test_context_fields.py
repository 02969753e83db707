"""The context form and the job's input have the same fields, in both directions."""

import pytest
from lodestone.jobs.ideation import IdeationInput
from lodestone.jobs.lead_magnet import BusinessContext
from lodestone_gateway.brand_kit import BrandKit
from lodestone_gateway.fields import Form
from lodestone_gateway.web.create.fields import (
    ALL,
    CALL,
    COMPETITOR,
    MAIN,
    MISSING,
    MORE,
    job_input,
    kit_form,
)
from lodestone_gateway.web.forms import Invalid, validate

NAMES = [field.name for field in ALL]
FILLED = {
    "businessDescription": ["  I raise fees.\n"],
    "businessType": ["freelancer"],
    "urgentPains": ["Lost tenders", "", " Scope creep "],
    f"{CALL}.painPoints": ["We work for free"],
    f"{CALL}.objections": [""],
    f"{COMPETITOR}.detectedArchetype": [""],
}


def test_the_form_has_the_ten_fields() -> None:
    own = {field.alias for field in BusinessContext.model_fields.values()} - {"audienceTools"}

    assert {field.name for field in (*MAIN, *MORE)} == own


def test_a_filled_form_is_the_input_of_the_job() -> None:
    asked = validate(IdeationInput, job_input(Form(FILLED)), NAMES, MISSING)

    assert asked.business_description == "I raise fees."
    assert asked.urgent_pains == ["Lost tenders", "Scope creep"]
    assert asked.success_example is None
    assert asked.sources is not None
    assert asked.sources.call_transcript_insights is not None
    (pain,) = asked.sources.call_transcript_insights.pain_points
    assert pain.quote == "We work for free"
    assert asked.sources.competitor_analysis is None


def test_every_field_of_a_source_reaches_the_input() -> None:
    filled = {name: ["single-system" if name.endswith("Archetype") else "x"] for name in NAMES}
    filled |= {"businessType": ["freelancer"]}

    asked = validate(IdeationInput, job_input(Form(filled)), NAMES, MISSING).to_wire()

    call, competitor = asked["sources"]["callTranscriptInsights"], asked["sources"]["competitorAnalysis"]
    assert {name for name, value in call.items() if value} == set(call) - {"transformationOutcomes"}
    assert {name for name, value in competitor.items() if value} == set(competitor) - {"format"}


def test_blank_required_fields_are_named_in_our_words() -> None:
    with pytest.raises(Invalid) as refused:
        validate(IdeationInput, job_input(Form({"businessDescription": [" "]})), NAMES, MISSING)

    assert refused.value.errors == {
        "businessDescription": "Say in a sentence or two what you do and for whom.",
        "businessType": "Choose the closest kind.",
    }


def test_a_text_that_is_too_long_says_how_long_it_may_be() -> None:
    filled = {**FILLED, f"{CALL}.languagePatterns": ["x" * 20_001]}

    with pytest.raises(Invalid) as refused:
        validate(IdeationInput, job_input(Form(filled)), NAMES, MISSING)

    assert refused.value.errors == {f"{CALL}.languagePatterns": "Must be at most 20000 characters long."}


def test_the_brand_kit_fills_the_form() -> None:
    kit = BrandKit(business_description="I raise fees.", business_type="freelancer", tools=["Airtable"])

    form = kit_form(kit)

    assert form.text("businessDescription") == "I raise fees."
    assert form.entries("tools") == ["Airtable"]
