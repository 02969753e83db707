"""A part that is made again with the wish for a shorter text has fewer words than the present one."""

import json
from pathlib import Path
from typing import Any

import pytest
from anthropic import transform_schema
from jsonschema import Draft202012Validator
from lodestone.jobs.posts import PostVariation
from lodestone_local.simulator.replies import write_reply
from lodestone_local.simulator.request import Prompt
from lodestone_local.simulator.wording.briefer import briefer, count_words, wants_shorter
from pydantic import create_model

ASKED = (Path(__file__).parents[2] / "content/posts/snapshots/again.txt").read_text("utf-8")
AT_FIRST, WISH = "A contrarian post", "<wish>\nshorter\n</wish>"
Variations = create_model("Variations", variations=(list[PostVariation], ...))
SCHEMA = transform_schema(Variations)


def made(present: str, wish: str, schema: dict[str, Any] = SCHEMA) -> Any:
    assert AT_FIRST in ASKED
    assert WISH in ASKED
    user = ASKED.replace(AT_FIRST, present).replace(WISH, f"<wish>\n{wish}\n</wish>")
    return write_reply(schema, Prompt("Write well.", user, ()))


def post_of(reply: Any) -> str:
    [variation] = reply["variations"]
    return str(variation["post"])


@pytest.mark.parametrize(
    "wish",
    [
        "shorter",
        "Make it SHORTER, please.",
        "Etwas kürzer bitte",
        "plus court",
        "una versión más corta",
        "mais curto",
    ],
)
def test_a_post_that_is_to_be_shorter_is_shorter_than_the_present_one(wish: str) -> None:
    present = post_of(made(AT_FIRST, "warmer"))

    shorter = made(present, wish)

    Draft202012Validator(SCHEMA).validate(shorter)
    assert count_words(post_of(shorter)) < count_words(present) * 0.9
    assert "Comment QUOTE" in post_of(shorter)
    assert post_of(made(post_of(shorter), wish)) != post_of(shorter), "it depends on what is there"


@pytest.mark.parametrize(
    "wish", ["more concrete", "less salesy", "name the shortest way", "a short story", ""]
)
def test_another_wish_is_not_taken_for_it(wish: str) -> None:
    assert not wants_shorter(wish)


def test_limits_of_a_schema_are_kept_although_it_is_to_be_shorter() -> None:
    text = {"type": "string", "minLength": 200, "maxLength": 220}
    schema = {"type": "object", "properties": {"text": text}, "required": ["text"]}

    Draft202012Validator(schema).validate(made("Three short words", "shorter", schema))


@pytest.mark.parametrize(
    "present", ["[" * 100_000, json.dumps({"type": "quote", "content": "Yes"}), "A. " * 30_000]
)
def test_any_present_text_gets_a_reply(present: str) -> None:
    Draft202012Validator(SCHEMA).validate(made(present, "shorter"))


def test_what_readers_need_stays_when_sentences_go() -> None:
    text = (
        "Hi {{first_name}},\n\nThis goes first, for it is long. Which one is yours?\n\n"
        "- a list\n- of two\n\nIt is at https://example.com/a.\n\nSay GUIDE below.\n\n"
        "“A quotation.” This is long.\n\nThe end."
    )

    assert briefer(text, 0.1, "GUIDE") == (
        "Hi {{first_name}},\n\nWhich one is yours?\n\n- a list\n- of two\n\n"
        "It is at https://example.com/a.\n\nSay GUIDE below.\n\nThe end."
    )
    assert briefer("One two three. Four five six seven.", 0.7, "-") == "One two three."
    assert briefer("One two three four, and five six.", 0.4, "-") == "One two three four, and five six."
    assert briefer("One two three four, and five six.", 0.2, "-") == "One two three."
