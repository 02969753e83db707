"""Files that wait are spread among files that compute, and a run ends with short ones."""

from itertools import pairwise

from support.file_order import in_mixed_order

BROWSER = [f"browser/test_{name}.py" for name in "ab"]
FAILURE = [
    "chaos/test_campaign.py",
    "failure/local/test_restarts.py",
    "failure/test_kills.py",
    "system/test_up.py",
]
OTHERS = [f"integration/test_{number}.py" for number in range(8)]
UNIT = ["unit/test_a.py", "unit/gateway/test_b.py"]


def test_no_two_files_that_wait_follow_each_other() -> None:
    mixed = in_mixed_order([*BROWSER, *FAILURE, *OTHERS, *UNIT])

    waiting = [mixed.index(file) for file in FAILURE]
    assert min(after - before for before, after in pairwise(waiting)) > 1
    assert [file for file in mixed if file in BROWSER] == BROWSER
    assert mixed.index(BROWSER[1]) > waiting[1]


def test_short_files_come_last_and_none_is_lost() -> None:
    files = [*UNIT, *FAILURE, *OTHERS]

    mixed = in_mixed_order(files)

    assert mixed[-2:] == UNIT
    assert sorted(mixed) == sorted(files)
