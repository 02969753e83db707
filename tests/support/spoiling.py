"""Good results made worse in one respect, for each rule of an evaluation."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from support.samples import calculator

Body = dict[str, Any]
Spoil = Callable[[Body], None]


def spoiled(body: Mapping[str, Any], spoil: Spoil) -> Body:
    """A copy of the body, spoiled."""
    worse = copy.deepcopy(dict(body))
    spoil(worse)
    return worse


def _change(path: tuple[str | int, ...], to: Callable[[Any], Any]) -> Spoil:
    """Replaces the value at the path with what `to` makes of it."""

    def spoil(body: Body) -> None:
        inner: Any = body
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = to(inner[path[-1]])

    return spoil


def _put(*path: str | int, value: Any) -> Spoil:
    return _change(path, lambda _: value)


def _add_to(*path: str | int, text: str) -> Spoil:
    return _change(path, lambda present: present + text)


def _without_text(*path: str | int, text: str) -> Spoil:
    return _change(path, lambda present: present.replace(text, "it"))


def _one_item(body: Body) -> None:
    section = body["extractedContent"]["structure"][0]
    section["contents"] = section["contents"][:1]


def _another_kind(body: Body) -> None:
    body.update(extractedContent=None, interactiveConfig=calculator())


def _one_meaning(body: Body) -> None:
    config = body["interactiveConfig"]
    config["resultInterpretation"] = config["resultInterpretation"][:1]


def _every_mark(body: Body) -> None:
    for concept in body["concepts"]:
        concept["viralCheck"] = dict.fromkeys(concept["viralCheck"], True)


def _words_of_nobody(body: Body) -> None:
    for n, concept in enumerate(body["concepts"]):
        for name, value in concept.items():
            if isinstance(value, str) and name != "archetype":
                concept[name] = f"Lorem ipsum dolor {n}"


def _without(kind: str) -> Spoil:
    def spoil(body: Body) -> None:
        for section in body["polishedContent"]["sections"]:
            kept = [block for block in section["blocks"] if block["type"] != kind]
            section["blocks"] = kept or [{"type": "quote", "content": "Nothing."}]

    return spoil


_CONCEPT = ("concepts", 0)
_CONTENT = ("extractedContent",)
_SECTION = (*_CONTENT, "structure", 0)
_ITEM = (*_SECTION, "contents", 0)
_PAGE = ("polishedContent",)
_POST = ("variations", 0, "post")
_FOUR = "One. Two. Three. Four. Five."
_ENGLISH = "This is what you can do with it on the first day of the week. " * 20

SPOILS: dict[str, dict[str, Spoil]] = {
    "ideation": {
        "no_stock_phrases": _put(*_CONCEPT, "contents", value="It unlocks everything."),
        "no_invented_addresses": _put(*_CONCEPT, "contents", value="See https://example.com/x."),
        "texts_are_in_the_language_of_the_voice": _put(*_CONCEPT, "contents", value=_ENGLISH),
        "each_rests_on_a_fact": _words_of_nobody,
        "titles_are_short_and_concrete": _add_to(*_CONCEPT, "title", text=" Today!"),
        "titles_have_true_figures": _put(*_CONCEPT, "title", value="How 4711 Owners Did It"),
        "pains_are_told_in_a_moment": _put(*_CONCEPT, "painSolved", value="Pain."),
        "marks_are_honest": _every_mark,
        "a_competitor_is_adapted_and_not_copied": _put(
            *_CONCEPT, "title", value="Nine Proposal Pages That Close"
        ),
        "callers_are_heard": _words_of_nobody,
    },
    "answers": {
        "no_stock_phrases": _add_to("answers", 0, "answer", text=" It unlocks everything."),
        "no_invented_addresses": _add_to("answers", 0, "answer", text=" https://example.com/x"),
        "texts_are_in_the_language_of_the_voice": _put("answers", 0, "answer", value=_ENGLISH),
        "every_open_question_has_one": _put("answers", 0, "id", value="results"),
        "answers_are_long_enough_to_correct": _put("answers", 0, "answer", value="Yes."),
        "gaps_are_named_beside_the_text": _add_to("answers", 0, "answer", text=" I had [number] clients."),
        "figures_are_the_owners": _add_to("answers", 0, "answer", text=" 4711 firms did it."),
    },
    "extraction": {
        "no_stock_phrases": _put(*_CONTENT, "proof", value="A seamless journey."),
        "no_invented_addresses": _put(*_CONTENT, "proof", value="https://example.com/x"),
        "texts_are_in_the_language_of_the_voice": _put(*_SECTION, "introduction", value=_ENGLISH),
        "sections_are_introduced": _put(*_SECTION, "introduction", value=_FOUR),
        "sections_hold_two_to_six_items": _one_item,
        "headlines_say_the_point": _put(*_ITEM, "headline", value="Questions"),
        "summaries_stand_alone": _put(*_ITEM, "summary", value=_FOUR),
        "details_tell_the_how": _put(*_ITEM, "detail", value="Just do it."),
        "takeaways_are_one_sentence": _put(*_SECTION, "keyTakeaway", value=_FOUR),
        "three_to_five_mistakes": _put(*_CONTENT, "commonMistakes", value=[]),
        "figures_are_the_owners": _put(*_CONTENT, "proof", value="4711 firms did it."),
        "the_result_fits_the_archetype": _another_kind,
        "tools_ask_enough_and_not_too_much": _one_meaning,
    },
    "polish": {
        "no_stock_phrases": _put(*_PAGE, "heroSummary", value="A robust landscape."),
        "no_invented_addresses": _put(*_PAGE, "heroSummary", value="https://example.com/x"),
        "texts_are_in_the_language_of_the_voice": _put(*_PAGE, "sections", 0, "introduction", value=_ENGLISH),
        "the_summary_is_short": _put(*_PAGE, "heroSummary", value=_FOUR),
        "introductions_are_one_sentence": _put(*_PAGE, "sections", 0, "introduction", value=_FOUR),
        "paragraphs_are_short": _put(
            *_PAGE, "sections", 0, "blocks", 0, value={"type": "paragraph", "content": _FOUR}
        ),
        "figures_are_shown": _without("stat-card"),
        "things_are_numbered": _without("numbered-item"),
        "videos_are_embedded": _without("embed"),
        "no_images": _put(*_PAGE, "sections", 0, "blocks", 0, value={"type": "image", "src": "x.png"}),
        "figures_are_the_owners": _put(*_PAGE, "heroSummary", value="4711 firms did it."),
    },
    "posts": {
        "no_stock_phrases": _add_to(*_POST, text=" Here’s the thing."),
        "no_invented_addresses": _add_to(*_POST, text=" https://example.com/x"),
        "texts_are_in_the_language_of_the_voice": _put(*_POST, value=_ENGLISH),
        "the_message_is_signed": _put("dmTemplate", value="{first_name} [LINK]"),
        "hooks_are_known": _put("variations", 0, "hookType", value="shock"),
        "hooks_are_short": _put(*_POST, value="One\nTwo\nThree"),
        "contents_are_listed": _without_text(*_POST, text="→ "),
        "readers_are_told_the_word": _without_text(*_POST, text="QUOTE"),
        "no_shouting": _add_to(*_POST, text="!!"),
        "figures_are_the_owners": _add_to(*_POST, text=" 4711 firms did it."),
    },
    "emails": {
        "no_stock_phrases": _add_to("emails", 0, "body", text=" Elevate it."),
        "no_invented_addresses": _add_to("emails", 0, "body", text=" https://example.com/x"),
        "texts_are_in_the_language_of_the_voice": _put("emails", 0, "body", value=_ENGLISH),
        "emails_end_with_the_signature": _without_text("emails", 0, "body", text="Mara Lind\n\nP.S."),
        "the_model_wrote_them": _put("usedFallback", value=True),
        "subjects_are_short": _put("emails", 0, "subject", value="One two three four five six"),
        "readers_are_greeted": _without_text("emails", 0, "body", text="{{first_name}}"),
        "the_sender_is_there": _without_text("emails", 0, "body", text="Mara"),
        "each_asks_one_question": _put("emails", 0, "replyTrigger", value="Nobody asks this?"),
        "the_resource_is_delivered": _without_text("emails", 0, "body", text="two-page-quote"),
        "the_video_is_shown": _without_text("emails", 1, "body", text="loom.com"),
        "the_links_are_listed": _without_text("emails", 2, "body", text="https://"),
        "no_hype": _add_to("emails", 0, "body", text=" Amazing."),
        "figures_are_the_owners": _add_to("emails", 0, "body", text=" 4711 firms did it."),
    },
}
"""For each job type and rule, a change that makes a good result break it."""
