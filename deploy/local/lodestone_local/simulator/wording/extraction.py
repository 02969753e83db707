"""The plan of a lead magnet's content, its sections, and the fields beside them."""

import re

from lodestone_local.simulator.place import Place
from lodestone_local.simulator.wording.banks import parts
from lodestone_local.simulator.wording.cutting import shortened
from lodestone_local.simulator.wording.phrases import NOTHING, Phrases

PREFIXES = (
    "/structure",
    "/format",
    "/nonObviousInsight",
    "/personalExperience",
    "/proof",
    "/commonMistakes",
    "/differentiation",
)

_OUTLINE_LINE = re.compile(r"^- ([a-z0-9-]+): ", re.MULTILINE)
_HEADLINE_WORDS = range(5, 11)
_ITEMS = 3


def plan(phrases: Phrases) -> list[tuple[str, str]]:
    """Name of each section, and what it covers."""
    names, covers = phrases.table("extraction", "names"), phrases.table("extraction", "covers")
    return [(names[part], covers[part]) for part in _parts(phrases)]


def text(phrases: Phrases, place: Place) -> str | None:
    """The text of a property of a section, of an item in it, or beside the sections."""
    match place.name:
        case "headline" | "summary" | "detail":
            return _item(phrases, place)[place.name]
        case "introduction" | "keyTakeaway":
            return _of_section(phrases, place)
        case "commonMistakes":
            mistakes = phrases.all("extraction", "closing", place.name, place.path)
            return mistakes[place.number % len(mistakes)]
    more = {name: first_answer(phrases, ids) for name, ids in parts("closing").items()}
    more["experience"] = next(iter(phrases.facts.known("marker")), NOTHING)
    results = phrases.facts.known("result")
    more["more_proof"] = phrases.fact("result", place.path, 1) if len(results) > 1 else NOTHING
    return phrases.one("extraction", "closing", place.name, place.path, **more)


def _item(phrases: Phrases, place: Place) -> dict[str, str]:
    """In the owner's words, as far as the answers go."""
    part, number = _part(phrases, place.key), place.entry(1) % _ITEMS
    headline, summary, detail = phrases.table("extraction", "items")[part][number]
    said = _share(_answers_of(phrases)[part], number)
    own, more = [*said, NOTHING, NOTHING][:2]
    short = shortened(own, _HEADLINE_WORDS[-1])
    if len(short.split()) in _HEADLINE_WORDS:
        headline = phrases.grammar.form(short, "")
    if own not in (NOTHING, short):
        summary = phrases.fill("{own}.", place.path, own=phrases.grammar.form(own, ""))
    detail = phrases.fill(detail, place.path, more=phrases.grammar.form(more, ""))
    return {"headline": headline, "summary": summary, "detail": detail}


def _share(said: list[str], number: int) -> list[str]:
    """What one of the items gets of a part's answers: they stay in their order."""
    if len(said) <= _ITEMS:
        return said[number : number + 1]
    start, end = (len(said) * n // _ITEMS for n in (number, number + 1))
    return said[start:end]


def _of_section(phrases: Phrases, place: Place) -> str:
    """One after the other, so that neighbours differ."""
    texts = phrases.all("extraction", "section", place.name, place.path)
    start = (phrases.facts.number(place.name) + _position(phrases, place.key)) % len(texts)
    return phrases.another([*texts[start:], *texts[:start]])


def _parts(phrases: Phrases) -> list[str]:
    plans = parts("plan")
    return plans.get(phrases.facts.line("archetype") or "any", plans["any"])


def _part(phrases: Phrases, id: str) -> str:
    wanted = _parts(phrases)
    return wanted[_position(phrases, id) % len(wanted)]


def _position(phrases: Phrases, id: str) -> int:
    """The section's place in the outline."""
    ids = _OUTLINE_LINE.findall(phrases.facts.text_in("outline"))
    return ids.index(id) if id in ids else phrases.facts.number(id)


def _answers_of(phrases: Phrases) -> dict[str, list[str]]:
    """For each part the answers about it; a part with too few gets what no part has asked for."""
    wanted, known = _parts(phrases), phrases.facts.answers
    about = parts("answers")
    taken = {id for part in wanted for id in about[part]}.union(*parts("closing").values())
    said: dict[str, list[str]] = {
        part: [fact for id in about[part] for fact in known.get(id, ())] for part in wanted
    }
    rest = [fact for id, facts in known.items() if id not in taken for fact in facts]
    for own in said.values():
        while rest and len(own) < _ITEMS:
            own.append(rest.pop(0))
    return said


def first_answer(phrases: Phrases, ids: list[str]) -> str:
    """The first sentence of the first of these answers that is given; "" without one."""
    return next((str(facts[0]) for id in ids if (facts := phrases.facts.answers.get(id))), "")
