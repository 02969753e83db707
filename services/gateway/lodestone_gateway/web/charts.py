"""Numbers over time → SVG: a line for each series, or stacked bars. Pure.

Each picture has its text alternative, and no colour or size that is not an attribute or in the stylesheet.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

WIDTH, HEIGHT = 400, 160
LEFT, RIGHT, TOP, BOTTOM = 42, 392, 10, 138  # of the plot within
LABELS = 4  # stretches between two times below the plot
BAR = 0.86  # of the room for one
MOST_POINTS = 500


@dataclass(frozen=True)
class Series:
    """Values at the chart's times; None where nothing is known, which leaves a gap."""

    name: str
    values: Sequence[float | None]
    kind: str = "a"  # the class of its line or bars


def lines(label: str, times: Sequence[datetime], series: Sequence[Series]) -> Markup:
    """A line for each series, the ground below the first one filled. `label` is the text alternative."""
    times, series = _bounded(times, series)
    top = _nice(max((value for each in series for value in each.values if value is not None), default=0))
    drawn = [
        part
        for place, each in enumerate(series)
        for stretch in _stretches(each.values)
        for part in _line(stretch, each, len(times), top, is_filled=place == 0)
    ]
    return _picture(label, times, top, drawn)


def bars(label: str, times: Sequence[datetime], series: Sequence[Series]) -> Markup:
    """The series on top of each other. `label` is the text alternative."""
    times, series = _bounded(times, series)
    sums = [sum(each.values[place] or 0 for each in series) for place in range(len(times))]
    top = _nice(max(sums, default=0))
    room = (RIGHT - LEFT) / max(len(times), 1)
    drawn: list[Markup] = []
    for place in range(len(times)):
        ground = 0.0
        for each in series:
            value = each.values[place] or 0
            if value > 0:
                drawn.append(
                    _bar(LEFT + room * (place + (1 - BAR) / 2), room * BAR, ground, value, top, each)
                )
            ground += value
    return _picture(label, times, top, drawn)


def _bounded(
    times: Sequence[datetime], series: Sequence[Series]
) -> tuple[Sequence[datetime], Sequence[Series]]:
    return times[-MOST_POINTS:], [Series(each.name, each.values[-MOST_POINTS:], each.kind) for each in series]


def _line(
    stretch: list[tuple[int, float]], series: Series, count: int, top: float, *, is_filled: bool
) -> list[Markup]:
    room = (RIGHT - LEFT) / max(count - 1, 1)
    points = [(LEFT + room * place, _y(value, top)) for place, value in stretch]
    if len(points) == 1:  # a line of no length would not be seen
        points = [(points[0][0] - 2, points[0][1]), (points[0][0] + 2, points[0][1])]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    line = Markup('<polyline class="{}" points="{}"/>').format(series.kind, drawn)
    if not is_filled:
        return [line]
    ground = f"{points[0][0]:.1f},{BOTTOM} {drawn} {points[-1][0]:.1f},{BOTTOM}"
    return [Markup('<polygon class="ar" points="{}"/>').format(ground), line]


def _stretches(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The values without their gaps, with their places."""
    found: list[list[tuple[int, float]]] = [[]]
    for place, value in enumerate(values):
        if value is not None:
            found[-1].append((place, value))
        elif found[-1]:
            found.append([])
    return [stretch for stretch in found if stretch]


def _bar(x: float, width: float, ground: float, value: float, top: float, series: Series) -> Markup:
    upper, lower = _y(ground + value, top), _y(ground, top)
    return Markup('<rect class="{}" x="{}" width="{}" y="{}" height="{}"/>').format(
        series.kind, f"{x:.1f}", f"{width:.1f}", f"{upper:.1f}", f"{lower - upper:.1f}"
    )


def _picture(label: str, times: Sequence[datetime], top: float, drawn: Sequence[Markup]) -> Markup:
    """The plot with its scale and its times."""
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>').format(
        WIDTH, HEIGHT, label, _scale(top), _times(times), Markup().join(drawn)
    )


def _scale(top: float) -> Markup:
    rows = []
    for value in (0, top / 2, top):
        y = _y(value, top)
        rows.append(
            Markup('<line class="gl" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(LEFT, RIGHT, y, y)
            + Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(LEFT - 6, y + 4, f"{value:g}")
        )
    return Markup().join(rows)


def _times(times: Sequence[datetime]) -> Markup:
    if not times:
        return Markup()
    last = len(times) - 1
    places = sorted({round(last * part / LABELS) for part in range(LABELS + 1)})
    return Markup().join(
        Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
            f"{LEFT + (RIGHT - LEFT) * place / max(last, 1):.0f}",
            HEIGHT - 6,
            "start" if place == 0 else "end" if place == last else "middle",
            times[place].strftime("%H:%M"),
        )
        for place in places
    )


def _y(value: float, top: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * min(value / top, 1), 1)


def _nice(highest: float) -> float:
    """The next of 1, 2, 5, 10, 20 …, or of a tenth of these: so that half of it is a short number too."""
    if not math.isfinite(highest) or highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= highest * (1 - 1e-9))
