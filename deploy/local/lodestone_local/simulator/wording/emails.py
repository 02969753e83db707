"""Five emails from the owner to a reader."""

from lodestone_local.simulator.place import Place
from lodestone_local.simulator.wording.naming import pieces
from lodestone_local.simulator.wording.phrases import Phrases

PREFIXES = ("/emails",)


def text(phrases: Phrases, place: Place) -> str | None:
    """The text of a property of an email."""
    day = _day(phrases, place)
    match place.name:
        case "subject":
            return phrases.all("emails", "emails", "subjects", place.path)[day]
        case "replyTrigger":
            return _reply(phrases, place, day)
        case "body":
            return _body(phrases, place, day)
    return None


def _body(phrases: Phrases, place: Place, day: int) -> str:
    bank = phrases.table("emails", "emails")
    more = {**_links(phrases, place, day), "sender": _sender(phrases), "reply": _reply(phrases, place, day)}
    more["problem"] = next(iter(phrases.facts.known("pain")), "")
    paragraphs = [bank["greeting"], *bank["days"][day].split("\n\n"), bank["signature"], bank["postscript"]]
    said = [phrases.fill(paragraph, place.path, **more) for paragraph in paragraphs]
    return "\n\n".join(paragraph for paragraph in said if paragraph)


def _links(phrases: Phrases, place: Place, day: int) -> dict[str, str]:
    """The day's own address, and the addresses to list."""
    facts, linked = phrases.facts, phrases.table("emails", "emails")["links"]
    others = [] if any(map(facts.addresses, linked)) else facts.urls
    unknown = "[LINK TO YOUR RESOURCE]" if day == 0 else ""
    listed = facts.addresses("content_links") or others
    free = [*pieces(facts.known("piece")), *phrases.all("emails", "emails", "free", place.path)][:3]
    listed = listed[:5] or [phrases.grammar.form(piece, "") for piece in free]
    return {
        "link": next(iter(facts.addresses(linked[day]) or others), unknown),
        "links": "\n".join(f"- {each}" for each in listed),
    }


def _sender(phrases: Phrases) -> str:
    unnamed: str = phrases.table("emails", "emails")["unnamed"]
    return phrases.facts.line("Sender name") or phrases.facts.line("Sender") or unnamed


def _reply(phrases: Phrases, place: Place, day: int) -> str:
    return phrases.all("emails", "emails", "reply", place.path)[day]


def _day(phrases: Phrases, place: Place) -> int:
    days = len(phrases.table("emails", "emails")["days"])
    return int(place.key) % days if place.key.isdecimal() else phrases.facts.number(place.path) % days
