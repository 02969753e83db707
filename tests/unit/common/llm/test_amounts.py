"""What the provider's headers say of its limits, also when they lie or are missing."""

import pytest
from lodestone.llm.amounts import Amount, told_limits, told_rest

NAMES = ("requests", "input-tokens", "output-tokens")


def headers(what: str, *texts: str) -> dict[str, str]:
    return {f"anthropic-ratelimit-{name}-{what}": text for name, text in zip(NAMES, texts, strict=False)}


def test_the_limits_and_the_rest_are_read() -> None:
    told = headers("limit", "50", "30000", "8000") | headers("remaining", "0", "29000", "8000")

    assert told_limits(told) == Amount(50, 30_000, 8_000)
    assert told_rest(told) == Amount(0, 29_000, 8_000)


@pytest.mark.parametrize(
    "texts",
    [
        *((), ("50", "30000"), ("50", "30000", ""), ("50", "30000", "many"), ("50", "30000", "-1")),
        *(("0", "1", "1"), ("50", "nan", "8000"), ("50", "inf", "8000"), ("50", "1e300", "8000")),
        ("50", "1e12", "8000"),
    ],
)
def test_headers_that_are_missing_or_make_no_sense_say_nothing(texts: tuple[str, ...]) -> None:
    assert told_limits(headers("limit", *texts)) is None
    assert told_rest(headers("remaining", *texts)) is None or texts[:1] == ("0",), "nothing may be left"


def test_the_scarcest_of_three_decides() -> None:
    limits = Amount(10, 100, 1_000)

    for scarce in (Amount(5, 1, 1), Amount(1, 50, 1), Amount(1, 1, 500)):
        assert scarce.most_of(limits) == 0.5
    for owed in (Amount(-1, 1, 1), Amount(1, -1, 1), Amount(1, 1, -1)):
        assert owed.is_owed
    assert not Amount().is_owed
