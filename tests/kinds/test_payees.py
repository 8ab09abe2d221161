"""Organisations are told from people, and people's names are masked."""

import pytest

from portal.kinds.payees import is_organisation, masked, normalised, slug, unslug


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
