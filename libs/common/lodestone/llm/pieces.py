"""An answer of pieces and a rest: a piece is taken the moment it is complete, the rest at the end.

What is then missing or wrong is asked for once more, and only that.
"""

from collections.abc import Callable, Iterable
from typing import Protocol

from lodestone.errors import InvalidOutput
from lodestone.llm.client import Ask, Llm
from lodestone.llm.items import ItemScanner
from lodestone.llm.ledger import CallLedger
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import objects_of
from lodestone.llm.receipt import Reply
from lodestone.llm.structured import some_of


class Pieces(Protocol):
    """What is being gathered."""

    list_key: str  # the list of the reply that holds the pieces

    def missing(self) -> list[str]:
        """What is not there yet, by name; empty when nothing more is to be asked for."""

    def offer(self, drafts: Iterable[dict[str, JsonValue]]) -> list[str]:
        """Takes what is wanted and right; says of the rest what is wrong with it, in words for a model."""

    def finish(self, reply: JsonValue) -> list[str]:
        """Takes what stands beside the list of a whole reply; says what is wrong with it."""


async def ask_for_pieces(
    llm: Llm,
    ledger: CallLedger,
    pieces: Pieces,
    ask: Callable[[list[str], int], Ask],
    *,
    limits: tuple[int, int],
) -> None:
    """Gathers until nothing is missing, with at most one repair.

    `ask` gives the question for what is missing now, from the problems of the answer before and the most
    tokens of the answer, which are `limits[0]` and, for the repair, `limits[1]`. Raises InvalidOutput.
    """
    problems: list[str] = []
    for max_tokens in limits:
        if pieces.missing():
            problems = await _ask_once(llm, ledger, pieces, ask(problems, max_tokens))
    if missing := pieces.missing():
        raise InvalidOutput(detail=f"{', '.join(missing)}: {'; '.join(problems) or 'not written'}")


async def _ask_once(llm: Llm, ledger: CallLedger, pieces: Pieces, ask: Ask) -> list[str]:
    scanner, missing = ItemScanner(pieces.list_key), len(pieces.missing())
    problems: list[str] = []

    def take(reply: Reply) -> bool:
        problems.extend(pieces.offer(_drafts(reply.data, pieces.list_key)) + pieces.finish(reply.data))
        if reply.is_cut:
            problems.append("the answer was too long and was cut off; write it shorter")
        elif reply.data is None:
            problems.append("the answer was no valid JSON")
        return len(pieces.missing()) < missing

    await llm.ask(ledger, ask, lambda text: pieces.offer(scanner.feed(text)), take)
    return some_of(problems)


def _drafts(data: JsonValue, list_key: str) -> list[dict[str, JsonValue]]:
    """The drafts in a whole reply: in its list, or in a bare list."""
    return objects_of(data.get(list_key) if isinstance(data, dict) else data)
