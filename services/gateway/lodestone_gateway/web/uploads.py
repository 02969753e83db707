"""A posted form with a file, as browsers send it (RFC 7578): parts between boundaries, each with headers."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from fastapi import Request
from lodestone.errors import InvalidRequest

from lodestone_gateway.auth import check_owner
from lodestone_gateway.fields import Form

FILE = "file"
MOST_PARTS = 8
MOST_HEADERS = 4096  # bytes of one part's
UNREADABLE = "We could not read this upload. Choose the file again."


@dataclass(frozen=True)
class Upload:
    """The fields of the form, and its file; without a name none was chosen."""

    form: Form
    name: str
    content: bytes


async def read_upload(request: Request) -> Upload:
    """The form in a request. Raises InvalidRequest if it is not one, Conflict if it is another user’s."""
    typed = Message()
    typed["Content-Type"] = request.headers.get("content-type", "")
    boundary = typed.get_boundary()
    if typed.get_content_type() != "multipart/form-data" or not boundary:
        raise InvalidRequest(UNREADABLE)
    upload = _read(await request.body(), boundary.encode())
    check_owner(getattr(request.state, "user", None), upload.form.text("owner"))
    return upload


def _read(body: bytes, boundary: bytes) -> Upload:
    fields: dict[str, list[str]] = {}
    name, content = "", b""
    for part, value in _parts(body, boundary):
        field = str(part.get_param("name", "", "content-disposition"))
        if field == FILE:
            name, content = _last_part(str(part.get_param("filename", "", "content-disposition"))), value
        else:
            fields.setdefault(field, []).append(_text(value))
    return Upload(Form(fields), name, content)


def _last_part(path: str) -> str:
    """The name of a file; some browsers send its folders too."""
    return path.replace("\\", "/").rpartition("/")[2]


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[Message, bytes]]:
    """The headers and the content of each part."""
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary, MOST_PARTS + 1)
    if not pieces[-1].startswith(b"--"):
        raise InvalidRequest(UNREADABLE)
    for part in pieces[1:-1]:
        headers, separator, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not separator or len(headers) > MOST_HEADERS:
            raise InvalidRequest(UNREADABLE)
        yield HeaderParser().parsestr(_text(headers)), content


def _text(value: bytes) -> str:
    try:
        return value.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise InvalidRequest(UNREADABLE) from None
