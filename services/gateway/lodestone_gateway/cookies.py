"""The session's cookie, read as browsers send it.

Everything that sets a cookie for this host or a parent domain shares one header with us: other cookies,
however odd, are ignored, and only an exact match of our name counts.
"""

from collections.abc import Sequence

LOCAL_COOKIE = "lodestone_session"
HOST_COOKIE = (
    "__Host-lodestone_session"  # a browser accepts it only from this very host, over TLS, for all paths
)
MOST_TRIED = 3  # cookies of one name that are checked


def session_cookie(is_local: bool) -> str:
    """The cookie's name. On one machine there is no TLS, which `__Host-` needs."""
    return LOCAL_COOKIE if is_local else HOST_COOKIE


def cookie_values(headers: Sequence[str], name: str) -> list[str]:
    """The different values under a name, in the order sent; a request may have several `Cookie` headers."""
    # Only space and tab are stripped: more would let a foreign name pass as ours.
    pairs = (pair.strip(" \t").partition("=") for header in headers for pair in header.split(";"))
    return list(dict.fromkeys(value for key, _, value in pairs if key == name))[:MOST_TRIED]
