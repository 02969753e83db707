"""At start, the table of job types reports what is missing, in one sentence."""

from dataclasses import replace

import pytest
from lodestone.errors import Misconfigured
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.polish import POLISH
from lodestone_gateway.job_types.product import Product
from lodestone_gateway.job_types.table import PIECES, PRODUCTS, check_job_types, check_products
from lodestone_gateway.store.lead_magnet_tables import JOB_COLUMNS, LeadMagnetRow

COLUMNS = set(LeadMagnetRow.model_fields)


def test_the_table_is_in_order() -> None:
    check_job_types()


def test_every_type_that_saves_has_its_product_and_its_place_on_the_page() -> None:
    assert list(PRODUCTS) == [name for name, kind in JOB_TYPES.items() if kind.saves_to]
    assert list(PIECES) == ["extraction", "polish", "posts", "emails"]
    assert list(JOB_COLUMNS) == list(PIECES)


def test_a_type_that_saves_nowhere_needs_no_product() -> None:
    check_products([replace(POLISH, saves_to=None)], {}, COLUMNS)


def test_a_type_without_a_product_is_told_which_file_to_write() -> None:
    with pytest.raises(
        Misconfigured, match=r"polish saves to lead_magnet.*write lodestone_gateway/job_types/polish.py"
    ):
        check_products([POLISH], {}, COLUMNS)


def test_a_type_that_saves_to_a_lead_magnet_declares_a_piece() -> None:
    with pytest.raises(Misconfigured, match="declares no piece"):
        check_products([POLISH], {"polish": Product(save=PRODUCTS["polish"].save)}, COLUMNS)


@pytest.mark.parametrize("column", ["polish_job_id", "polished_content"])
def test_a_column_that_is_missing_is_named(column: str) -> None:
    with pytest.raises(Misconfigured, match=f"polish writes {column}, and lead_magnets has no such column"):
        check_products([POLISH], PRODUCTS, COLUMNS - {column})


def test_a_piece_has_the_name_of_its_type() -> None:
    with pytest.raises(Misconfigured, match="called posts"):
        check_products([POLISH], {"polish": PRODUCTS["posts"]}, COLUMNS)


def test_no_two_pieces_share_a_column_or_a_path() -> None:
    columns = [name for piece in PIECES.values() for name in piece.columns]
    paths = [path for piece in PIECES.values() for path in piece.edits]

    assert len(columns) == len(set(columns))
    assert len(paths) == len(set(paths))
