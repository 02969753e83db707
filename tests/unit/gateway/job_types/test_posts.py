"""Posts: the first variation is the one to publish, no matter who wrote it."""

import pytest
from lodestone.errors import Conflict
from lodestone.jobs.posts import POSTS
from lodestone_gateway.brand_kit import BrandKit
from lodestone_gateway.job_types.posts import evaluation, score
from lodestone_gateway.job_types.table import PIECES
from support.samples import example_input, extracted_content, posts_result
from support.stored import form, stored

PIECE = PIECES["posts"]
VARIATIONS = posts_result()["variations"]
BEST = VARIATIONS[0]["evaluation"]
WORST = {
    "hookStrength": "weak",
    "credibilityClear": False,
    "problemResonance": "low",
    "contentsSpecific": False,
    "toneMatch": "off",
    "aiClicheFree": False,
}


def test_a_result_is_written_with_the_post_to_publish() -> None:
    columns = PIECE.of_result(posts_result())

    assert columns["linkedin_post"] == VARIATIONS[0]["post"]
    assert set(columns) == set(PIECE.columns)


@pytest.mark.parametrize(("place", "published"), [(0, "Mine."), (1, VARIATIONS[0]["post"])])
def test_an_edit_of_the_first_post_is_published(place: int, published: str) -> None:
    magnet = stored(post_variations=VARIATIONS)
    changed = PIECE.edits["posts"].changed(magnet, form(place=str(place), post="Mine."))

    assert changed["postVariations"][place]["post"] == "Mine."
    assert changed["linkedinPost"] == published
    assert magnet.row.post_variations == posts_result()["variations"], "the stored posts are unchanged"


def test_a_post_that_is_gone_is_a_conflict() -> None:
    with pytest.raises(Conflict):
        PIECE.edits["posts"].changed(stored(), form(place="0", post="Mine."))


def test_the_message_has_its_own_form() -> None:
    edit = PIECE.edits["message"]

    assert edit.present(stored(dm_template="Here you are."), form()) == {
        "message": ["Here you are."],
        "ctaWord": [""],
    }
    assert edit.changed(stored(), form(message="Here it is.")) == {"dmTemplate": "Here it is."}
    both = {"dmTemplate": "Here it is.", "ctaWord": "FLOOR"}
    assert edit.changed(stored(), form(message="Here it is.", ctaWord="FLOOR")) == both


def test_what_is_asked_is_an_input_of_the_job_type() -> None:
    concept = example_input("extraction-single-system")["concept"]
    magnet = stored(concept=concept, extracted_content=extracted_content())
    asked = PIECE.asked(magnet, BrandKit(results=["22% more", "14 bids"]), None)

    POSTS.input.model_validate(asked)
    assert asked["proof"] == "22% more\n14 bids"
    assert asked["contents"] == "The calls: Price the delay"


def test_the_score_of_a_post_goes_to_nine() -> None:
    assert score(BEST) == 9
    assert score(WORST) == 0
    assert score({**BEST, "hookStrength": "medium", "problemResonance": "medium"}) == 7


def test_every_mark_of_a_post_is_said_in_words() -> None:
    assert [good for good, _ in evaluation(BEST)] == [True] * 6
    assert evaluation(WORST) == [
        (False, "Weak hook"),
        (False, "Could be more credible"),
        (False, "Low resonance"),
        (False, "Could be more specific"),
        (False, "Tone is off"),
        (False, "Has clichés"),
    ]
