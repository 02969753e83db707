"""Transcripts of recordings, WebVTT and SubRip: what was said, and by whom. Pure.

A cue is a line of times and the lines below it, up to an empty one; what has no times is no speech. Captions
that scroll repeat the line above, which is taken once.
"""

import re
from collections.abc import Iterator

from lodestone_gateway.sources.from_text import letters
from lodestone_gateway.sources.refusal import CannotRead

TIMES = "-->"
NOT_VTT = "This file ends in .vtt and is no WebVTT transcript. Export it again, or paste its text."
NOT_SRT = "This file ends in .srt and has no times as in SubRip. Export it again, or paste its text."
_SPEAKER = re.compile(r"<v(?:\.[^\s>]{0,100})?[ \t]([^<>]{1,200})>")
_TAG = re.compile(r"</?[A-Za-z0-9][^<>]{0,200}>|\{\\[^{}]{0,100}\}")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&lrm;", ""), ("&rlm;", ""), ("&amp;", "&"))


def of_vtt(file: bytes) -> str:
    """The speech in a WebVTT file. Raises CannotRead if it is none."""
    text = letters(file)
    if not text.startswith("WEBVTT"):
        raise CannotRead(NOT_VTT)
    return _speech(text)


def of_srt(file: bytes) -> str:
    """The speech in a SubRip file. Raises CannotRead if it is none."""
    text = letters(file)
    if TIMES not in text:
        raise CannotRead(NOT_SRT)
    return _speech(text)


def _speech(text: str) -> str:
    """One line for what one speaker says in a row; without names, one line for each cue."""
    said: list[tuple[str, list[str]]] = []
    last = ""
    for speaker, line in _lines(text):
        if line == last:
            continue
        last = line
        if said and speaker and said[-1][0] == speaker:
            said[-1][1].append(line)
        else:
            said.append((speaker, [line]))
    return "\n".join(f"{who}: {' '.join(lines)}" if who else " ".join(lines) for who, lines in said)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Each line of speech and who says it, as far as the file tells."""
    in_cue, speaker = False, ""
    for line in text.splitlines():
        if TIMES in line:
            in_cue, speaker = True, ""
        elif not line.strip():
            in_cue = False
        elif in_cue:
            if named := _SPEAKER.search(line):
                speaker = named[1].strip()
            if spoken := _plain(line):
                yield speaker, spoken


def _plain(line: str) -> str:
    line = _TAG.sub("", line)
    for entity, letter in _ENTITIES:
        line = line.replace(entity, letter)
    return " ".join(line.split())
