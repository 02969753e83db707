"""What a reply may only take from the material it was given: web addresses. Pure."""

import re

_ADDRESS = re.compile(r"https?://[^\s<>\"'`\[\]{}|\\^]+", re.IGNORECASE)
_AROUND = ".,;:!?*_"


def web_addresses(text: str) -> list[str]:
    """The addresses in a text, each once, in their order, without the punctuation behind them."""
    return list(dict.fromkeys(map(_bare, _ADDRESS.findall(text))))


def _bare(address: str) -> str:
    bare = address.rstrip(_AROUND)
    while bare.endswith(")") and bare.count(")") > bare.count("("):
        bare = bare[:-1].rstrip(_AROUND)
    return bare
