"""The texts of ten concepts, and of the advice on them."""

from lodestone_local.simulator.place import Place
from lodestone_local.simulator.wording.phrases import Phrases

PREFIXES = ("/concepts", "/recommendations", "/suggestedBundle")


def text(phrases: Phrases, place: Place) -> str | None:
    """The text of a property of a concept or of the advice; one concept speaks of one fact throughout."""
    if place.name == "groundedIn":
        return phrases.facts.quote(place.path)
    if place.name == "reason":
        return _reason(phrases, place)
    if place.name == "bundlePotential":
        start = phrases.facts.number(place.key)
        return phrases.nth("ideation", "texts", place.name, start + place.number, place.path)
    salt = f"concept/{place.key}"
    own = phrases.one("ideation", place.key, place.name, salt)
    return own or phrases.one("ideation", "texts", place.name, salt)


def _reason(phrases: Phrases, place: Place) -> str | None:
    picks = list(phrases.table("ideation", "picks"))
    pick = next((each for each in picks if each in place.path), picks[0])
    number = int(place.key) if place.key.isdecimal() else 0
    concept = phrases.facts.numbered(number) or phrases.fact("title", place.path)
    solves = phrases.facts.below_numbered(number, "Solves") or phrases.fact("pain", place.path)
    return phrases.one("ideation", "picks", pick, place.path, concept=concept, solves=solves)
