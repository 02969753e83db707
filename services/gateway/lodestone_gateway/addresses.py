"""Web addresses that somebody else wrote."""

from urllib.parse import SplitResult, urlsplit


def split_address(text: str) -> SplitResult:
    """The parts of an address; all empty where the text is no address at all, such as `https://[`."""
    try:
        return urlsplit(text)
    except ValueError:
        return urlsplit("")
