"""Answers as lines for people: aligned, harmless, and none for what is not as expected."""

import pytest
from lodestone.wire import JsonObject
from lodestone_local.connection import GatewayFailed
from lodestone_local.ops import views
from lodestone_local.ops.asking import tell
from lodestone_local.ops.tables import Column, dollars_of, table, text_of, trend_of

LETTER: JsonObject = {
    "diedAt": "2026-11-29T08:00:01.123Z",
    "kind": "job",
    "jobId": "1",
    "jobType": "polish",
    "errorCode": None,
    "userId": "2",
    "error": "one\ntwo\x1b[2J",
}


def test_columns_are_as_wide_as_their_texts_and_numbers_stand_at_the_right() -> None:
    columns = [Column("NAME", text_of("name")), Column("USD", dollars_of("cost"), is_number=True)]

    lines = list(table([{"name": "a", "cost": "12.5"}, {"name": "longer", "cost": "0.12345"}], columns))

    assert lines == ["NAME        USD", "a       12.5000", "longer   0.1235"]


def test_a_long_text_is_cut_unless_it_is_to_be_copied() -> None:
    [_, cut] = table([{"error": "x" * 500}], [Column("ERROR", text_of("error"))])
    [_, whole] = table([{"error": "x" * 500}], [Column("ERROR", text_of("error"), is_whole=True)])

    assert (len(cut), cut[-1], whole) == (60, "…", "x" * 500)


@pytest.mark.parametrize(("counts", "bars"), [([0, 1, 4, 8], " ▁▄█"), ([0, 0], "  "), ([], "")])
def test_a_trend_has_a_bar_for_each_count(counts: list[int], bars: str) -> None:
    assert trend_of("buckets")({"buckets": counts}) == bars


def test_what_a_model_or_a_user_wrote_stays_in_its_line() -> None:
    [_, row] = views.dead_letters({"items": [LETTER], "nextCursor": None})

    assert row == "2026-11-29 08:00:01  job   1    polish        2     one two\\x1b[2J"


def test_an_answer_of_another_release_is_a_sentence() -> None:
    with pytest.raises(GatewayFailed, match="another release"):
        tell({"jobs": []}, views.jobs, as_json=False)
