"""Two versions side by side: every text is there, and the words that differ are marked."""

from hypothesis import given, settings
from hypothesis import strategies as st
from lodestone_gateway.web.library.compared import (
    MOST_WORDS,
    Pair,
    Paragraph,
    Span,
    paragraphs,
    side_by_side,
)
from support.samples import extracted_content, posts_result


def marked(spans: tuple[Span, ...]) -> list[str]:
    return [span.text.strip() for span in spans if span.is_marked and span.text.strip()]


def one(left: str, right: str) -> Pair:
    [pair] = side_by_side([Paragraph("Text", left)], [Paragraph("Text", right)])
    return pair


def test_the_words_that_only_one_side_has_are_marked() -> None:
    pair = one("Price the whole job, not the hour.", "Price the whole result, not each hour.")

    assert (marked(pair.left), marked(pair.right)) == (["job,", "the"], ["result,", "each"])
    assert pair.differs


def test_what_is_alike_is_beside_itself_and_unmarked() -> None:
    left = [Paragraph("Section name", "One"), Paragraph("Takeaway", "Gone."), Paragraph("Proof", "22%")]
    right = [Paragraph("Section name", "One"), Paragraph("Proof", "22%")]

    pairs = side_by_side(left, right)

    assert [pair.labels for pair in pairs if pair.differs] == [("Takeaway", "")]
    assert marked(pairs[1].left) == ["Gone."]
    assert pairs[1].right == ()


def test_a_long_text_is_marked_as_a_whole() -> None:
    long = "word " * MOST_WORDS

    pair = one(long, long + "more")

    assert pair.left == (Span(long, is_marked=True),)


def test_another_text_is_marked_as_a_whole() -> None:
    pair = one("We price the result.", "Nobody asks what the rework would cost.")

    assert (len(pair.left), len(pair.right)) == (1, 1)
    assert pair.differs


def test_every_text_is_listed_with_its_label_and_nothing_else() -> None:
    content = {"extracted_content": extracted_content()}
    posts = {"post_variations": posts_result()["variations"], "linkedin_post": "a copy of the first"}

    of_content = paragraphs(content, {"sectionName": "Section name"})
    of_posts = paragraphs(posts, {"post": "Text"}, "post_variations")

    assert Paragraph("Section name", extracted_content()["structure"][0]["sectionName"]) in of_content
    assert Paragraph("Key takeaway", extracted_content()["structure"][0]["keyTakeaway"]) in of_content
    assert [each.label for each in of_posts] == ["1. Text", "2. Text", "3. Text"]


TEXTS = st.lists(
    st.builds(Paragraph, st.sampled_from(["Text", "Subject"]), st.text("ab \n", min_size=1, max_size=20)),
    max_size=6,
)


@settings(max_examples=100)
@given(left=TEXTS, right=TEXTS)
def test_each_side_says_all_of_its_own_words_in_order(left: list[Paragraph], right: list[Paragraph]) -> None:
    pairs = side_by_side(left, right)

    for side, texts in (("left", left), ("right", right)):
        said = "".join(span.text for pair in pairs for span in getattr(pair, side))
        assert said == "".join(each.text for each in texts)
