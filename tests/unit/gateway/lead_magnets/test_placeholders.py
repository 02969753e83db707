"""Which placeholders of a text its writer must still replace, and what only looks like one."""

import pytest
from lodestone_gateway.lead_magnets.placeholders import placeholders


@pytest.mark.parametrize(
    "written",
    [
        "[LINK]",
        "[LINK TO YOUR RESOURCE]",
        "[A B 2]",
        "[FACEBOOK GROUP]",
        "[ССЫЛКА]",
        "[Link]",
        "[link]",
        "[Your link]",
        "[insert link here]",
        "[First Name]",
        "[company name]",
        "[YOUR_LINK]",
        "[your-website]",
        "[TODO: add the price]",
        "{{link}}",
        "{{ Link }}",
        "{{last_name}}",
        "{name}",
        "{first_name}",
        "{YOUR LINK}",
        "<your link>",
        "<LINK>",
        "<name>",
        "%LINK%",
        "%FIRST_NAME%",
        "%name%",
        "%DATE%",
        "__NAME__",
        "*|FNAME|*",
        "«Link»",
        "【LINK】",
        "(insert your link)",
    ],
)
def test_every_usual_spelling_is_found(written: str) -> None:
    assert placeholders(f"Here it is: {written}. Bye") == [written]
    assert placeholders(written) == [written]


@pytest.mark.parametrize(
    "text",
    [
        "as shown [1] and [2, 3]",
        "they said [sic]",
        "the owner [of the firm] said",
        "[the company] grew",
        "[…] and [...] and []",
        "- [ ] one\n- [x] two",
        "[Read more](https://example.org/a)",
        "[LINK](https://example.org/a)",
        "Hi {{first_name}}, Hi {{ first_name }}",
        "50% of clients and 20% of links",
        "https://example.org/caf%C3%A9%20b%ADD%20",
        "<https://example.org/link> or <info@example.org>",
        "<b>bold</b> and <br> and <p>",
        "a < b and link > name",
        '{"color": "red"} and {color: red} and {x}',
        "(see the link) and (your copy)",
        "**important** and __important__ and __init__",
        "I'd [really] like that",
    ],
)
def test_ordinary_text_is_none(text: str) -> None:
    assert placeholders(text) == []


def test_each_is_told_once_in_the_order_of_the_text() -> None:
    assert placeholders("{name}: [LINK], %CODE%, [LINK]") == ["{name}", "[LINK]", "%CODE%"]


def test_an_address_may_have_a_place_to_fill() -> None:
    assert placeholders("https://example.org/%LINK%/[YOUR ID]") == ["%LINK%", "[YOUR ID]"]
