"""Posts, each with its hook, and the message to readers who asked."""

from lodestone_local.simulator.place import Place
from lodestone_local.simulator.wording.cutting import shortened
from lodestone_local.simulator.wording.naming import pieces
from lodestone_local.simulator.wording.phrases import Phrases

PREFIXES = ("/variations", "/recommendation", "/dmTemplate", "/ctaWord")

_FEWEST_BULLETS, _MOST_BULLETS = 5, 7
_HOOK_WORDS = 20
_OPENING = ("credibility", "problem", "solution")


def text(phrases: Phrases, place: Place) -> str | None:
    """The text of a property of a post, or beside the posts."""
    if place.name == "ctaWord":
        return _word(phrases)
    if place.name in ("post", "linkedinPost"):
        return _post(phrases, place)
    if place.name == "whyThisAngle":
        return phrases.nth("posts", "texts", place.name, _turn(phrases, place), place.path)
    said = phrases.one("posts", "texts", place.name, place.path)
    name = phrases.facts.text_in("voice_name")
    return f"{said}\n\n{name}" if said and name and place.name == "dmTemplate" else said


def _post(phrases: Phrases, place: Place) -> str:
    """The posts of one job speak of the same things in different words."""
    turn = _turn(phrases, place)
    known = place.key in phrases.table("posts", "hooks")
    proof = shortened(phrases.fact("result", place.path), _HOOK_WORDS) or phrases.fact("marker", place.path)
    hook = phrases.one("posts", "hooks", place.key if known else "other", place.path, proof=proof) or ""
    opening = [phrases.nth("posts", "post", part, turn, place.path) for part in _OPENING]
    promise = phrases.nth("posts", "post", "promise", turn, place.path)
    call = phrases.nth("posts", "post", "call", turn, place.path, cta=_word(phrases))
    return "\n\n".join((hook, *opening, _bullets(phrases, place), promise, call))


def _turn(phrases: Phrases, place: Place) -> int:
    hooks = list(phrases.table("posts", "hooks"))
    return hooks.index(place.key) if place.key in hooks else 0


def _bullets(phrases: Phrases, place: Place) -> str:
    """What is in it, in the owner's words; what any of them has, when that is too little."""
    own = pieces(phrases.facts.known("piece"))[:_MOST_BULLETS]
    usual = phrases.all("posts", "post", "bullets", place.path)
    listed = [*own, *usual[: max(0, _FEWEST_BULLETS - len(own))]]
    return "\n".join(f"→ {phrases.grammar.form(each, '')}" for each in listed)


def _word(phrases: Phrases) -> str:
    return phrases.facts.line("CTA word") or "LINK"
