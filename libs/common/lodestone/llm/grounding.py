"""What a reply may only take from the material it was given: web addresses. Pure."""

import re

_ADDRESS = re.compile(r"https?://[^\s<>\"'`\[\]{}|\\^]+", re.IGNORECASE)
_AROUND = ".,;:!?*_"


def web_addresses(text: str) -> list[str]:
    """The addresses in a text, each once, in their order, without the punctuation behind them."""
    return list(dict.fromkeys(map(_bare, _ADDRESS.findall(text))))


def _bare(address: str) -> str:
    end = len(address)
    too_many = address.count(")") - address.count("(")  # closing brackets of the sentence around it
    while address[end - 1] in _AROUND or (address[end - 1] == ")" and too_many > 0):
        too_many -= address[end - 1] == ")"
        end -= 1
    return address[:end]
