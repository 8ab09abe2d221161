"""Cash and bank side by side in one sheet: each becomes a table, with its own cells and all rows of the sheet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from portal.kinds import KINDS
from portal.kinds.base import Column, Table, Type
from portal.workbooks import Extraction, extract, marked
from portal.workbooks.tables import ALIKE
from tests.workbooks.factories import LEDGER, csv_of, xls, xlsx

KIND = replace(LEDGER, sections=KINDS["finance"].sections)
SHARED = ["日期", "凭证号", "摘要"]
OVER = [*SHARED, "现金", "", "", "银行存款", "", ""]
UNDER = ["", "", "", "收入", "支出", "余额", "收入", "支出", "余额"]
LINES = [
    ["2026-03-05", "记-1", "购水管", "", 200, 800, "", "", 20000],
    ["2026-03-06", "记-2", "提现", 5000, "", 5800, "", 5000, 15000],
]
CASH = [{"expense": 20000, "balance": 80000}, {"income": 500000, "balance": 580000}]
BANK = [{"balance": 2000000}, {"expense": 500000, "balance": 1500000}]


def read(rows: Sequence[Sequence[Any]], **options: Any) -> Extraction:
    return extract(xlsx(rows), "book.xlsx", KIND, **options)


def own(table: Table) -> list[dict[str, Any]]:
    """What the rows say besides what both sections share."""
    return [
        {name: value for name, value in row.values.items() if name in ("income", "expense", "balance", "debit")}
        for row in table.rows
    ]


@pytest.mark.parametrize(
    "head",
    [
        [OVER, UNDER],
        [["", "", "", *OVER[3:]], [*SHARED, *UNDER[3:]]],
        [[*SHARED, "现金", "现金", "现金", "银行", "银行", "银行"], UNDER],
        [[*SHARED, "现金日记账", "", "", "银行日记账", "", ""], UNDER],
        [[*SHARED, "Cash", "", "", "Bank", "", ""], UNDER],
        [[*SHARED, "现金收入", "现金支出", "现金余额", "银行收入", "银行支出", "银行余额"]],
        [[*SHARED, "收入(现金)", "支出(现金)", "余额(现金)", "收入（银行）", "支出（银行）", "余额（银行）"]],
        [[*SHARED, "现 金 收 入", "现 金 支 出", "现 金 结 存", "银 行 收 入", "银 行 支 出", "银 行 结 存"]],
    ],
)
def test_columns_that_repeat_under_cash_and_bank_are_two_tables(head: list[list[str]]) -> None:
    found = read([["2026年3月流水账"], *head, *LINES])
    assert found.findings == []
    cash, bank = found.tables
    assert (own(cash), own(bank)) == (CASH, BANK)
    assert [row.values["summary"] for row in bank.rows] == ["购水管", "提现"]
    assert {cash.sheet, bank.sheet} == {"Sheet1"}
    row = cash.rows[1]
    assert (cash.cell(row, "income"), bank.cell(row, "expense")) == (f"D{row.number}", f"H{row.number}")
    assert cash.section[0] in "现C"
    assert bank.section[0] in "银B"
    assert cash.unknown == bank.unknown == {}


@pytest.mark.parametrize("write", [xls, csv_of])
def test_every_format_can_hold_two_tables_side_by_side(write: Any) -> None:
    found = extract(write([OVER, UNDER, *LINES]), "book", KIND)
    assert [own(table) for table in found.tables] == [CASH, BANK]


def test_cash_and_bank_may_stand_under_in_and_out_with_totals_beside() -> None:
    over = [*SHARED, "收入", "", "", "支出", "", "", "结存", "", "", "备注"]
    under = ["", "", "", *["现金", "银行", "合计"] * 3]
    lines = [
        ["2026-03-05", "记-1", "购水管", "", "", "", 200, "", 200, 800, 20000, 20800, "急"],
        ["2026-03-06", "记-2", "提现", 5000, "", 5000, "", 5000, 5000, 5800, 15000, 20800],
    ]
    cash, bank = read([over, under, *lines]).tables
    assert (own(cash), own(bank)) == (CASH, BANK)
    assert cash.columns["balance"] == (9, "结存 现金")
    assert cash.rows[0].values["note"] == "急"
    assert cash.unknown == {}


def test_totals_beside_the_sections_are_not_read() -> None:
    over, under = [*OVER, "合计", "", ""], [*UNDER, "收入", "支出", "余额"]
    found = read([over, under, *([*line, "", "", 20800] for line in LINES)])
    assert [table.section for table in found.tables] == ["现金", "银行存款"]
    alone = read([[*OVER, "总余额"], UNDER, *([*line, 20800] for line in LINES)])
    assert [own(table) for table in alone.tables] == [CASH, BANK]


def test_one_balance_of_cash_and_bank_together_belongs_to_neither() -> None:
    head = [*SHARED, "现金收入", "现金支出", "银行收入", "银行支出", "余额"]
    cash, bank = read([head, ["2026-03-05", "记-1", "购水管", "", 200, "", "", 20800]]).tables
    assert (own(cash), own(bank)) == ([{"expense": 20000}], [{}])
    assert cash.unknown == {7: "余额"}


@pytest.mark.parametrize(
    "head",
    [
        [[*SHARED, "现金", "", "银行存款", "", "往来", ""], ["", "", "", *["收入", "支出"] * 3]],
        [[*SHARED, "本月", "", "", "本年累计", "", ""], UNDER],
        [[*SHARED, "现金", "", "", "其他", "", ""], UNDER],
        [[*SHARED, "收入", "支出", "现金余额", "银行余额", "", ""]],
        [[*SHARED, "现金收入", "现金支出", "银行收入", "银行支出", "待摊收入", "待摊支出"]],
    ],
)
def test_money_that_is_neither_a_books_nor_a_total_leaves_the_table_whole(head: list[list[str]]) -> None:
    found = read([*head, *LINES])
    assert [table.section for table in found.tables] in ([""], [])


def test_columns_that_repeat_for_no_reason_are_told_as_before() -> None:
    found = read([[*SHARED, "本月", "", "", "本年", "", ""], UNDER, *LINES])
    assert {finding.message.id for finding in found.findings} == {ALIKE}


def test_a_kind_without_sections_knows_none() -> None:
    assert len(extract(xlsx([OVER, UNDER, *LINES]), "book.xlsx", LEDGER).tables) == 1


def test_carried_rows_sums_and_signatures_belong_to_both() -> None:
    rows = [
        ["", "", "上月结余", "", "", 1000, "", "", 20000],
        *LINES,
        ["2026-03-08", "记-3", "收承包费", "", "", "", 3000, "", 18000],
        ["", "", "本月合计", 5000, 200, 5800, 3000, 5000, 18000],
        ["会计：甲", "", "", "", "出纳：乙"],
    ]
    cash, bank = read([OVER, UNDER, *rows]).tables
    kinds = [("carried", 3), ("line", 4), ("line", 5), ("line", 6), ("subtotal", 7)]
    assert [(row.kind, row.number) for row in cash.rows] == [(row.kind, row.number) for row in bank.rows] == kinds
    assert cash.rows[0].values["balance"] == 100000
    assert bank.rows[-1].values == {"income": 300000, "expense": 500000, "balance": 1800000, "summary": "本月合计"}
    assert cash.foot == bank.foot == "会计：甲 出纳：乙"


def test_a_fault_stands_at_its_cell_and_a_shared_one_is_told_once() -> None:
    found = read([OVER, UNDER, ["昨天", "记-1", "购水管", "", "两百", 800, "", "", "二万"]])
    assert [(one.cell, one.column) for one in found.findings] == [
        ("A3", "日期"),
        ("E3", "现金 支出"),
        ("I3", "银行存款 余额"),
    ]
    assert [[one.cell for one in table.findings] for table in found.tables] == [["A3", "E3"], ["A3", "I3"]]
    copy = marked(xlsx([OVER, UNDER, *LINES]), "book.xlsx", found.findings, "zh")
    assert extract(copy, "book.xlsx", KIND).tables[1].section == "银行存款"


def test_a_month_written_once_holds_for_both() -> None:
    over = ["2026年", "", "摘要", "现金", "", "银行", ""]
    under = ["月", "日", "", "收入", "支出", "收入", "支出"]
    rows = [[3, 5, "购水管", "", 200, "", ""], ["", 6, "收承包费", "", "", 3000, ""], ["", 7, "购沙", "", 50, "", ""]]
    for table in read([over, under, *rows]).tables:
        assert [row.values["date"] for row in table.rows] == [date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 7)]


def test_two_whole_tables_side_by_side_keep_their_own_dates() -> None:
    over = ["2026年3月现金日记账", "", "", "", "银行日记账", "", "", ""]
    under = [*["日期", "摘要", "收入", "支出"] * 2]
    rows = [["2026-03-05", "购水管", "", 200, "2026-03-02", "收承包费", 3000, ""], ["2026-03-06", "购沙", "", 50]]
    cash, bank = read([over, under, *rows]).tables
    assert cash.period == "2026-03"
    assert [row.values["summary"] for row in cash.rows] == ["购水管", "购沙"]
    assert [row.values for row in bank.rows if row.values] == [
        {"date": date(2026, 3, 2), "summary": "收承包费", "income": 300000}
    ]


INPUT = (*LEDGER.input, Column("month", "Month", Type.INTEGER, ("月",)), Column("day", "Day", Type.INTEGER, ("日",)))


def test_two_whole_tables_with_split_dates_keep_their_own_dates() -> None:
    over = ["现金日记账", "", "", "", "银行日记账", "", "", ""]
    under = [*["月", "日", "摘要", "支出"] * 2]
    data = xlsx([over, under, [3, 5, "购水管", 200, 2, 28, "还款", 3000]])
    cash, bank = extract(data, "2026年3月.xlsx", replace(KIND, input=INPUT)).tables
    assert (cash.rows[0].values["date"], bank.rows[0].values["date"]) == (date(2026, 3, 5), date(2026, 2, 28))


def test_a_choice_made_by_hand_holds_inside_its_section() -> None:
    layout = read([OVER, UNDER, *LINES]).tables[0].layout
    cash, bank = read([OVER, UNDER, *LINES], mappings={layout: {5: "", 6: "expense", 7: "income"}}).tables
    assert own(cash) == [{"expense": 20000}, {"income": 500000}]
    assert own(bank)[1] == {"income": 500000, "balance": 1500000}
    assert cash.unknown == {5: "现金 余额"}


def test_a_layout_that_was_matched_by_hand_before_is_read_as_it_was() -> None:
    layout = read([OVER, UNDER, *LINES]).tables[0].layout
    chosen = {3: "income", 4: "expense", 5: "balance", 6: "", 7: "", 8: ""}
    (cash,) = read([OVER, UNDER, *LINES], mappings={layout: chosen}).tables
    assert own(cash) == CASH
    assert cash.section == "现金"
    assert read([OVER, UNDER, *LINES], mappings={layout: dict.fromkeys(range(9), "")}).tables == []
