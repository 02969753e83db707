"""Which language a stored text is in, as its element on a page says it, and our words beside it."""

from lodestone.languages import Language, language_of_all
from lodestone.wire import JsonObject
from markupsafe import Markup

from lodestone_gateway.exports.labels import labels_in

OF_PAGES = Language.ENGLISH


def said_in(stored: object) -> Markup:
    """The attribute `lang`; nothing where a text is in the language of our pages, or nothing tells."""
    language = language_of_all(stored)
    return Markup("") if language in (None, OF_PAGES) else Markup(' lang="{}"').format(language)


def opening_of(post: JsonObject) -> str:
    """How a post begins, in its own language."""
    return labels_in(language_of_all(post)).of_opening(post["hookType"])
