"""The versions of one post or email: those of its piece in which it differs, told by who wrote it."""

from uuid import UUID

from lodestone.ids import new_id
from lodestone_gateway.lead_magnets.versions import one_of_each_run
from lodestone_gateway.store.lead_magnet_queries import ListedVersion
from support.stored import NOON


def version(author: str) -> ListedVersion:
    return ListedVersion(new_id(), "posts", author, None, NOON, None, False, NOON, 100)


def test_a_part_that_stays_the_same_is_told_once_and_by_who_wrote_it() -> None:
    late, mine, by_ai, older = version("owner"), version("owner"), version("ai"), version("owner")
    offered, before = version("ai"), version("owner")
    parts: dict[UUID, dict[str, object] | None] = {
        late.id: {"post": "b"},
        mine.id: {"post": "a"},
        by_ai.id: {"post": "a"},
        older.id: {"post": "z"},
        offered.id: {"post": "y"},
        before.id: {"post": "y"},
    }

    found = one_of_each_run([late, mine, by_ai, older, offered, before], parts)

    assert found == [late, by_ai, older, offered]


def test_a_version_without_the_part_is_passed_over() -> None:
    without, with_it = version("owner"), version("owner")

    assert one_of_each_run([without, with_it], {without.id: None, with_it.id: {"post": "a"}}) == [with_it]
