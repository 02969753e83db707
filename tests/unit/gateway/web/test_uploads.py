"""A form with a file as browsers send it: read to the byte, or refused."""

import pytest
from fastapi import Request
from lodestone.errors import InvalidRequest
from lodestone_gateway.web.uploads import MOST_PARTS, read_upload

BINARY = bytes(range(256)) + b"\r\n--\r\n\r\n--x" + b"\n\r"
FILE = b'Content-Disposition: form-data; name="file"; filename="C:\\\\fakepath\\\\Gr\xc3\xb6\xc3\x9fe; 1.pdf"'


def body(*parts: bytes, end: bytes = b"--\r\n") -> bytes:
    return b"".join(b"--xyz\r\n" + part + b"\r\n" for part in parts) + b"--xyz" + end


def field(name: str, value: bytes) -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value


async def read(sent: bytes, kind: str = "multipart/form-data; boundary=xyz") -> object:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": sent, "more_body": False}

    headers = [(b"content-type", kind.encode())]
    return await read_upload(Request({"type": "http", "method": "POST", "headers": headers}, receive))


async def test_file_and_fields_are_read_to_the_byte() -> None:
    file = FILE + b"\r\nContent-Type: application/pdf\r\n\r\n" + BINARY

    upload = await read(body(field("for", b""), file, field("note", "Größe\r\nzwei".encode())))

    assert upload.name == "Größe; 1.pdf"  # type: ignore[attr-defined]
    assert upload.content == BINARY  # type: ignore[attr-defined]
    assert upload.form.fields == {"for": [""], "note": ["Größe\nzwei"]}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        body(field("a", b"b"), end=b""),
        body(b"no headers"),
        body(field("a", b"\xff")),
        body(b"X: " + b"y" * 5000 + b"\r\n\r\nlong"),
        body(*[field("a", b"b")] * (MOST_PARTS + 1)),
    ],
)
async def test_what_is_no_such_form_is_refused(sent: bytes) -> None:
    with pytest.raises(InvalidRequest, match="Choose the file again"):
        await read(sent)


async def test_another_kind_of_form_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        await read(body(field("a", b"b")), "application/x-www-form-urlencoded")
