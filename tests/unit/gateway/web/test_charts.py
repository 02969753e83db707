"""Charts: what is not known leaves a gap, and everything has its text."""

import re
from datetime import UTC, datetime, timedelta

from lodestone_gateway.web.charts import BOTTOM, MOST_POINTS, TOP, Series, bars, lines

BEGAN = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)


def minutes(count: int) -> list[datetime]:
    return [BEGAN + timedelta(minutes=number) for number in range(count)]


def heights(svg: str, kind: str) -> list[float]:
    return [float(each) for each in re.findall(rf'<rect class="{kind}"[^>]*height="([\d.]+)"', svg)]


def test_a_value_that_is_not_known_leaves_a_gap_and_is_not_zero() -> None:
    svg = lines("Waits", minutes(5), [Series("P50", [1.0, 2.0, None, 2.0, 1.0])])

    assert svg.count("<polyline") == 2
    assert svg.count(f",{BOTTOM:.1f}") == 0, "no point lies on the ground"


def test_nothing_known_draws_nothing_but_the_scale() -> None:
    svg = lines("Waits", minutes(3), [Series("P50", [None, None, None])])

    assert "<polyline" not in svg
    assert "<polygon" not in svg


def test_bars_stand_on_each_other_and_fill_the_plot_in_proportion() -> None:
    svg = bars("Cost", minutes(1), [Series("used", [3.0], "bar"), Series("wasted", [1.0], "bar2")])

    [used], [wasted] = heights(svg, "bar"), heights(svg, "bar2")
    assert round(used / wasted, 1) == 3.0
    assert used + wasted < BOTTOM - TOP
    [upper] = [float(each) for each in re.findall(r'class="bar" [^>]*y="([\d.]+)"', svg)]
    [lower] = [float(each) for each in re.findall(r'class="bar2" [^>]*y="([\d.]+)"', svg)]
    assert lower + wasted == upper, "the second stands on the first"


def test_the_highest_value_is_within_the_scale() -> None:
    svg = lines("Ended", minutes(2), [Series("ended", [0, 64])])

    assert ">100</text>" in svg
    assert ">50</text>" in svg


def test_the_text_alternative_cannot_leave_its_attribute() -> None:
    svg = lines('Jobs "<script>', minutes(1), [Series("ended", [1])])

    assert 'role="img"' in svg
    assert "<script>" not in svg


def test_a_chart_has_no_more_points_than_can_be_seen() -> None:
    count = 10 * MOST_POINTS
    svg = lines("Ended", minutes(count), [Series("ended", [1.0] * count)])

    [points] = re.findall(r'<polyline class="a" points="([^"]*)"', svg)
    assert len(points.split()) == MOST_POINTS
