"""Valid bodies in wire format, one function each; a test overrides the fields that it is about."""

import json
from pathlib import Path
from typing import Any

from lodestone.jobs.lead_magnet import ARCHETYPE_NAMES, ARCHETYPES
from lodestone.wire import JsonObject
from pydantic import BaseModel, ValidationError

INPUTS = Path(__file__).parents[2] / "docs" / "examples" / "inputs"

LEAD_MAGNET_ID = "0199aa00-0000-7000-8000-000000000001"


def example_input(name: str) -> JsonObject:
    """The example input called `name`, without the file extension."""
    body: JsonObject = json.loads((INPUTS / f"{name}.json").read_text(encoding="utf-8"))
    return body


def problems(model: type[BaseModel], body: Any) -> dict[str, str]:
    """What is wrong with `body`: dotted path to message; empty if it is valid."""
    try:
        model.model_validate(body)
    except ValidationError as error:
        return {".".join(map(str, each["loc"])): each["msg"] for each in error.errors()}
    return {}


def is_part_of(part: object, whole: object) -> bool:
    """Whether `whole` contains everything in `part`, at the same places."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(is_part_of(part[name], whole.get(name)) for name in part)
    if isinstance(part, list):
        return isinstance(whole, list) and all(map(is_part_of, part, whole)) and len(part) == len(whole)
    return part == whole


def ideation_result() -> JsonObject:
    pick = {"conceptIndex": 3, "reason": "It answers a question that is asked every week."}
    return {
        "concepts": [
            {
                "archetype": archetype,
                "archetypeName": ARCHETYPE_NAMES[archetype],
                "title": f"A title for {archetype}",
                "painSolved": "Tenders lost on price",
                "whyNowHook": "Budget season",
                "contents": "A page and a sheet",
                "deliveryFormat": "Doc",
                "viralCheck": {
                    "highValue": True,
                    "urgentPain": True,
                    "actionableUnder1h": False,
                    "simple": True,
                    "authorityBoosting": False,
                },
                "creationTimeEstimate": "2 hours",
                "bundlePotential": [],
            }
            for archetype in ARCHETYPES
        ],
        "recommendations": {
            "shipThisWeek": pick,
            "highestEngagement": pick,
            "bestAuthorityBuilder": pick,
        },
        "suggestedBundle": {
            "name": "The quote kit",
            "components": ["1", "3"],
            "combinedValue": "Worth a day",
            "releaseStrategy": "One a week",
        },
    }


def extracted_content() -> JsonObject:
    item = {"headline": "Price the delay", "summary": "Ask what waiting costs.", "detail": "Write it down."}
    return {
        "title": "The Two-Page Quote",
        "format": "Doc",
        "structure": [
            {
                "sectionName": "The calls",
                "introduction": "Two calls, forty minutes.",
                "contents": [item],
                "keyTakeaway": "The quote is won before it is written.",
            }
        ],
        "nonObviousInsight": "The dear option goes first.",
        "personalExperience": "14 years of signing off bids.",
        "proof": "Ridgeline went from 11% to 24%.",
        "commonMistakes": ["Options that differ only by hours"],
        "differentiation": "It shows the page.",
    }


def calculator() -> JsonObject:
    return {
        "headline": "What does churn cost you?",
        "description": "Two figures, one answer.",
        "inputs": [
            {"id": "customers", "label": "Customers", "type": "number", "min": 1},
            {"id": "rate", "label": "Churn", "type": "slider", "min": 0, "max": 20, "defaultValue": 4},
        ],
        "formula": "customers * (rate / 100) * 12",
        "resultLabel": "Lost in a year",
        "resultFormat": "number",
        "resultInterpretation": [
            {"range": [0, 50], "label": "Low", "description": "A routine is enough.", "colour": "green"},
            {"range": [50, 900], "label": "High", "description": "Give it a person.", "colour": "red"},
        ],
    }


def assessment() -> JsonObject:
    options = [{"label": "Never", "value": 0}, {"label": "Always", "value": 4}]
    return {
        "headline": "How safe are your bids?",
        "description": "Two questions.",
        "questions": [
            {"id": "q1", "text": "Do you ask about delay?", "type": "single_choice", "options": options},
            {"id": "q2", "text": "How sure are you?", "type": "scale", "scaleMin": 1, "scaleMax": 5},
        ],
        "scoring": {
            "method": "sum",
            "ranges": [
                {"min": 1, "max": 4, "label": "Start", "description": "Open to rivals."},
                {"min": 5, "max": 9, "label": "Safe", "description": "Hard to copy."},
            ],
        },
    }


def gpt() -> JsonObject:
    return {
        "name": "Quote coach",
        "description": "Turns notes into a quote.",
        "systemPrompt": "You write two-page quotes.",
        "welcomeMessage": "Paste your notes.",
        "suggestedPrompts": ["Here are my notes"],
    }


def polished_content() -> JsonObject:
    return {
        "version": 1,
        "polishedAt": "2026-02-04T10:00:00.000Z",
        "title": "The Two-Page Quote",
        "heroSummary": "Any partner can write this quote in an hour.",
        "sections": [
            {
                "id": "the-calls",
                "sectionName": "The calls",
                "introduction": "Two calls.",
                "blocks": [{"type": "paragraph", "content": "Ask what waiting costs."}],
                "keyTakeaway": "Ask first.",
            }
        ],
        "metadata": {"readingTimeMinutes": 1, "wordCount": 17},
    }


def posts_result() -> JsonObject:
    return {
        "variations": [
            {
                "hookType": hook,
                "post": f"A {hook} post",
                "whyThisAngle": "It is true.",
                "evaluation": {
                    "hookStrength": "strong",
                    "credibilityClear": True,
                    "problemResonance": "high",
                    "contentsSpecific": True,
                    "toneMatch": "aligned",
                    "aiClicheFree": True,
                },
            }
            for hook in ("specific result", "contrarian", "confession")
        ],
        "recommendation": "Take the first.",
        "dmTemplate": "Hi {first_name}, here it is: [LINK]",
        "ctaWord": "QUOTE",
    }


def emails_result() -> JsonObject:
    return {
        "emails": [
            {"day": day, "subject": f"Day {day}", "body": "Hi {{first_name}}", "replyTrigger": "What for?"}
            for day in range(5)
        ],
        "usedFallback": False,
    }
