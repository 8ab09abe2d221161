"""Organisations are told from people, and people's names are masked."""

import pytest

from portal.kinds.payees import Names, is_organisation, masked, normalised, slug, surname_only, unslug


@pytest.mark.parametrize(
    "name", ["县供电公司", "老街文具店", "财政所", "第三小学", "村委会", "Green Ltd", "信用社", "柳河镇卫生院"]
)
def test_an_organisation_is_one_and_is_never_masked(name: str) -> None:
    assert is_organisation(name) and masked(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张某"),
        ("张 三", "张某"),
        ("欧阳小明", "欧阳某"),
        ("李四、王五等5人", "李某、王某等5人"),
        ("李和平", "李某"),
        ("张小三和李小四", "张某和李某"),
        ("阿卜杜·热合曼", "阿某"),
        ("张三(低保户)", "张某(低保户)"),
        ("低保户", "低保户"),
    ],
)
def test_a_person_is_masked_to_the_surname(name: str, shown: str) -> None:
    assert not is_organisation(name) and masked(name) == shown


@pytest.mark.parametrize("name", ["县供电公司", "A/B Co. Ltd", "甲~乙店", "..", "a\\b"])
def test_a_slug_reads_back_and_is_one_segment_of_an_address(name: str) -> None:
    assert unslug(slug(name)) == normalised(name)
    assert not {"/", ".", "\\"} & {*slug(name)}


def test_whoever_stands_on_a_list_can_be_hidden_whatever_the_name() -> None:
    for name, hidden in (
        ("甘小满", "甘某"), ("欧阳秀英", "欧阳某"), ("王学校", "王某"),
        ("阿不都热合曼·艾力", "阿某"), ("John Smith", "J某"), ("甘小满（由子代领）", "甘某"), ("甘某某", "甘某"),
        ("青禾粮食种植专业合作社", "青禾粮食种植专业合作社"), ("", ""),
    ):  # fmt: skip
        assert surname_only(name) == hidden


def test_names_are_hidden_wherever_they_stand() -> None:
    names = Names(["甘小满", "甘小", "龙春生", "甘某"])
    assert names.hidden("甘小满由龙春生代领，甘小在场") == "甘某由龙某代领，甘某在场"
    assert names.hidden("没有谁（原样）") == "没有谁（原样）"
