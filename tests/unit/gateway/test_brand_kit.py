"""The brand kit as its owner sees it, and the tag of what they wrote."""

from typing import Any

import pytest
from lodestone.ids import new_id
from lodestone_gateway.api.brand_kit import BrandKitChanges
from lodestone_gateway.brand_kit import BUSINESS_TYPE, BrandKit
from lodestone_gateway.store.brand_kit_table import BrandKit as BrandKitRow
from lodestone_gateway.store.brand_kit_table import OwnersPart
from support.stored import NOON

WRITTEN: dict[str, Any] = {"business_description": "Bids", "business_type": "agency", "tools": ["pen", "ink"]}


def kit(**columns: Any) -> BrandKit:
    given: dict[str, Any] = {"user_id": new_id(), "created_at": NOON, "updated_at": NOON}
    return BrandKit.of(BrandKitRow(**given | WRITTEN | columns))


def test_before_there_is_one_it_is_empty() -> None:
    empty = BrandKit.of(None)

    assert (empty.business_description, empty.business_type, empty.tools, empty.created_at) == (
        None,
        None,
        [],
        None,
    )


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_kind_of_business_that_was_never_chosen_is_the_usual_one(nothing: str | None) -> None:
    assert kit(business_type=nothing).business_type == BUSINESS_TYPE
    assert kit().business_type == "agency"


@pytest.mark.parametrize(
    "by_others",
    [
        {"saved_ideation_result": {"concepts": []}},
        {"ideation_generated_at": NOON},
        {"updated_at": NOON.replace(hour=13)},
    ],
    ids=["ideas", "their time", "the row's time"],
)
def test_what_jobs_write_leaves_the_tag_as_it_is(by_others: dict[str, Any]) -> None:
    assert kit(**by_others).tag == kit().tag


@pytest.mark.parametrize(
    "own",
    [
        {"business_description": "bids"},
        {"business_type": "freelancer"},
        {"tools": ["ink", "pen"]},
        {"tools": []},
        {"best_video_url": "https://example.org"},
        {"content_links": [{"title": "A", "url": "https://example.org"}]},
    ],
    ids=["text", "kind", "order", "nothing left", "video", "links"],
)
def test_what_its_owner_writes_changes_the_tag(own: dict[str, Any]) -> None:
    assert kit(**own).tag != kit().tag


def test_a_declared_field_is_a_column_and_in_requests_and_in_the_view() -> None:
    declared = OwnersPart.model_fields.keys()

    assert declared <= BrandKitRow.model_fields.keys()
    assert declared == BrandKitChanges.model_fields.keys()
    assert declared == BrandKit.model_fields.keys() - BrandKit.__annotations__.keys()
