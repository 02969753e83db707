"""Numbers and texts within their limits."""

import math

from lodestone_local.simulator.schema import Limits, matches

FORMATS = {
    "date-time": "2026-11-24T09:00:00Z",
    "date": "2026-11-24",
    "time": "09:00:00Z",
    "duration": "PT30M",
    "email": "hello@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.7",
    "ipv6": "2001:db8::7",
    "uuid": "0191e8a0-5d0c-7b6e-8f3a-2c4d6e8f0a1b",
}

_USUAL_NUMBERS = {"version": 1, "readingTimeMinutes": 7, "wordCount": 1400, "maxTokens": 2048}

_SPAN = 99  # how far a number may be from its only limit

_PATTERN_GUESSES = ("q1", "a1", "a", "1", "A", "AA", "#3366cc", "en", "part-1", "2026-11-24", "12:00")


def number_within(bounds: Limits, whole: bool, choice: int, name: str) -> int | float:
    """The usual number for a property of this name, or the one that `choice` falls on."""
    usual = _USUAL_NUMBERS.get(name)
    low, high = _ends(bounds, whole, usual or 0)
    if usual is not None and low <= usual <= high:
        return usual
    if step := bounds.get("multipleOf"):
        first, last = math.ceil(low / step), math.floor(high / step)
        value = (first + choice % max(1, last - first + 1)) * step
    else:
        value = low + choice % (math.floor(high - low) + 1) if high - low >= 1 else (low + high) / 2
    return int(value) if whole or float(value).is_integer() else value


def text_within(bounds: Limits, text: str) -> str:
    """The text made to match the pattern, when a guess does, and the limits of its length."""
    if pattern := bounds.get("pattern"):
        guesses = (text, text.lower().replace(" ", "-"), *_PATTERN_GUESSES)
        text = next((guess for guess in guesses if matches(str(pattern), guess)), text)
    least, most = int(bounds.get("minLength") or 0), bounds.get("maxLength")
    while len(text) < least:
        text = f"{text} {text}" if text else "More."
    return text if most is None or len(text) <= most else _shortened(text, least, int(most))


def _shortened(text: str, least: int, most: int) -> str:
    """Cut after a whole word where that leaves enough."""
    cut = text[:most]
    words = cut[: cut.rfind(" ")].rstrip(" ,.;:") if " " in cut else cut
    return words if words and len(words) >= least else cut


def _ends(bounds: Limits, whole: bool, usual: int) -> tuple[float, float]:
    """The lowest and the highest number allowed; where there is no limit, not far from the other one."""
    margin = 1 if whole else 1e-3
    low, high = bounds.get("minimum"), bounds.get("maximum")
    if (above := bounds.get("exclusiveMinimum")) is not None:
        low = above + margin if low is None else max(low, above + margin)
    if (below := bounds.get("exclusiveMaximum")) is not None:
        high = below - margin if high is None else min(high, below - margin)
    if low is None:
        low = 1 if high is None or high >= 1 else high - _SPAN
    if high is None:
        high = max(low + _SPAN, usual)
    return (math.ceil(low), math.floor(high)) if whole else (low, high)
