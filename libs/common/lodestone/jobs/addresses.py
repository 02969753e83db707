"""Web addresses: what is one, whose page it leads to, and what a page frames instead of it. Pure."""

import re
from enum import StrEnum
from typing import Annotated
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import AfterValidator, Field

from lodestone.wire import RequiredText, Text

WebAddress = Annotated[RequiredText, Field(pattern=r"^https?://\S+$")]
"""An address in what a job makes: wider than `is_web_address`, because stored pages hold it."""


def _web_address(text: str) -> str:
    if text and not is_web_address(text):
        raise ValueError("must be a web address that begins with http:// or https://")
    return text


AddressOrEmpty = Annotated[Text, AfterValidator(_web_address)]
"""An address that a caller gives; an empty text removes it."""


class Provider(StrEnum):
    """Whose page may be embedded."""

    YOUTUBE = "youtube"
    VIMEO = "vimeo"
    LOOM = "loom"
    AIRTABLE = "airtable"


_HOSTS = {
    "youtube.com": Provider.YOUTUBE,
    "youtu.be": Provider.YOUTUBE,
    "youtube-nocookie.com": Provider.YOUTUBE,
    "vimeo.com": Provider.VIMEO,
    "loom.com": Provider.LOOM,
    "airtable.com": Provider.AIRTABLE,
}
_FRAMES = {
    Provider.YOUTUBE: "https://www.youtube-nocookie.com/embed/{}",
    Provider.VIMEO: "https://player.vimeo.com/video/{}",
    Provider.LOOM: "https://www.loom.com/embed/{}",
    Provider.AIRTABLE: "https://airtable.com/embed/{}",
}
FRAMED_ORIGINS = tuple("{0.scheme}://{0.netloc}".format(urlsplit(frame)) for frame in _FRAMES.values())
"""Where all frames come from."""

_FRONTS = ("www.", "m.", "player.")  # of hosts that show it; others, such as help, do not
_ID = re.compile(r"[A-Za-z0-9_-]+")


def is_web_address(text: str) -> bool:
    """Whether the text is one whole http or https address."""
    parts = split_address(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and len(text.split()) == 1


def provider_of(address: str) -> Provider | None:
    """The provider whose page it is; None for any other page."""
    host = split_address(address).hostname or ""
    return next((of for name, of in _HOSTS.items() if host == name or host.endswith(f".{name}")), None)


def embed_address(address: str) -> str | None:
    """The address to frame the video or table from; None if no provider shows it."""
    parts = split_address(address)
    host = parts.hostname or ""
    for front in _FRONTS:
        host = host.removeprefix(front)
    provider = _HOSTS.get(host)
    last = parts.path.rstrip("/").rpartition("/")[2]
    video = parse_qs(parts.query).get("v", [last])[0] if provider is Provider.YOUTUBE else last
    if provider is None or not (_ID.fullmatch(last) and _ID.fullmatch(video)):
        return None
    return _FRAMES[provider].format(video)


def split_address(address: str) -> SplitResult:
    """Its parts; all empty when it is no address at all."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")
