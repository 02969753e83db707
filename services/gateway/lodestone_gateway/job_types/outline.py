"""What job types take from a lead magnet's content: an outline, or a refusal while there is none."""

from collections.abc import Iterable

from lodestone.errors import InvalidRequest
from lodestone.jobs.content import ChosenConcept, ExtractedContent
from lodestone.wire import JsonObject

from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow

MISSING = {
    "concept": "This lead magnet has no concept yet; choose one first.",
    "extractedContent": "This lead magnet has no content yet; run an extraction first.",
}


def refuse_without(missing: Iterable[str]) -> None:
    """Raises InvalidRequest with what to do when something is missing."""
    errors = [{"field": name, "message": MISSING[name]} for name in missing]
    if errors:
        raise InvalidRequest(errors=errors)


def format_and_contents(lead_magnet: LeadMagnetRow) -> tuple[str, str]:
    """How it is delivered, and an outline of it: of the content, or of the concept while there is none."""
    concept = ChosenConcept.model_validate(lead_magnet.concept) if lead_magnet.concept else None
    delivery = concept.delivery_format if concept else ""
    if lead_magnet.extracted_content:
        content = ExtractedContent.model_validate(lead_magnet.extracted_content)
        return content.format or delivery, _outline(content)
    if lead_magnet.interactive_config:
        return delivery, _introduction(lead_magnet.interactive_config)
    return delivery, (concept.contents or concept.pain_solved) if concept else ""


def _outline(content: ExtractedContent) -> str:
    return "\n".join(
        f"{section.section_name}: {'; '.join(item.headline for item in section.contents)}"
        for section in content.structure
    )


def _introduction(config: JsonObject) -> str:
    """A calculator and an assessment have a headline, a chat has a name."""
    return "\n".join(str(config[key]) for key in ("headline", "name", "description") if config.get(key))
