"""What the workspace asks for: a lead magnet, its answers and its owner's kit → the input of a job."""

from collections.abc import Mapping

from lodestone.jobs.content import ChosenConcept
from lodestone.jobs.extraction import EXTRACTION
from lodestone.jobs.job_type import JobType
from lodestone.jobs.lead_magnet import BusinessContext
from lodestone.jobs.posts import POSTS
from lodestone.wire import MAX_TEXT, JsonObject
from pydantic import ValidationError

from lodestone_gateway.brand_kit import BrandKit
from lodestone_gateway.job_types.emails_work import format_and_contents
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.store.tables import BackgroundJob

CALL_TO_ACTION = "LINK"  # the word that readers comment


def input_of(
    kind: JobType,
    lead_magnet: LeadMagnetRow,
    kit: BrandKit,
    answers: Mapping[str, str],
    ideation: BackgroundJob | None,
) -> JsonObject:
    """The input of a job of this type, not validated; most types need only the lead magnet's id."""
    if kind.name == EXTRACTION.name:
        return _extraction(lead_magnet, kit, answers, ideation)
    if kind.name == POSTS.name:
        return _posts(lead_magnet, kit)
    return {"leadMagnetId": str(lead_magnet.id)}


def _extraction(
    lead_magnet: LeadMagnetRow, kit: BrandKit, answers: Mapping[str, str], ideation: BackgroundJob | None
) -> JsonObject:
    sources = (ideation.input.get("sources") if ideation else None) or {}
    return {
        "archetype": lead_magnet.archetype,
        "concept": lead_magnet.concept,
        "answers": {id: answer for id, answer in answers.items() if answer.strip()},
        "transcriptInsights": sources.get("callTranscriptInsights"),
        "businessContext": _business(kit),
    }


def _business(kit: BrandKit) -> JsonObject | None:
    try:
        return BusinessContext.model_validate(kit.to_wire()).to_wire()
    except ValidationError:  # an empty kit
        return None


def _posts(lead_magnet: LeadMagnetRow, kit: BrandKit) -> JsonObject:
    concept = ChosenConcept.model_validate(lead_magnet.concept)
    format, contents = format_and_contents(lead_magnet)
    return {
        "leadMagnetTitle": lead_magnet.title,
        "contents": contents[:MAX_TEXT],
        "problemSolved": concept.pain_solved,
        "format": format,
        "credibility": "\n".join(kit.credibility_markers)[:MAX_TEXT],
        "audience": kit.business_description or "",
        "proof": "\n".join(kit.results)[:MAX_TEXT],
        "ctaWord": CALL_TO_ACTION,
    }
