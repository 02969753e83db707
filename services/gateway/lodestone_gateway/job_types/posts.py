"""Posts: three posts with different openings, and the message for those who comment."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from lodestone.errors import Conflict
from lodestone.jobs.content import ChosenConcept
from lodestone.jobs.posts import PostVariation
from lodestone.wire import MAX_ENTRIES, MAX_TEXT, JsonObject, Text, WireModel
from pydantic import Field, TypeAdapter

from lodestone_gateway.brand_kit import BrandKit, style_of
from lodestone_gateway.fields import Form
from lodestone_gateway.job_types.outline import format_and_contents
from lodestone_gateway.job_types.plain_saving import plainly_to_lead_magnet
from lodestone_gateway.job_types.product import (
    Columns,
    Edit,
    Look,
    Piece,
    Product,
    Stored,
    Texts,
    chosen,
    named,
)
from lodestone_gateway.job_types.saving import to_lead_magnet
from lodestone_gateway.store.tables import BackgroundJob

CALL_TO_ACTION = "LINK"  # the word that readers comment


class PostChanges(WireModel):
    """The posts, the one to publish, and what goes with it."""

    linkedin_post: Text | None = None
    post_variations: Annotated[list[PostVariation], Field(max_length=MAX_ENTRIES)] | None = None
    dm_template: Text | None = None
    cta_word: Text | None = None


def _to_publish(variations: Sequence[JsonObject]) -> str:
    """The post that `linkedin_post` is a copy of."""
    return str(variations[0]["post"])


def _of_result(result: JsonObject) -> Columns:
    return {
        "post_variations": result["variations"],
        "linkedin_post": _to_publish(result["variations"]),
        "dm_template": result["dmTemplate"],
        "cta_word": result["ctaWord"],
    }


def _whole(stored: Stored) -> JsonObject | None:
    row = stored.row
    if not row.post_variations:
        return None
    return {"variations": row.post_variations, "dmTemplate": row.dm_template, "ctaWord": row.cta_word}


def _asked(stored: Stored, kit: BrandKit, _ideation: BackgroundJob | None) -> JsonObject:
    concept = ChosenConcept.model_validate(stored.row.concept)
    format, contents = format_and_contents(stored.row)
    return {
        "leadMagnetTitle": stored.row.title,
        "contents": contents[:MAX_TEXT],
        "problemSolved": concept.pain_solved,
        "format": format,
        "credibility": "\n".join(kit.credibility_markers)[:MAX_TEXT],
        "audience": kit.business_description or "",
        "audienceStyle": style_of(kit),
        "proof": "\n".join(kit.results)[:MAX_TEXT],
        "ctaWord": CALL_TO_ACTION,
    }


def evaluation(marks: JsonObject) -> list[tuple[bool, str]]:
    """The six marks of a post: whether each is good, and in words."""
    hook, resonance, tone = marks["hookStrength"], marks["problemResonance"], marks["toneMatch"]
    tones = {"aligned": "Tone fits", "partial": "Tone partly fits", "off": "Tone is off"}
    return [
        (hook == "strong", f"{hook.capitalize()} hook"),
        (marks["credibilityClear"], "Credible" if marks["credibilityClear"] else "Could be more credible"),
        (resonance == "high", f"{resonance.capitalize()} resonance"),
        (marks["contentsSpecific"], "Specific" if marks["contentsSpecific"] else "Could be more specific"),
        (tone == "aligned", tones[tone]),
        (marks["aiClicheFree"], "No clichés" if marks["aiClicheFree"] else "Has clichés"),
    ]


def score(marks: JsonObject) -> int:
    """How good a post is, of nine."""
    hook = {"strong": 2, "medium": 1}.get(marks["hookStrength"], 0)
    resonance = {"high": 2, "medium": 1}.get(marks["problemResonance"], 0)
    others = sum(
        map(bool, (marks["credibilityClear"], marks["contentsSpecific"], marks["toneMatch"] == "aligned"))
    )
    return hook + resonance + others + (2 if marks["aiClicheFree"] else 0)


def _look(stored: Stored) -> Look:
    return Look(
        icon="posts",
        template="library/posts.html",
        is_there=bool(stored.row.post_variations),
        about="Three LinkedIn posts, each with its own hook.",
        blocked=stored.without_content,
    )


def _present_post(stored: Stored, form: Form) -> Texts:
    return named(chosen(stored.row.post_variations or [], form, "place"), ["post"])


def _changed_post(stored: Stored, form: Form) -> JsonObject:
    variations = [dict(each) for each in stored.row.post_variations or []]
    place = form.place("place", len(variations))
    if place is None:
        raise Conflict
    variations[place]["post"] = form.text("post")
    return {"postVariations": variations, "linkedinPost": _to_publish(variations)}


def _present_message(stored: Stored, _form: Form) -> Texts:
    return {"message": [stored.row.dm_template or ""], "ctaWord": [stored.row.cta_word or ""]}


def _changed_message(_stored: Stored, form: Form) -> JsonObject:
    word = {"ctaWord": form.text("ctaWord")} if "ctaWord" in form.fields else {}
    return {"dmTemplate": form.text("message"), **word}


_PIECE = Piece(
    name="posts",
    word="posts",
    look=_look,
    asked=_asked,
    edits={
        "posts": Edit({"post": "Text"}, _present_post, _changed_post),
        "message": Edit(
            {"message": "Message", "ctaWord": "Word to comment"}, _present_message, _changed_message
        ),
    },
    columns=("post_variations", "linkedin_post", "dm_template", "cta_word"),
    filled=("post_variations",),
    of_result=_of_result,
    whole=_whole,
    unkept={"recommendation": "Publish the first post first."},
    changes=PostChanges,
    shapes={"post_variations": TypeAdapter(list[PostVariation])},
    helpers={"evaluation": evaluation, "score": score},
    parts="post_variations",
    of_parts=lambda posts: {"post_variations": posts, "linkedin_post": _to_publish(posts)},
)
PRODUCT = Product(
    save=partial(to_lead_magnet, _PIECE),
    saved_plainly=partial(plainly_to_lead_magnet, _PIECE),
    piece=_PIECE,
)
