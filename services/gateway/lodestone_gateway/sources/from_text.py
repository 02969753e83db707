"""Text and Markdown: the bytes as letters. Pure."""

from lodestone_gateway.sources.refusal import CannotRead

NO_TEXT = "This file does not contain text. Choose a text file, or paste the text."
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ODD = frozenset(map(chr, (*range(9), 11, 12, *range(14, 32), 127)))
_MOST_ODD = 0.01  # of the letters; more is not text


def letters(file: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or as older Windows wrote it. Raises CannotRead."""
    encoding = next((name for mark, name in _MARKS if file.startswith(mark)), "utf-8")
    try:
        text = file.decode(encoding)
    except UnicodeDecodeError:
        text = file.decode("cp1252", errors="replace")
    if "\x00" in text or sum(letter in _ODD for letter in text) > _MOST_ODD * len(text):
        raise CannotRead(NO_TEXT)
    return text
