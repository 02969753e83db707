"""Which language an owner writes in, told by its commonest words. Pure."""

import re
from typing import Literal

from lodestone_local.simulator.wording.banks import words

Language = Literal["en", "de"]

_GERMAN, _ENGLISH = words("language", "de"), words("language", "en")
_WORD = re.compile(r"[a-zäöüß]+")
_ASKED_BY_US = re.compile(r"^(?:Question|Format|Title): .*$", re.MULTILINE)  # their words may be ours


def language_of(text: str) -> Language:
    """English unless German words prevail."""
    words = _WORD.findall(_ASKED_BY_US.sub("", text).lower())
    german, english = (sum(word in known for word in words) for known in (_GERMAN, _ENGLISH))
    return "de" if german > english else "en"
