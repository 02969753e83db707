"""Slugs: ids of sections that work in an address."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import chain, count

MAX_SLUG = 60  # characters before a number that makes it unique
LOOKED_AT = (
    1_000  # characters of a name: sorting the accents of a longer one takes the square of their number
)

_WORD = re.compile(r"[a-z0-9]+")


def slug_of(text: str) -> str:
    """Lower-case letters and digits joined by dashes; empty if the text has none."""
    plain = unicodedata.normalize("NFKD", text[:LOOKED_AT]).encode("ascii", "ignore").decode().lower()
    return "-".join(_WORD.findall(plain))[:MAX_SLUG].strip("-")


def slug_among(slugs: Collection[str], id: str, name: str) -> str | None:
    """The slug that an id means, exactly or nearly, or else a name; None when neither means any."""
    return next((slug for slug in (id, slug_of(id), slug_of(name)) if slug in slugs), None)


def unique_slugs(names: Iterable[str]) -> list[str]:
    """A slug for each name in order; all are different, and none is empty."""
    slugs: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        wanted = slug_of(name) or f"section-{place}"
        candidates = chain([wanted], (f"{wanted}-{number}" for number in count(2)))
        slugs[next(slug for slug in candidates if slug not in slugs)] = None
    return list(slugs)
