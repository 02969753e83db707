"""Addresses that a page embeds: of four providers, and only those in the content. Pure."""

from urllib.parse import urlsplit

from lodestone.jobs.blocks import Provider
from lodestone.llm.grounding import web_addresses

_HOSTS = {
    "youtube.com": Provider.YOUTUBE,
    "youtu.be": Provider.YOUTUBE,
    "youtube-nocookie.com": Provider.YOUTUBE,
    "vimeo.com": Provider.VIMEO,
    "loom.com": Provider.LOOM,
    "airtable.com": Provider.AIRTABLE,
}


def embeds_in(text: str) -> dict[str, Provider]:
    """The addresses in a text that can be embedded, in order, each with its provider."""
    found = ((address, provider_of(address)) for address in web_addresses(text))
    return {address: provider for address, provider in found if provider}


def provider_of(address: str) -> Provider | None:
    """The provider whose page it is; None for any other page."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return None
    return next((of for name, of in _HOSTS.items() if host == name or host.endswith(f".{name}")), None)
