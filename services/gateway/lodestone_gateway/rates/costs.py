"""What a request costs, in simple reads: about what it takes of the processes that answer it."""

READ = 1
WRITE = 3
HISTORY = 3  # a job's, or the beginning of a stream
PAGE = 3  # it is made of several reads
EXPORT = 100  # every row of the user
FILE = 3  # a piece, written here
TYPESET = 50  # a piece, written by a process of its own
EXTRACT = 50  # a file, read by a process of its own

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def cost_of(method: str, path: str) -> int:
    """The cost of a request to the API; that of a page is PAGE."""
    if path == "/api/sources/files":
        return EXTRACT
    if method not in READING:
        return WRITE
    if path.endswith("/events"):
        return HISTORY
    if "/exports/" in path:
        return TYPESET if path.endswith((".pdf", ".docx")) else FILE
    return EXPORT if path == "/api/account/export" else READ
