"""Which language a stored text is in, as its element on a page says it."""

from lodestone.languages import Language, language_of_all
from markupsafe import Markup

OF_PAGES = Language.ENGLISH


def said_in(stored: object) -> Markup:
    """The attribute `lang`; nothing where a text is in the language of our pages, or nothing tells."""
    language = language_of_all(stored)
    return Markup("") if language in (None, OF_PAGES) else Markup(' lang="{}"').format(language)
