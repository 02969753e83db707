"""A few counts in a row → a picture of a word's height. Pure."""

from collections.abc import Sequence

from markupsafe import Markup

ROOM, HEIGHT, LEAST = 5, 20, 2  # of a bar, in the picture's own units; a bar that is not empty can be seen


def spark(label: str, values: Sequence[int]) -> Markup:
    """A bar for each value, the first one on the left. `label` is the text alternative."""
    most = max(values, default=0)
    bars = Markup("").join(
        _bar(place, max(LEAST, round(HEIGHT * value / most))) for place, value in enumerate(values) if value
    )
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<line x1="0" x2="{}" y1="{}" y2="{}"/>{}</svg>'
    ).format(ROOM * len(values), HEIGHT, label, ROOM * len(values), HEIGHT, HEIGHT, bars)


def _bar(place: int, height: int) -> Markup:
    shape = Markup('<rect x="{}" y="{}" width="{}" height="{}"/>')
    return shape.format(place * ROOM, HEIGHT - height, ROOM - 1, height)
