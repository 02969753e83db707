"""Addresses that a page embeds: of four providers, and only those in the content. Pure."""

from lodestone.jobs.addresses import Provider, provider_of
from lodestone.llm.grounding import web_addresses


def embeds_in(text: str) -> dict[str, Provider]:
    """The addresses in a text that can be embedded, in order, each with its provider."""
    found = ((address, provider_of(address)) for address in web_addresses(text))
    return {address: provider for address, provider in found if provider}
