"""Who may connect, and who gives way: never whoever is being answered."""

import pytest
from lodestone_gateway import door
from lodestone_gateway.door import LEAST, MARGIN, Door, Phase, Verdict

MOST = 20
HERE, THERE, PROXY = "192.0.2.1", "192.0.2.2", "10.1.2.3"
ALICE, BOB = "alice", "bob"


class Connection:
    """A connection that notes whether it was closed."""

    def __init__(self) -> None:
        self.gave_way = False

    def give_way(self) -> None:
        """Closes it."""
        self.gave_way = True


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each connection may give way at once."""
    monkeypatch.setattr(door, "PATIENCE", 0.0)


def entered(
    at: Door, count: int, phase: Phase = Phase.ANSWERING, address: str | None = None
) -> list[Connection]:
    connections = [Connection() for _ in range(count)]
    for number, connection in enumerate(connections):
        at.enter(connection, address or f"2001:db8::{number:x}")
        at.note(connection, phase)
    return connections


async def test_all_are_welcome_while_there_is_room() -> None:
    at = Door(MOST, per_address=MOST)

    assert {at.enter(Connection(), HERE) for _ in range(MOST)} == {Verdict.WELCOME}


async def test_there_is_always_a_little_room() -> None:
    at = Door(-5, per_address=100)

    entered(at, LEAST - 1)

    assert at.enter(Connection(), HERE) is Verdict.WELCOME


async def test_beyond_the_limit_they_are_refused_politely_and_then_shut_out() -> None:
    at = Door(MOST, per_address=1000)
    entered(at, MOST)

    verdicts = []
    for _ in range(MARGIN + 2):
        connection = Connection()
        verdicts.append(at.enter(connection, HERE))
        at.note(connection, Phase.ANSWERING)

    assert verdicts == [Verdict.FULL] * MARGIN + [Verdict.SHUT] * 2


async def test_one_address_has_so_many_and_the_others_have_theirs() -> None:
    at = Door(MOST * 10, per_address=2)

    verdicts = [at.enter(Connection(), HERE) for _ in range(2 + MARGIN + 1)]

    assert verdicts == [Verdict.WELCOME] * 2 + [Verdict.CROWD] * MARGIN + [Verdict.SHUT]
    assert at.enter(Connection(), THERE) is Verdict.WELCOME


async def test_an_address_may_come_back_when_it_has_left() -> None:
    at = Door(MOST, per_address=1)
    first, second = Connection(), Connection()

    assert at.enter(first, HERE) is Verdict.WELCOME
    assert at.enter(second, HERE) is Verdict.CROWD
    at.leave(second, HERE)
    at.leave(first, HERE)

    assert at.enter(Connection(), HERE) is Verdict.WELCOME


@pytest.mark.parametrize("address", [PROXY, "", "/run/proxy.sock"])
async def test_behind_a_proxy_are_many(address: str) -> None:
    at = Door(MOST, per_address=1, proxies=["10.0.0.0/8"])
    connections = [Connection(), Connection(), Connection()]

    assert {at.enter(each, address) for each in connections} == {Verdict.WELCOME}
    for each in connections:
        at.leave(each, address)
    assert at.enter(Connection(), HERE) is Verdict.WELCOME
    assert at.enter(Connection(), HERE) is Verdict.CROWD


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Phase.SILENT, Phase.IDLE),
        (Phase.IDLE, Phase.RECEIVING),
        (Phase.SILENT, Phase.RECEIVING),
        (Phase.RECEIVING, Phase.ANSWERING),
    ],
)
async def test_they_give_way_in_the_order_of_what_they_do(first: Phase, second: Phase) -> None:
    at = Door(MOST, per_address=MOST)
    [stays] = entered(at, 1, second, ALICE)
    [goes] = entered(at, 1, first, BOB)
    entered(at, MOST - 2)

    assert at.enter(Connection(), HERE) is Verdict.WELCOME
    assert (goes.gave_way, stays.gave_way) == (True, False)


async def test_of_those_who_do_the_same_the_longest_gives_way() -> None:
    at = Door(MOST, per_address=MOST)
    longest, returned = entered(at, 2, Phase.IDLE)
    entered(at, MOST - 2)
    at.note(longest, Phase.ANSWERING)
    at.note(longest, Phase.IDLE)  # busy in between: now the other one has waited longer

    at.enter(Connection(), HERE)

    assert (longest.gave_way, returned.gave_way) == (False, True)


async def test_nobody_gives_way_before_its_request_can_have_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PATIENCE", 3600.0)
    at = Door(MOST, per_address=MOST)
    silent = entered(at, MOST, Phase.SILENT)

    assert at.enter(Connection(), HERE) is Verdict.FULL
    assert not any(each.gave_way for each in silent)


async def test_each_newcomer_takes_one_place_and_whoever_gave_way_takes_none() -> None:
    at = Door(MOST, per_address=MOST)
    idle = entered(at, 3, Phase.IDLE)
    entered(at, MOST - 3)

    for _ in idle:
        newcomer = Connection()
        assert at.enter(newcomer, HERE) is Verdict.WELCOME
        at.note(newcomer, Phase.ANSWERING)

    assert all(each.gave_way for each in idle), "each once, though none has left yet"
    assert at.enter(Connection(), HERE) is Verdict.FULL
