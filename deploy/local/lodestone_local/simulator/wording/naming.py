"""What an owner's texts name: things to use, and the pieces that something is made of. Pure."""

import re
from collections.abc import Sequence

from lodestone_local.simulator.wording.banks import words
from lodestone_local.simulator.wording.cutting import plain

_LISTED = re.compile(r"[;\n·•]")
_IN_A_ROW = re.compile(r",\s+(?:and |und )?|\s(?:and|und)\s")
_REST = re.compile(r"[:;,(–—]|\s-\s")
_ARTICLE = re.compile(rf"^(?:{'|'.join(sorted(words('naming', 'articles')))}) ", re.IGNORECASE)
_CLAUSE = words("naming", "clause")


def things(facts: Sequence[str]) -> list[str]:
    """The things that the texts name, without what they say about them; a sentence names none."""
    names = [_ARTICLE.sub("", _REST.split(fact)[0].strip()) for fact in facts]
    return [name for name in names if 2 <= len(name.split()) <= 7 and not _CLAUSE & {*name.lower().split()}]


def pieces(facts: Sequence[str]) -> list[str]:
    """Each piece of a list in sentences, lines or one row, without a full stop."""
    found = [piece for fact in facts for piece in _LISTED.split(fact)]
    if len(found) == 1:
        found = _IN_A_ROW.split(found[0])
    return [piece for piece in map(plain, found) if 2 <= len(piece.split()) <= 14 and not piece.endswith("?")]
