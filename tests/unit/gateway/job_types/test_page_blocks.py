"""Blocks of a page: groups and bullets."""

from lodestone_gateway.job_types.page_blocks import bullets, groups


def test_figures_and_numbered_items_beside_each_other_stand_together() -> None:
    types = ["stat-card", "stat-card", "paragraph", "paragraph", "numbered-item", "stat-card", "hologram"]

    found = groups([{"type": type} for type in types])

    assert [(group.type, len(group.blocks)) for group in found] == [
        ("stat-card", 2),
        ("paragraph", 1),
        ("paragraph", 1),
        ("numbered-item", 1),
        ("stat-card", 1),
        ("hologram", 1),
    ]


def test_bullets_lose_their_dashes() -> None:
    assert bullets("- One\n\n-  Two \nThree - four\n- ") == ["One", "Two", "Three - four"]
