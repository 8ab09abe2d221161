"""Accounts are found by name first; a code that belongs to another account is refused."""

import pytest

from portal.kinds.finance.accounts import chart, english_name, resolve


def test_the_chart_has_42_accounts() -> None:
    assert len(chart()) == 42 and english_name("管理费用") == "Administrative expenses"


@pytest.mark.parametrize(
    ("code", "name", "account", "shown"),
    [
        ("", "管理费用", "513", "管理费用"),
        ("", "管理费用-办公费", "513", "管理费用-办公费"),
        ("", "管理费用/办公费", "513", "管理费用/办公费"),
        ("", "管理费用办公费", "513", "管理费用办公费"),
        ("", "生产（劳务）成本", "401", "生产(劳务)成本"),
        ("51301.0", "管理费用", "51301", "管理费用"),
        ("", "1020101.0", "1020101", "银行存款"),
        ("", "513 管理费用", "513", "管理费用"),
        ("513", "电费", "513", "电费"),
        ("", "Administrative expenses", "513", "Administrative expenses"),
    ],
)
def test_an_account_is_known_by_name_or_code(code: str, name: str, account: str, shown: str) -> None:
    resolved = resolve(code, name)
    assert (resolved.code, resolved.name, resolved.check) == (account, shown, None)


@pytest.mark.parametrize(
    ("code", "name", "hint"),
    [
        ("541", "管理费用", "513"),
        ("541", "", "513"),
        ("502", "经营支出", "511"),
        ("522", "补助收入", "503"),
        ("511", "发包及上交收入", "501"),
        ("153", "固定资产清理", "154"),
        ("513", "公益支出", "514"),
    ],
)
def test_a_code_that_disagrees_is_refused_and_the_right_one_is_told(code: str, name: str, hint: str) -> None:
    resolved = resolve(code, name)
    assert resolved.check == "account_disagrees" and hint in str(resolved.problem)


def test_an_unknown_account_keeps_its_name_and_is_reported() -> None:
    assert resolve("", "洗车费").check == "account_unknown" and resolve("", "洗车费").name == "洗车费"
    assert resolve("", "").check is None
