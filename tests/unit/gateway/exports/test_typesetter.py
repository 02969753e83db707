"""The process that typesets: it makes files, has no environment, and is ended when it takes too long."""

import asyncio
import sys
from itertools import accumulate
from pathlib import Path
from uuid import UUID

import pytest
from lodestone.errors import Conflict, Unavailable
from lodestone.ids import new_id
from lodestone_gateway.exports import typesetter as module
from lodestone_gateway.exports.document import Document, Paragraph
from lodestone_gateway.exports.typesetter import AT_ONCE, Typesetter
from support.files_read import text_of_docx, text_of_pdf

USER = new_id()
DOCUMENT = Document("Größe", [Paragraph("One paragraph.")])


def is_running(pid_file: Path) -> bool:
    return Path(f"/proc/{pid_file.read_text().strip()}").exists()


async def test_it_makes_both_kinds_of_files() -> None:
    typesetter = Typesetter()

    pdf, docx = await asyncio.gather(
        *(typesetter.typeset(USER, DOCUMENT, format) for format in ("pdf", "docx"))
    )

    assert "Größe" in text_of_pdf(pdf)
    assert "Größe" in text_of_docx(docx)


async def test_letters_without_a_font_are_named_with_what_to_do_instead() -> None:
    with pytest.raises(Conflict, match=r"日.*Choose Word or HTML"):
        await Typesetter().typeset(USER, Document("日", []), "pdf")


async def test_one_that_hangs_is_ended_and_the_next_has_its_turn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    left, hangs = tmp_path / "pid", tmp_path / "python"
    hangs.write_text(f"#!/bin/sh\necho $$ > {left}\nexec /bin/sleep 60\n")
    hangs.chmod(0o700)
    typesetter = Typesetter()
    with monkeypatch.context() as patched:
        patched.setattr(module, "SECONDS", 0.5)
        patched.setattr(sys, "executable", str(hangs))
        for _ in range(AT_ONCE + 1):
            with pytest.raises(Unavailable, match="too long"):
                await typesetter.typeset(USER, DOCUMENT, "pdf")

    assert not is_running(left)
    assert await typesetter.typeset(USER, DOCUMENT, "docx")


@pytest.mark.parametrize(("users", "at_once"), [([new_id() for _ in range(4)], AT_ONCE), ([new_id()] * 3, 1)])
async def test_few_run_at_once_and_one_of_each_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, users: list[UUID], at_once: int
) -> None:
    log, slow = tmp_path / "log", tmp_path / "python"
    slow.write_text(f"#!/bin/sh\necho + >> {log}\ncat > /dev/null\n/bin/sleep 0.1\necho - >> {log}\n")
    slow.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(slow))
    typesetter = Typesetter()

    await asyncio.gather(*(typesetter.typeset(user, DOCUMENT, "pdf") for user in users))

    steps = [1 if line == "+" else -1 for line in log.read_text().split()]
    assert max(accumulate(steps)) == at_once


async def test_one_that_fails_says_so_and_names_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(Unavailable, match="could not be made"):
        await Typesetter().typeset(USER, DOCUMENT, "pdf")
