"""The text for a property: by its name, and by the item that it belongs to."""

from collections.abc import Callable

from lodestone_local.simulator.phrases import Phrases, table
from lodestone_local.simulator.shapes import slug


def text_for(phrases: Phrases, name: str, key: str, salt: str, n: int) -> str:
    """A text for the property `name` of the item `key`; `n` is its number in a list or object."""
    if special := _SPECIAL.get(name):
        return special(phrases, key, salt)
    if name == "id":
        return slug(key) or f"part-{n}"
    if name == "number":
        return str(n)
    by_archetype = phrases.one("archetypes", key, name, f"concept/{key}/{name}")
    return phrases.named(name, salt, n) if by_archetype is None else by_archetype


def _grounds(phrases: Phrases, key: str, salt: str) -> str:
    return phrases.facts.quote(salt)


def _reason(phrases: Phrases, key: str, salt: str) -> str:
    concept = phrases.facts.numbered(int(key)) if key.isdecimal() else None
    if concept is None:
        return phrases.named("reason", salt)
    return phrases.one("phrases", "texts", "picked", salt, concept=concept) or ""


def _cta_word(phrases: Phrases, key: str, salt: str) -> str:
    return phrases.facts.line("CTA word") or "LINK"


def _sender(phrases: Phrases) -> str:
    return phrases.facts.line("Sender name") or phrases.facts.line("Sender") or "the author"


def _post(phrases: Phrases, key: str, salt: str) -> str:
    cta = _cta_word(phrases, key, salt)
    hook = phrases.one("posts", "hooks", key, salt) or phrases.one("posts", "post", "other_hook", salt)
    parts = phrases.group("posts", "post", "bullets", salt)
    bullets = "\n".join(f"→ {part}" for part in parts[: 5 + phrases.facts.number("bullets", salt) % 3])
    rest = [phrases.one("posts", "post", part, salt, cta=cta) for part in ("promise", "call")]
    return "\n\n".join(
        str(part) for part in (hook, phrases.one("posts", "post", "middle", salt), bullets, *rest)
    )


def _day(phrases: Phrases, key: str, salt: str) -> int:
    days = len(table("posts", "emails")["days"])
    return int(key) % days if key.isdecimal() else phrases.facts.number(salt) % days


def _subject(phrases: Phrases, key: str, salt: str) -> str:
    subjects = phrases.group("posts", "emails", "subjects", salt)
    return subjects[_day(phrases, key, salt)]


def _reply_trigger(phrases: Phrases, key: str, salt: str) -> str:
    return phrases.named("replyTrigger", f"reply/{key}")


def _body(phrases: Phrases, key: str, salt: str) -> str:
    day, links_of = _day(phrases, key, salt), phrases.facts.addresses
    linked = table("posts", "emails")["links"]
    others = [] if any(map(links_of, linked)) else phrases.facts.urls
    more = {
        "sender": _sender(phrases),
        "link": next(iter(links_of(linked[day]) or others), "[LINK TO YOUR RESOURCE]" if day == 0 else ""),
        "links": "\n".join(f"- {url}" for url in (links_of("content_links") or others)[:5]),
        "reply": _reply_trigger(phrases, key, salt),
    }
    text = phrases.group("posts", "emails", "days", salt, **more)[day]
    ends = [phrases.one("posts", "emails", part, salt, **more) for part in ("signature", "postscript")]
    said = "\n\n".join(part.strip() for part in text.split("\n\n") if part.strip())
    return f"Hi {{{{first_name}}}},\n\n{said}\n\n{ends[0]}\n\n{ends[1]}"


_SPECIAL: dict[str, Callable[[Phrases, str, str], str]] = {
    "groundedIn": _grounds,
    "reason": _reason,
    "ctaWord": _cta_word,
    "post": _post,
    "linkedinPost": _post,
    "subject": _subject,
    "body": _body,
    "replyTrigger": _reply_trigger,
}
