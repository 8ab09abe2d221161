"""No number of a person reaches a line: it is an error at its cell, in whatever column, and repeated nowhere."""

import json
import re

import pytest

from portal.kinds.base import Assembly, Privacy, Table, Type
from portal.kinds.finance.columns import COLUMNS
from tests.kinds.ledgers import FINANCE, assembled, checks, table

NUMBERS = {
    "id": "11010519491231002X",
    "phone": "13800138000",
    "card": "6222021234567890123",
    "spaced": "138_0013_8000",
    "full width": "１３８００１３８０００",
    "circled": "①③⑧⓪⓪①③⑧⓪⓪⓪",
}
TEXTS = [
    column.name
    for column in FINANCE.input
    if column.type in (Type.TEXT, Type.CODE) and column.privacy is not Privacy.INTERNAL and column.name != "side"
]
"""The columns of texts that can reach a line."""
_NEEDED = {"date": "2", "summary": "甲", "income": "1"}


def with_cell(name: str, text: str) -> Table:
    """A day book of one row, in which the column `name` stands in F, holding `text`."""
    cells = {"date": "2", "voucher": "现-1", "summary": "甲", "account": "经营收入", "income": "1", "note": "-"}
    cells = {name_: cell for name_, cell in cells.items() if name_ != name}
    while len(cells) > 5:
        cells.popitem()
    headings = {column.name: column.aliases[0] for column in FINANCE.input}
    return table(" ".join(headings[one] for one in (*cells, name)), " ".join((*cells.values(), text)))


def told(result: Assembly) -> str:
    """Everything that a reading says, as it is stored."""
    findings = [(one.message.to_json(), one.value, one.column) for one in result.findings]
    questions = [question.message.to_json() for question in result.questions]
    decisions = [decision.to_json() for decision in result.decisions]
    return json.dumps([result.content, findings, questions, decisions], ensure_ascii=False)


def test_the_columns_are_all_that_a_line_holds() -> None:
    texts = {column.name for column in COLUMNS if column.type in (Type.TEXT, Type.CODE)}
    assert texts <= {*TEXTS}


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
@pytest.mark.parametrize("name", TEXTS)
def test_a_number_of_a_person_is_an_error_at_its_cell(name: str, number: str) -> None:
    result = assembled(with_cell(name, number))
    assert [cell for check, cell in checks(result) if check == "private_number"] == ["F2"]
    assert not result.acceptable
    said = told(result)
    assert number.replace("_", " ") not in said and not re.search(r"\d{11}", said), said


@pytest.mark.parametrize("name", TEXTS)
def test_the_same_cell_with_a_short_number_is_no_error(name: str) -> None:
    assert "private_number" not in dict(checks(assembled(with_cell(name, "8"))))


@pytest.mark.parametrize(
    ("headings", "row", "cell"),
    [
        ("日期 凭证字 凭证号 摘要 科目 收入", "2 1380013 8000 甲 经营收入 1", "C2"),
        ("日期 凭证字 凭证号 摘要 科目 收入", "2 13800138000 5 甲 经营收入 1", "B2"),
        ("日期 凭证号 摘要 科目编码 收入", "2 现-1 甲 131.0013.8000 1", "D2"),
        ("日期 凭证号 摘要 科目 收入 账套", "2 现-1 甲 经营收入 1 138/0013/8000", "F2"),
        ("日期 凭证号 摘要 科目 收入 账户", "2 现-1 甲 经营收入 1 138:0013:8000", "F2"),
    ],
)
def test_a_number_that_only_the_line_puts_together_is_an_error_too(headings: str, row: str, cell: str) -> None:
    result = assembled(table(headings, row))
    assert ("private_number", cell) in checks(result)
    assert not re.search(r"1380?0?13-?8000|131[.]?0013[.]?8000", json.dumps(result.content))


@pytest.mark.parametrize(
    ("money", "other", "cell"),
    [("库存现金", "经营收入13800138000", "D3"), ("银行存款-6222021234567890123专户", "经营收入", "D2")],
)
def test_in_a_voucher_list_the_cell_is_that_of_the_entry(money: str, other: str, cell: str) -> None:
    rows = (f"2 收-1 卖树 {money} 5 -", f"2 收-1 卖树 {other} - 5")
    result = assembled(table("日期 凭证号 摘要 科目 借方 贷方", *rows))
    assert ("private_number", cell) in checks(result) and not re.search(r"\d{11}", told(result))


@pytest.mark.parametrize("sheet", ["6222021234567890123专户", "第13800138000组"])
def test_a_sheet_that_is_named_by_a_number_is_an_error_of_the_sheet(sheet: str) -> None:
    result = assembled(table("日期 凭证号 摘要 科目 收入", "2 1 甲 经营收入 1", sheet=sheet))
    assert ("private_number", None) in checks(result)
    assert not re.search(r"\d{11}", told(result))


def test_a_question_and_a_decision_do_not_repeat_the_name_of_a_sheet() -> None:
    one = table("日期 凭证号 摘要 借方 贷方", "2 1 甲 1 -", "3 2 乙 - 2", sheet="电话13800138000")
    result = assembled(one)
    assert result.questions and not re.search(r"\d{11}", told(result))


def test_the_serial_number_of_a_bank_is_left_out() -> None:
    result = assembled(table("日期 交易流水号 摘要 科目 收入", "2 6222021234567890123 甲 经营收入 1"))
    assert result.content is not None and result.acceptable
    assert "voucher" not in result.content["lines"][0] and "voucher_missing" in dict(checks(result))
