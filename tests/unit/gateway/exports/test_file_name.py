"""File names that every system takes, and their header."""

import pytest
from lodestone_gateway.exports.file_name import disposition, file_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("The quote", "The quote, page.pdf"),
        ("../../etc/passwd", "etc passwd, page.pdf"),
        ('a:b*c?"d"\r\nX: y', "a b c d X y, page.pdf"),
        ("\u202egnp.exe", "gnp.exe, page.pdf"),
        (" . ", "Lead magnet, page.pdf"),
        ("x" * 300, f"{'x' * 80}, page.pdf"),
    ],
)
def test_a_title_becomes_a_name(title: str, name: str) -> None:
    assert file_name(title, "page", "pdf") == name


def test_the_header_has_the_whole_name_and_one_in_ascii() -> None:
    assert disposition("Größe „neu“, page.pdf") == (
        'attachment; filename="Groe neu, page.pdf"; '
        "filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E2%80%9Eneu%E2%80%9C%2C%20page.pdf"
    )
