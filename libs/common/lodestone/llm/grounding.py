"""Web addresses: a reply may use only those in the material it was given. Pure."""

import re

_ADDRESS = re.compile(r"https?://[^\s<>\"'`\[\]{}|\\^]+", re.IGNORECASE)
_AROUND = ".,;:!?*_"


def web_addresses(text: str) -> list[str]:
    """The addresses in a text, in order and each once, without trailing punctuation."""
    return list(dict.fromkeys(map(_bare, _ADDRESS.findall(text))))


def _bare(address: str) -> str:
    end = len(address)
    too_many = address.count(")") - address.count("(")  # closing brackets of the sentence around it
    while address[end - 1] in _AROUND or (address[end - 1] == ")" and too_many > 0):
        too_many -= address[end - 1] == ")"
        end -= 1
    return address[:end]
