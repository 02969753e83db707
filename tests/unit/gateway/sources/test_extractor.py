"""The process that takes the text out of files: every kind, and a sentence for what it cannot take."""

import asyncio
import io
import sys
import zipfile
from pathlib import Path

import docx
import pytest
from lodestone.errors import InvalidRequest, Unavailable
from lodestone.ids import new_id
from lodestone_gateway.exports.document import Document, Paragraph
from lodestone_gateway.exports.pdf import to_pdf
from lodestone_gateway.sources import extractor as module
from lodestone_gateway.sources import from_captions, from_pdf, from_text, from_word
from lodestone_gateway.sources.extractor import UNKNOWN, Extractor
from lodestone_gateway.sources.refusal import CannotRead
from pypdf import PdfWriter

USER = new_id()
MOST = 10_000


def a_word_file() -> bytes:
    document = docx.Document()
    document.add_paragraph("Größe zählt.")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Fee", "22%"
    document.add_paragraph("The end.")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def a_pdf(*, password: str = "", is_blank: bool = False) -> bytes:
    writer = PdfWriter()
    if is_blank:
        writer.add_blank_page(200, 200)
    else:
        writer.append(io.BytesIO(to_pdf(Document("The call", [Paragraph("Dana said: 22% more.")]))))
    if password:
        writer.encrypt(password, algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def a_bomb() -> bytes:
    """A Word file of a megabyte that unpacks to a hundred times as much."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * (from_word.MOST_UNPACKED + 1))
    return file.getvalue()


async def test_every_kind_of_file_gives_its_text() -> None:
    extractor = Extractor()
    files = {
        "Call.PDF": a_pdf(),
        "notes.docx": a_word_file(),
        "call.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Dana>Fees went up.\n",
        "plain.txt": "Größe".encode("utf-16"),
    }

    taken = [await extractor.extract(USER, name, file, MOST) for name, file in files.items()]

    pdf, word, call, plain = (each.text for each in taken)
    assert "Dana said: 22% more." in pdf
    assert word == "Größe zählt.\nFee | 22%\nThe end."
    assert (call, plain) == ("Dana: Fees went up.", "Größe")


async def test_a_long_text_is_cut_at_a_line_and_says_how_much_is_missing() -> None:
    file = b"one line\n" * 20

    taken = await Extractor().extract(USER, "long.md", file, 100)

    assert taken.text == "\n".join(["one line"] * 11)
    assert taken.left_out == len(file.strip()) - len(taken.text)


@pytest.mark.parametrize(
    ("read", "file", "why"),
    [
        (lambda file: from_pdf.of_pdf(file, MOST), a_pdf(password="secret"), from_pdf.LOCKED),
        (lambda file: from_pdf.of_pdf(file, MOST), a_pdf(is_blank=True), from_pdf.SCANNED),
        (lambda file: from_pdf.of_pdf(file, MOST), a_pdf()[:400], from_pdf.BROKEN),
        (lambda file: from_pdf.of_pdf(file, MOST), a_word_file(), from_pdf.NOT_PDF),
        (from_word.of_word, a_bomb(), from_word.TOO_LARGE),
        (from_word.of_word, a_pdf(), from_word.NOT_WORD),
        (from_word.of_word, bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), from_word.OLDER),
        (from_captions.of_vtt, b"1\n00:01 --> 00:02\nHello", from_captions.NOT_VTT),
        (from_captions.of_srt, b"Only a text", from_captions.NOT_SRT),
        (from_text.letters, a_word_file(), from_text.NO_TEXT),
    ],
)
def test_what_cannot_be_taken_is_a_sentence_with_what_to_do(read: object, file: bytes, why: str) -> None:
    with pytest.raises(CannotRead, match=why[:30]):
        read(file)  # type: ignore[operator]


async def test_the_sentence_reaches_the_owner_and_an_unknown_kind_starts_nothing() -> None:
    with pytest.raises(InvalidRequest, match="locked with a password") as refused:
        await Extractor().extract(USER, "call.pdf", a_pdf(password="secret"), MOST)
    with pytest.raises(InvalidRequest, match=UNKNOWN[:30]):
        await Extractor().extract(USER, "call.exe", b"MZ", MOST)

    assert refused.value.members["errors"] == [{"field": "file", "message": from_pdf.LOCKED}]


async def test_a_file_that_needs_too_much_memory_ends_its_own_process() -> None:
    body = "<w:p/>" * 15_000_000  # as a tree it needs far more
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    file = io.BytesIO(a_word_file())
    with zipfile.ZipFile(file) as whole:
        parts = {part: whole.read(part) for part in whole.namelist()}
    parts["word/document.xml"] = f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>'.encode()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for part, content in parts.items():
            package.writestr(part, content)

    with pytest.raises(InvalidRequest, match=r"paste (it|its text)\."):
        await Extractor().extract(USER, "large.docx", file.getvalue(), MOST)


async def test_one_that_hangs_is_ended_and_the_next_has_its_turn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hangs = tmp_path / "python"
    hangs.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    hangs.chmod(0o700)
    extractor = Extractor()
    with monkeypatch.context() as patched:
        patched.setattr(module, "SECONDS", 0.2)
        patched.setattr(sys, "executable", str(hangs))
        with pytest.raises(Unavailable, match="too long"):
            await extractor.extract(USER, "a.txt", b"text", MOST)

    assert (await asyncio.wait_for(extractor.extract(USER, "a.txt", b"text", MOST), 30)).text == "text"


def test_captions_are_what_was_said_and_by_whom() -> None:
    vtt = (
        "WEBVTT Kind: captions\n\nNOTE not said\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:00:01.000 --> 00:00:02.000 align:start\n<v.loud Dana Smith>We lost &amp; won</v>\n\n"
        "00:00:02.000 --> 00:00:03.000\n<v Dana Smith>three <i>tenders</i>.\n\n"
        "00:00:03.000 --> 00:00:04.000\n<v Ben>Why?\n"
    )
    srt = (
        "1\r\n00:00:01,000 --> 00:00:02,000\r\nHello {\\an8}there\r\n\r\n"
        "2\r\n00:00:02,500 --> 00:00:03,000\r\nHello there\r\n"
    )

    assert from_captions.of_vtt(vtt.encode()) == "Dana Smith: We lost & won three tenders.\nBen: Why?"
    assert from_captions.of_srt(srt.encode()) == "Hello there"
