"""Output: lines that cannot control the terminal, in any encoding, whether or not anyone reads them."""

import contextlib
import sys
from typing import TextIO

JOINERS = "\u200c\u200d"  # parts of emoji and of words in some scripts; nothing else unprintable is kept


def say(line: str) -> None:
    """One line for the reader, written at once even if stdout is a file."""
    _write(sys.stdout, line)


def complain(line: str) -> None:
    """One line about what went wrong."""
    _write(sys.stderr, line)


def redraw(line: str) -> None:
    """Puts the line in place of the one before on a terminal's standard error; nothing where it is a file."""
    if sys.stderr.isatty():
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"\r\x1b[K{harmless(line)}")
            sys.stderr.flush()


def harmless(text: str) -> str:
    """The text in one line, with control characters escaped: they may come from a model or a server."""
    return "".join(_shown(each) for each in text)


def _shown(character: str) -> str:
    if character.isprintable() or character in JOINERS:
        return character
    return " " if character in "\n\t" else character.encode("unicode_escape").decode()


def _write(stream: TextIO, line: str) -> None:
    encoding = stream.encoding or "utf-8"
    encodable = harmless(line).encode(encoding, "backslashreplace").decode(encoding)
    # A full disk or a closed terminal is no reason to stop the system.
    with contextlib.suppress(OSError, ValueError):
        stream.write(encodable + "\n")
        stream.flush()
