"""Which migrations the previous release can run on."""

import pytest
from lodestone.errors import Misconfigured
from lodestone_gateway.store.migrate import up_to_post


@pytest.mark.parametrize(
    ("missing", "applied"),
    [
        ([], []),
        (["0012_pre_a", "0013_pre_b"], ["0012_pre_a", "0013_pre_b"]),
        (["0012_pre_a", "0013_post_b", "0014_post_c"], ["0012_pre_a"]),
        (["0013_post_b"], []),
    ],
)
def test_migrations_are_applied_up_to_the_first_that_takes_something_away(
    missing: list[str], applied: list[str]
) -> None:
    assert up_to_post(missing) == applied


def test_pre_migration_behind_a_post_one_is_refused_with_what_to_do() -> None:
    with pytest.raises(Misconfigured, match=r"0012_post_a comes before .* run `lodestone-gateway migrate`"):
        up_to_post(["0011_pre_z", "0012_post_a", "0013_pre_b"])
