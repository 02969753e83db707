"""What a page cannot show is left out by piece, and named."""

from typing import Any

import pytest
from lodestone_gateway.lead_magnets.readable import pass_over_unreadable
from support.samples import emails_result, extracted_content, polished_content, posts_result
from support.stored import stored

FITS: dict[str, Any] = {
    "extracted_content": extracted_content(),
    "polished_content": polished_content(),
    "post_variations": posts_result()["variations"],
}


def test_what_fits_is_left_as_it_is() -> None:
    magnet = stored(emails=emails_result()["emails"], **FITS)

    assert pass_over_unreadable(magnet.row, magnet.emails) == []
    assert {name: getattr(magnet.row, name) for name in FITS} == FITS


def test_nothing_is_no_trouble() -> None:
    assert pass_over_unreadable(stored().row, None) == []


@pytest.mark.parametrize(
    ("column", "piece"),
    [("extracted_content", "extraction"), ("polished_content", "polish"), ("post_variations", "posts")],
)
@pytest.mark.parametrize("damaged", [{"of": "a later version"}, [1], "text", 5])
def test_a_damaged_part_is_left_out_alone(column: str, piece: str, damaged: Any) -> None:
    row = stored(**FITS | {column: damaged}).row

    assert pass_over_unreadable(row, None) == [piece]
    assert getattr(row, column) is None
    assert all(getattr(row, name) == part for name, part in FITS.items() if name != column)


def test_damaged_emails_are_named_and_empty() -> None:
    magnet = stored(emails=[{"day": "monday"}], **FITS)
    assert magnet.emails is not None

    assert pass_over_unreadable(magnet.row, magnet.emails) == ["emails"]
    assert magnet.emails.emails == []
