"""What is read without the framework is what the framework reads."""

import json

from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters())
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
)
ODD = st.text(alphabet='{}[]:,"\\ \t\n\r/abfnrtu0123456789eE+-.INaity', max_size=12)


@given(value=VALUES, before=ODD, after=ODD, at=st.integers(0, 200), ascii=st.booleans())
def test_it_reads_json_as_the_framework_does(
    value: object, before: str, after: str, at: int, ascii: bool
) -> None:
    text = json.dumps(value, ensure_ascii=ascii)
    for sent in (text, before, before + text + after, text[:at] + before + text[at:]):
        body = sent.encode(errors="replace")
        try:
            read = from_json(body)
        except ValueError:
            continue  # left to the framework
        assert repr(read) == repr(json.loads(body))
