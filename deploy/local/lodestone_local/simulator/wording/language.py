"""The language that a reply is in: that of the owner's voice, else the one that they write in. Pure."""

import re

from lodestone.languages import Language, language_of

from lodestone_local.simulator.facts import Facts

_ASKED_BY_US = re.compile(r"^(?:Question|Format|Title): .*$", re.MULTILINE)  # their words may be ours
_CODES = {language.in_english: language for language in Language}


def language_of_reply(facts: Facts) -> Language:
    """The one that the voice names; without a voice that of the material."""
    return _CODES.get(facts.text_in("voice_language")) or language_of_material(facts.said)


def language_of_material(text: str) -> Language:
    """English unless the words of another language that we write prevail."""
    return language_of(_ASKED_BY_US.sub("", text)) or Language.ENGLISH
