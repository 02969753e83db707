"""The texts of a calculator, a self-test and an assistant; what the owner asks and enters comes first."""

import re
from dataclasses import dataclass

from lodestone.jobs.slugs import slug_of

from lodestone_local.simulator.place import Place
from lodestone_local.simulator.wording.banks import parts
from lodestone_local.simulator.wording.extraction import first_answer
from lodestone_local.simulator.wording.phrases import Phrases

_QUESTION_ID = re.compile(r"q(\d{1,3})$")
_SENTENCE = re.compile(r"[.:;?!]|\d|^(?:and|und)\b")


@dataclass(frozen=True)
class Input:
    """A figure that a reader enters."""

    id: str
    label: str
    unit: str
    low: int
    high: int
    step: int
    usual: int

    @property
    def term(self) -> str:
        """Its place in a formula."""
        return f"{self.id} / 100" if self.unit == "%" else self.id


def text(phrases: Phrases, place: Place) -> str | None:
    """The text of a property of a tool."""
    match place.name:
        case "text":
            return question(phrases, place.key)
        case "recommendations":
            return _step(phrases, place)
        case "min" | "max" | "scaleLabels":
            return phrases.nth("interactive", "scale", "labels", int(place.name == "max"), place.path)
        case "description":
            is_calculator = phrases.facts.line("archetype") == "single-calculator"
            return phrases.nth("interactive", "texts", place.name, 0 if is_calculator else 1, place.path)
        case "suggestedPrompts":
            return phrases.nth("interactive", "texts", place.name, place.number, place.path)
    logic = first_answer(phrases, parts("closing")["logic"]) or phrases.fact("pain", place.path)
    return phrases.one("interactive", "texts", place.name, place.path, logic=logic)


def question(phrases: Phrases, id: str) -> str:
    """The question of a self-test with this id, as the owner asks it."""
    own = [each for each in phrases.facts.answers.get("questions", []) if each.endswith("?")]
    asked = [*own, *phrases.table("interactive", "texts")["text"]]
    found = _QUESTION_ID.match(id)
    return str(asked[((int(found[1]) if found else 1) - 1) % len(asked)])


def is_ours(phrases: Phrases, id: str) -> bool:
    """Whether the word bank asks the question with this id, and not the owner."""
    return question(phrases, id) in phrases.table("interactive", "texts")["text"]


def options(phrases: Phrases, id: str) -> list[str]:
    """Four answers that fit the question with this id, from the worst to the best."""
    asked = question(phrases, id)
    often = asked.startswith(phrases.table("interactive", "asked")["how_often"])
    kind = "how_often" if often else "options" if is_ours(phrases, id) else "knowing"
    return phrases.all("interactive", "assessment", kind, id)


def levels(phrases: Phrases) -> list[tuple[str, str]]:
    """Name and meaning of each level of a score, from the lowest."""
    own = _named(phrases, "ranges")
    bank = phrases.table("interactive", "assessment")
    own = [(name, f"{meaning}.") for name, meaning in own]
    return own if 3 <= len(own) <= 5 else list(zip(bank["levels"], bank["meaning"], strict=True))


def inputs(phrases: Phrases, most: int) -> list[Input]:
    """What a calculator asks for."""
    percent = phrases.table("interactive", "asked")["percent"]
    said = first_answer(phrases, ["inputs"]).split(", ")
    named = [
        each for each in said if len(each.split()) <= 12 and slug_of(each) and not _SENTENCE.search(each)
    ]
    own = [_own_input(phrases, each, percent) for each in named]
    if 2 <= len(own) <= min(most, 6) and len({each.id for each in own}) == len(own) == len(said):
        return own
    bank = list(phrases.table("interactive", "input").items())
    return [Input(id, spec["label"], spec["unit"], *spec["figures"]) for id, spec in bank[:most]]


def _own_input(phrases: Phrases, said: str, percent: list[str]) -> Input:
    is_share = any(word in said for word in percent)
    label = re.sub(rf"(?: in)?\s?(?:{'|'.join(percent)})$", "", said)
    first, *rest = slug_of(label).split("-")[:5]
    id = "in_" * (not first[:1].isalpha()) + first + "".join(word.capitalize() for word in rest)
    figures = (0, 100, 1, 10) if is_share else (0, 100_000, 1, 100)
    return Input(id, phrases.grammar.form(label, ""), "%" if is_share else "", *figures)


def _step(phrases: Phrases, place: Place) -> str:
    """Of the level around it: the owner's own, then those that fit anybody."""
    level = place.entry(0)
    own = _named(phrases, "actions")
    bank = phrases.table("interactive", "assessment")["steps"]
    steps = [*([f"{own[level][1]}."] if level < len(own) else []), *bank[level % len(bank)]]
    return str(steps[place.number % len(steps)])


def _named(phrases: Phrases, id: str) -> list[tuple[str, str]]:
    """The answers of the form "name: meaning"."""
    split = [fact.partition(": ") for fact in phrases.facts.answers.get(id, [])]
    named = [(name, said) for name, _, said in split if said and len(name.split()) <= 4]
    return [(name, phrases.grammar.form(said, "")) for name, said in named]
