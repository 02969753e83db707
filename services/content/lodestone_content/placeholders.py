"""How models spell the placeholders for a reader's name and a link. Each pattern is linear."""

import re

# A run of brackets is matched from its first one only, possessively.
FIRST_NAME = re.compile(r"(?<![{\[])[{\[]++\s*+first[\s_]*+name\s*+[}\]]++", re.IGNORECASE)
LINK = re.compile(
    r"(?<!\[)\[++\s*+(?:insert\s++)?link\b[^\]\n]{0,100}+\]++|(?<!\{)\{++\s*+link\s*+\}++", re.IGNORECASE
)
