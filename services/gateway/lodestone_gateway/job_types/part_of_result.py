"""A job's result as columns of its lead magnet: what the projector writes, and what an owner brings back."""

from typing import Any

from lodestone.clock import parse_time
from lodestone.wire import JsonObject


def columns_of(job_type: str, result: JsonObject) -> dict[str, Any]:
    """Content, configuration, page or posts; nothing for one that belongs elsewhere or is gone."""
    part = _PARTS.get(job_type)
    return part(result) if part and result else {}


def _of_extraction(result: JsonObject) -> JsonObject:
    both = {
        "extracted_content": result.get("extractedContent"),
        "interactive_config": result.get("interactiveConfig"),
    }
    return {column: value for column, value in both.items() if value is not None}


def _of_polish(result: JsonObject) -> JsonObject:
    return {"polished_content": result["polishedContent"], "polished_at": parse_time(result["polishedAt"])}


def _of_posts(result: JsonObject) -> JsonObject:
    return {
        "post_variations": result["variations"],
        "linkedin_post": result["variations"][0]["post"],
        "dm_template": result["dmTemplate"],
        "cta_word": result["ctaWord"],
    }


_PARTS = {"extraction": _of_extraction, "polish": _of_polish, "posts": _of_posts}
