"""What the cap of the hour holds back: bulk first, then everything, and nothing where it is waived."""

from decimal import Decimal

import pytest
from lodestone_gateway.reconciler.spend import lanes_to_hold

NOTHING, BULK, ALL = frozenset[bool](), frozenset({True}), frozenset({True, False})


@pytest.mark.parametrize(
    ("spent", "cap", "held"),
    [
        ("0", "200", NOTHING),
        ("159.99", "200", NOTHING),
        ("160", "200", BULK),
        ("199.99", "200", BULK),
        ("200", "200", ALL),
        ("5000", "200", ALL),
        ("0", "0", ALL),
    ],
)
def test_bulk_waits_first_then_everything(spent: str, cap: str, held: frozenset[bool]) -> None:
    assert lanes_to_hold(Decimal(spent), Decimal(cap), is_waived=False) == held
    assert lanes_to_hold(Decimal(spent), Decimal(cap), is_waived=True) == NOTHING
