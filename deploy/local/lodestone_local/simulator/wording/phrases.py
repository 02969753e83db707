"""Sentences of the word banks, filled with the facts of one prompt.

    {pain}          a fact as it stands; {pain:inside} fits it into a sentence, {pain:said} quotes it
    {pain2}         the one after it
    {kind:the}      what this kind of lead magnet is called

A sentence whose slot has nothing to say is left out, unless it is all there is.
"""

import re
from typing import Any

from lodestone.languages import Language

from lodestone_local.simulator.facts import Facts
from lodestone_local.simulator.wording.banks import table
from lodestone_local.simulator.wording.cutting import shortened
from lodestone_local.simulator.wording.english import English
from lodestone_local.simulator.wording.german import German
from lodestone_local.simulator.wording.language import language_of_material, language_of_reply
from lodestone_local.simulator.wording.naming import pieces, things
from lodestone_local.simulator.wording.romance import Romance

NOTHING = "\0"
"""Stands where a slot has nothing to say; its sentence is left out."""

_SLOT = re.compile(r"^(pain|result|marker|question|thing|title|business|audience|piece)(\d?)$")
_EMPTY_SENTENCE = re.compile(r"(?:(?<=[.?!:”“»] )|(?<=\n)|^)[^.?!\0\n]*+\0[.?!]?\s?")
_TWICE_ENDED = re.compile(r"([?!…])(\s?[”“»]?)\.")
_IN_TITLE = 12  # words
# where else to look when there is nothing of a kind
_NEXT_BEST = {"result": ("marker",), "marker": ("result",)}
_NAMED = {"thing": things, "piece": pieces}


class Phrases:
    """The word banks in the language of the reply; an owner who writes another one is not quoted in it."""

    def __init__(self, facts: Facts) -> None:
        self.language = language_of_reply(facts)
        is_theirs = self.language == language_of_material(facts.said)
        self.facts = facts if is_theirs else facts.without_words()
        self.grammar = _grammar_of(self.language, facts)
        self.present = facts.text_in("present_text")

    def table(self, bank: str, group: str) -> dict[str, Any]:
        """A group of a word bank, unchanged."""
        return table(self.language, bank, group)

    def one(self, bank: str, group: str, key: str, salt: str, **more: str) -> str | None:
        """A text of a word bank: the only one under this key, or one of several; None when there is none."""
        found = self.table(bank, group).get(key)
        if not isinstance(found, list):
            return None if found is None else self.fill(found, salt, **more)
        start = self.facts.number(group, key, salt) % len(found)
        if not self.present:
            return self.fill(found[start], salt, **more)
        return self.another([self.fill(text, salt, **more) for text in (*found[start:], *found[:start])])

    def another(self, texts: list[str]) -> str:
        """The first that is not in the text that is to be written again; without one, the first."""
        return next((text for text in texts if text not in self.present), texts[0])

    def nth(self, bank: str, group: str, key: str, number: int, salt: str, **more: str) -> str:
        """One of several texts, by its number; after the last one they begin again."""
        found = self.table(bank, group)[key]
        return self.fill(found[number % len(found)], salt, **more)

    def all(self, bank: str, group: str, key: str, salt: str, **more: str) -> list[str]:
        """All texts under this key."""
        return [self.fill(text, salt, **more) for text in self.table(bank, group)[key]]

    def fill(self, template: str, salt: str, **more: str) -> str:
        """The template with its slots filled; the facts' own text is never read as a slot."""
        return tidy(template.format_map(_Slots(self, salt, more)))

    def fact(self, kind: str, salt: str, step: int = 0) -> str:
        """A fact of this kind, or the one `step` after it; a commonplace when nothing is known."""
        facts = self._facts(kind)
        if facts:
            return facts[(self.facts.number(kind, salt) + step) % len(facts)]
        return str(self.table("common", "commonplace")[kind])

    def short_fact(self, kind: str, salt: str) -> str:
        """The same one, as a title has room for it; the next that can be shortened, if this one cannot."""
        facts = self._facts(kind) or [str(self.table("common", "commonplace")[kind])]
        start = self.facts.number(kind, salt)
        shorts = (shortened(facts[(start + n) % len(facts)], _IN_TITLE) for n in range(len(facts)))
        usual = shortened(self.table("common", "commonplace")[kind], _IN_TITLE)
        return (next(filter(None, shorts), "") or usual).rstrip("? ").lstrip("¿")

    def kind_of(self, archetype: str, form: str) -> str:
        """What a lead magnet of this kind is called."""
        kinds = self.table("common", "kinds")
        return str(self.grammar.kind(kinds.get(archetype, kinds["any"]), form))

    def _facts(self, kind: str) -> list[str]:
        kinds = (kind, *_NEXT_BEST.get(kind, ()))
        found = next((self.facts.known(each) for each in kinds if self.facts.known(each)), [])
        named = _NAMED.get(kind)
        return named(found) if named else list(found)


def _grammar_of(language: Language, facts: Facts) -> Any:
    match language:
        case Language.ENGLISH:
            return English(facts.common_words)
        case Language.GERMAN:
            return German()
    return Romance(language)


def tidy(text: str) -> str:
    """Without empty sentences, and without a full stop behind a question."""
    kept = _EMPTY_SENTENCE.sub("", text)
    return _TWICE_ENDED.sub(r"\1\2", kept).strip(" ")


class _Word:
    """A fact in a template; its format is the form that the grammar gives it."""

    def __init__(self, phrases: Phrases, kind: str, salt: str, step: int) -> None:
        self._phrases, self._kind, self._salt, self._step = phrases, kind, salt, step

    def __format__(self, form: str) -> str:
        in_title = form.startswith("title")
        text = (
            self._phrases.short_fact(self._kind, self._salt)
            if in_title and self._kind != "title"
            else self._phrases.fact(self._kind, self._salt, self._step)
        )
        return str(self._phrases.grammar.form(text, form))


class _Given:
    def __init__(self, phrases: Phrases, text: str) -> None:
        self._phrases, self._text = phrases, text

    def __format__(self, form: str) -> str:
        empty = not self._text or NOTHING in self._text
        return NOTHING if empty else str(self._phrases.grammar.form(self._text, form)) if form else self._text


class _Kind:
    def __init__(self, phrases: Phrases, archetype: str) -> None:
        self._phrases, self._archetype = phrases, archetype

    def __format__(self, form: str) -> str:
        return self._phrases.kind_of(self._archetype, form)


class _Slots(dict[str, object]):
    def __init__(self, phrases: Phrases, salt: str, more: dict[str, str]) -> None:
        super().__init__({name: _Given(phrases, text) for name, text in more.items()})
        self._phrases = phrases
        self._salt = salt

    def __missing__(self, name: str) -> object:
        if name == "kind":
            return _Kind(self._phrases, self._phrases.facts.line("archetype") or "any")
        slot = _SLOT.match(name)
        if slot is None:
            raise KeyError(f"a word bank has the unknown slot {name}")
        return _Word(self._phrases, slot[1], self._salt, int(slot[2] or 1) - 1)
