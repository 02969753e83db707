"""Only text reaches the terminal, whatever a model or a server wrote."""

import io
import sys

import pytest
from lodestone_local.terminal import complain, harmless, say
from lodestone_local.watch import describe


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ünïcode 🚀", "plain – ünïcode 🚀"),
        ("\x1b[2J\x1b]0;title\x07", "\\x1b[2J\\x1b]0;title\\x07"),
        ("\x9b31m\x85\u2028", "\\x9b31m\\x85\\u2028"),
        ("price \u202e00.1$", "price \\u202e00.1$"),
        ("one\ntwo\tthree\rfour", "one two three\\rfour"),
        ("half of one: \ud83d", "half of one: \\ud83d"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_control_characters_are_written_out(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_a_model_s_title_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    event = {
        "event": "job.progress",
        "done": 1,
        "total": 10,
        "message": "",
        "item": {"title": "\x1b[8mhidden"},
    }

    say(describe(event))

    assert capsys.readouterr().out == " 1/10                      \\x1b[8mhidden\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_every_encoding_can_be_printed_in(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(printed, encoding=encoding))

    complain("“é” 🚀")

    assert printed.getvalue().decode(encoding).endswith("\n")


def test_a_terminal_that_is_gone_or_a_full_disk_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())

    say("Lodestone is ready.")
