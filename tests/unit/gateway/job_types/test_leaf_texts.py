"""Every text of an object has a field, and what was typed there comes back to its place."""

from typing import Any

import pytest
from lodestone.errors import Conflict
from lodestone_gateway.job_types.leaf_texts import LeafText, leaf_texts, texts_by_name, with_texts

LABELS = {"headline": "Headline", "inputs.label": "Figure", "inputs.options.label": "Choice", "rows": "Cell"}
TOOL: dict[str, Any] = {
    "headline": "What waits",
    "formula": "a + b",
    "inputs": [
        {"id": "a", "label": "Hours", "unit": "", "min": 0},
        {
            "id": "b",
            "label": "Size",
            "options": [{"label": "Small", "value": 1}, {"label": "Big", "value": 2}],
        },
    ],
    "rows": [["A", "B"], ["", "D"]],
}


def test_texts_are_listed_in_order_with_their_places() -> None:
    assert leaf_texts(TOOL, LABELS) == [
        LeafText("headline", "Headline", "What waits"),
        LeafText("inputs.label", "Figure 1", "Hours"),
        LeafText("inputs.label", "Figure 2", "Size"),
        LeafText("inputs.options.label", "Choice 2.1", "Small"),
        LeafText("inputs.options.label", "Choice 2.2", "Big"),
        LeafText("rows", "Cell 1.1", "A"),
        LeafText("rows", "Cell 1.2", "B"),
        LeafText("rows", "Cell 2.2", "D"),
    ]


def test_what_was_typed_comes_to_its_place_and_the_rest_stays() -> None:
    sent = {"inputs.label": ["Days ", "Width"], "rows": ["1", "2", "4"], "formula": ["b"]}

    changed = with_texts(TOOL, LABELS, sent)

    assert texts_by_name(changed, LABELS) == texts_by_name(TOOL, LABELS) | {
        "inputs.label": ["Days", "Width"],
        "rows": ["1", "2", "4"],
    }
    assert changed["rows"] == [["1", "2"], ["", "4"]]
    assert (changed["formula"], changed["inputs"][0]["min"]) == ("a + b", 0)


@pytest.mark.parametrize("texts", [[], ["one"], ["one", "two", "three"]])
def test_another_number_of_texts_is_a_conflict(texts: list[str]) -> None:
    with pytest.raises(Conflict):
        with_texts(TOOL, LABELS, {"inputs.label": texts})
