"""How models spell the places that a reader's name and a link will take. Each pattern is linear."""

import re

# A run of brackets is looked at from its first one only, and never given back.
FIRST_NAME = re.compile(r"(?<![{\[])[{\[]++\s*+first[\s_]*+name\s*+[}\]]++", re.IGNORECASE)
LINK = re.compile(
    r"(?<!\[)\[++\s*+(?:insert\s++)?link\b[^\]\n]{0,100}+\]++|(?<!\{)\{++\s*+link\s*+\}++", re.IGNORECASE
)
