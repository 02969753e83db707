"""What each login sends to Postgres, statement by statement, from the server's own log."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

PREFIX = "[%u %p] "
ENTRY = re.compile(r"\[(\S+) (\d+)\] LOG:  (?:statement|execute [^:]+): (.*)", re.DOTALL)
LOGGED = {"log_statement": "all", "log_line_prefix": PREFIX, "log_parameter_max_length": "0"}
BEGINS, COMMITS, ENDS = ("BEGIN", "START"), ("COMMIT", "END"), ("COMMIT", "END", "ROLLBACK", "ABORT")


@dataclass
class Sent:
    """Statements and commits by login; BEGIN and COMMIT are statements too, since each is a round trip."""

    statements: Counter[str] = field(default_factory=Counter)
    commits: Counter[str] = field(default_factory=Counter)
    texts: Counter[tuple[str, str]] = field(default_factory=Counter)


class StatementLog:
    """The log of a server that logs every statement; `url` is a superuser's."""

    def __init__(self, file: Path, url: str) -> None:
        self._file = file
        with psycopg.connect(url, autocommit=True) as owner:
            for name, value in LOGGED.items():
                owner.execute(
                    sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
                )
            owner.execute("SELECT pg_reload_conf()")

    def position(self) -> int:
        """The current end of the log."""
        return self._file.stat().st_size

    def since(self, position: int) -> Sent:
        """What was sent after that position."""
        with self._file.open("rb") as log:
            log.seek(position)
            return counted(_entries(log.read().decode(errors="replace").splitlines()))


def counted(entries: Iterable[str]) -> Sent:
    """The statements in these entries. A statement outside a transaction is also a commit."""
    sent, open_transactions = Sent(), set[str]()
    for entry in entries:
        if not (found := ENTRY.match(entry)):
            continue
        login, backend, text = found.groups()
        word = text.split(maxsplit=1)[0].strip(";").upper() if text.strip() else ""
        if word in BEGINS:
            open_transactions.add(backend)
        elif word in COMMITS or backend not in open_transactions:
            sent.commits[login] += 1
        if word in ENDS:
            open_transactions.discard(backend)
        sent.statements[login] += 1
        sent.texts[login, " ".join(text.split())] += 1
    return sent


def _entries(lines: Iterable[str]) -> Iterator[str]:
    """Complete entries: the further lines of an entry begin with a tab."""
    entry = ""
    for line in lines:
        if not line.startswith("\t"):
            yield entry
            entry = ""
        entry += line
    yield entry
