"""The name of a file to download, as every system takes it, and its header (RFC 6266, RFC 5987). Pure."""

import re
import unicodedata
from urllib.parse import quote

LONGEST = 80  # characters of the title
_REFUSED = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069<>:"/\\|?*%]+')


def file_name(title: str, piece: str, format: str) -> str:
    """The title and the piece, such as `The quote, page.pdf`."""
    kept = " ".join(_REFUSED.sub(" ", title).split())[:LONGEST].strip(" .")
    return f"{kept or 'Lead magnet'}, {piece}.{format}"


def disposition(name: str) -> str:
    """The value of Content-Disposition: the name, and one in ASCII for old clients."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
