"""The text for a property: by the place in the reply, which tells the job that it belongs to."""

from collections.abc import Callable

from lodestone.jobs.slugs import slug_of

from lodestone_local.simulator.place import Place
from lodestone_local.simulator.wording import (
    answers,
    emails,
    extraction,
    ideation,
    interactive,
    polish,
    posts,
)
from lodestone_local.simulator.wording.phrases import Phrases

_Writer = Callable[[Phrases, Place], str | None]

_WRITERS: tuple[tuple[tuple[str, ...], _Writer], ...] = tuple(
    (job.PREFIXES, job.text) for job in (ideation, answers, extraction, polish, posts, emails)
)


def text_for(phrases: Phrases, place: Place) -> str:
    """A text for this place; for a property that nobody knows, a sentence that fits anywhere."""
    if place.name == "id":
        return slug_of(place.key) or f"part-{place.number + 1}"
    if place.name == "number":
        return str(place.number + 1)
    write = next((write for prefixes, write in _WRITERS if place.path.startswith(prefixes)), interactive.text)
    return write(phrases, place) or phrases.one("common", "any", "sentences", place.path) or ""
